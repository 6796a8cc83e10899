import type { Millis, VadState } from '../audio.js';

/** Longer chunks are heard piece by piece: a vowel of 100 Hz has two periods in 20 ms, a pause between syllables is some pieces long. */
export const pieceMs: Millis = 20;

/** The state that a chunk leaves, heard in pieces: `speech` when speech sounded anywhere in it. */
export const hearInPieces = (samples: number, piece: number, hear: (at: number) => VadState): VadState => {
  let state: VadState = 'silence';
  let spoke = false;
  for (let at = 0; at < samples; at += piece) {
    state = hear(at);
    spoke ||= state === 'speech';
  }
  return spoke ? 'speech' : state;
};
