/** Runs the work and says how many microseconds of CPU the process took meanwhile, all threads, kernel included. */
export const cpuMicros = async (work: () => void | Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

/** Something to measure: does `count` units of it. */
export type Work = (count: number) => void | Promise<void>;

/** How much to measure. */
export interface Budget {
  /** Blocks of each work. */
  readonly blocks: number;
  /** Units in a block. */
  readonly units: number;
}

/**
 * Measures works side by side, block by block, so that all see the same noise; each second round goes backwards.
 *
 * @returns For each work, microseconds of CPU per unit, block by block. A third as many blocks go before them, to warm up.
 */
export const interleave = async <Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { blocks, units }: Budget,
): Promise<Record<Name, number[]>> => {
  const names = Object.keys(works) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  const warmUp = Math.ceil(blocks / 3);
  for (let round = -warmUp; round < blocks; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const micros = await cpuMicros(() => works[name](units));
      if (round >= 0) results[name].push(micros / units);
    }
  }
  return results;
};
