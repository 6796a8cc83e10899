import { powerOf } from './power-of.js';

/** Knows how loud the echo of a loudspeaker can be at the most, and so what must be somebody else. */
export interface EchoBound {
  /**
   * Takes a block.
   *
   * @param far What the loudspeaker was given last, some blocks of it.
   * @param echo Power of the echo that was found in the block; 0 while none is known.
   * @returns Whether somebody was louder, of late, than any echo was of a loudspeaker that plays so loud.
   */
  hear(near: Float64Array, far: Float64Array, echo: number): boolean;
  /** Whether it was told of an echo. */
  isTold(): boolean;
}

/** The loudspeaker's power of late counts, 6.6 dB less for each second: nobody knows how late its echo comes. */
const lasting = 0.985;
/** What was found of the path is forgotten by 4 dB in half a minute of echo. */
const remembering = 0.9997;
/** So much louder than the loudest echo, as a ratio of powers: 6 dB. Where the microphone is moved the echo may become louder by 3 or 4. */
const margin = 4;
/** For so many blocks of the last few: a path that changes can be loud for a moment. */
const blocks = 3;
/** Speech has gaps between its syllables: 250 ms of blocks of 10. */
const held = 25;

/** Makes a bound. Before it was told of any echo nothing is louder. */
export const createEchoBound = (): EchoBound => {
  let coupling = 0;
  let farPeak = 0;
  let louder = 0;
  let heldFor = 0;

  return {
    hear(near, far, echo) {
      farPeak *= lasting;
      for (let at = 0; at < far.length; at += near.length) farPeak = Math.max(farPeak, powerOf(far, at, at + near.length));
      if (echo > 0 && farPeak > 0) coupling = Math.max(remembering * coupling, echo / farPeak);
      const isLouder = coupling > 0 && powerOf(near) > margin * coupling * farPeak;
      louder = isLouder ? louder + 1 : Math.max(0, louder - 0.5);
      heldFor = louder >= blocks ? held : heldFor - 1;
      louder = Math.min(louder, 2 * blocks);
      return heldFor > 0;
    },
    isTold: () => coupling > 0,
  };
};
