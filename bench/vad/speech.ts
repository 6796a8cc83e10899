import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Hertz } from '../../src/audio.js';
import { levelOf } from '../../src/dsp/level.js';
import { loadResampler } from '../../src/dsp/resampler.js';
import { endWav, readWav, wavStart } from '../../src/dsp/wav.js';

/** Rate of everything in this bench. */
export const rate: Hertz = 16_000;
/** Labels and scores stand on a grid of 10 ms. */
export const cell = 160;

/** Speech, and of each cell whether somebody speaks in it. */
export interface LabelledSpeech {
  readonly samples: Int16Array;
  readonly labels: readonly boolean[];
}

const folder = fileURLToPath(new URL('../../../shared/audio/', import.meta.url));
/** Whether the recordings that are not part of the repository are at hand. */
export const hasRecordings = existsSync(folder);

const at16k = async (bytes: Uint8Array): Promise<Int16Array> => {
  const [state, samples] = readWav(wavStart, bytes);
  const { sampleRate } = endWav(state);
  if (sampleRate === rate) return samples;
  const stream = (await loadResampler()).open({ from: sampleRate, to: rate, quality: 8 });
  const converted = stream.process(samples);
  stream.close();
  return converted;
};
/** A recording of `shared/audio`, at 16 kHz. */
export const recording = (name: string): Promise<Int16Array> => at16k(readFileSync(`${folder}${name}.wav`));

const sentences = [
  ['en-us', 'What is the weather like in Tokyo today?'],
  ['en-us', 'Please move my appointment to Thursday afternoon.'],
  ['en-gb', 'No.'],
  ['en-gb', 'I would like to change the address of my order, if that is still possible.'],
  ['es', 'Buenas tardes, ¿me puede ayudar con una factura?'],
  ['es', 'Sí, por favor.'],
  ['de', 'Ich hätte gern zwei Karten für morgen Abend.'],
  ['fr', 'Est-ce que le train de midi est à l’heure ?'],
] as const;

/** Sentences of a synthesizer; none where it is not installed. */
const synthesized = (): Promise<readonly Int16Array[]> => {
  try {
    const said = sentences.map(([voice, text], i) =>
      execFileSync('espeak-ng', ['-v', voice, '-s', '150', '-p', String(30 + 8 * i), '--stdout', text], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    return Promise.all(said.map(at16k));
  } catch {
    return Promise.resolve([]);
  }
};

/** Shorter gaps, in cells, belong to speech: the stops within words. */
const shortestGap = 10;
/** What is shorter, in cells, is no speech, but a click. */
const shortestSpeech = 5;
/** How far below the loud parts of speech its quietest are. */
const range = 10 ** (-35 / 20);

const runs = (flags: readonly boolean[]): readonly { readonly from: number; readonly to: number; readonly flag: boolean }[] => {
  const found: { from: number; to: number; flag: boolean }[] = [];
  flags.forEach((flag, i) => {
    const last = found.at(-1);
    if (last?.flag === flag) last.to = i + 1;
    else found.push({ from: i, to: i + 1, flag });
  });
  return found;
};
const without = (flags: readonly boolean[], flag: boolean, shortest: number): readonly boolean[] =>
  runs(flags).flatMap((run) =>
    new Array<boolean>(run.to - run.from).fill(run.flag === flag && run.to - run.from < shortest ? !flag : run.flag),
  );

const cellsOf = (samples: Int16Array): readonly number[] =>
  Array.from({ length: Math.floor(samples.length / cell) }, (_, i) => levelOf(samples.subarray(i * cell, (i + 1) * cell)));

/** Where there is speech in a clean recording, by its level. */
const labelsOf = (samples: Int16Array): readonly boolean[] => {
  const levels = cellsOf(samples);
  const loud = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * 0.95)] ?? 0;
  const above = levels.map((level) => level > loud * range);
  return without(without(above, true, shortestSpeech), false, shortestGap);
};

/** The utterances of a recording, without the pauses between them, all equally loud. */
const utterancesOf = (samples: Int16Array): readonly Int16Array[] =>
  runs(labelsOf(samples))
    .filter(({ flag }) => flag)
    .map(({ from, to }) => {
      const part = samples.subarray(from * cell, to * cell);
      const gain = 0.05 / levelOf(part);
      return part.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
    });

/** Numbers from 0 to 1 that are the same in every run. */
export const seeded = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/**
 * Utterances of people and of a synthesizer at -26 dBFS, with pauses of 0.5 to 2.5 s between them, and the labels of them.
 *
 * @param most How many utterances, at most.
 */
export const labelledSpeech = async (
  most: number,
): Promise<LabelledSpeech & { readonly said: number; readonly spoken: number }> => {
  const names = ['prompts-en-16k', 'prompts-es-16k', 'weather-question-24k', 'hello-world-24k'];
  const spoken = (await Promise.all(names.map(recording))).flatMap(utterancesOf);
  const said = (await synthesized()).flatMap(utterancesOf);
  const random = seeded();
  const pause = (): number => Math.round(50 + 200 * random());
  // By turns, so that few of them are of both kinds; and all of them twice, over other noise.
  const utterances = spoken.flatMap((one, i) => [one, ...(said[i] ? [said[i]] : [])]).concat(said.slice(spoken.length));
  const parts = [...utterances, ...utterances.toReversed()].slice(0, most).flatMap((speech) => [
    { samples: new Int16Array(pause() * cell), label: false },
    { samples: speech, label: true },
  ]);
  parts.push({ samples: new Int16Array(pause() * cell), label: false });
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  const labels = parts.flatMap((part) => new Array<boolean>(part.samples.length / cell).fill(part.label));
  return { samples, labels, said: said.length, spoken: spoken.length };
};

/** Speech in noise, as much softer than the utterances as `snrDb` says; the noise is played over and over. Without noise: in a quiet room. */
export const mixed = ({ samples, labels }: LabelledSpeech, noise: Int16Array | undefined, snrDb: number): Int16Array => {
  const random = seeded();
  // A microphone gives no digital silence: -66 dBFS.
  const room = () => (random() - 0.5) * 2 * Math.sqrt(3) * 16;
  const squares = samples.reduce((sum, sample) => sum + sample * sample, 0);
  const level = Math.sqrt(squares / (labels.filter(Boolean).length * cell)) / 32_768;
  const gain = noise ? level / levelOf(noise) / 10 ** (snrDb / 20) : 0;
  const start = 8000;
  return samples.map((sample, i) => {
    const added = noise ? gain * (noise[(i + start) % noise.length] as number) : 0;
    return Math.max(-32_768, Math.min(32_767, Math.round(sample + added + room())));
  });
};
