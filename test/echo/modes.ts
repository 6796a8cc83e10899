import { loadAec3 } from '../../src/dsp/echo/aec3.js';
import type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';
import { kalmanEcho } from '../../src/dsp/echo/kalman-echo.js';
import { loadResampler } from '../../src/dsp/resampler.js';
import { type EchoConfig, echoOf, microphone, noiseOf } from './room.js';
import { assistant } from './speech.js';

const resampler = await loadResampler();
const openAec3 = await loadAec3();

/** Both cancellers, by the names of their modes. */
export const modes: readonly (readonly [mode: string, open: () => EchoCanceller])[] = [
  ['doubleTalk', () => kalmanEcho({ resampler })],
  ['strong', openAec3],
];

/** -70 dBFS: a quiet room. */
export const quiet = (length: number): Float64Array => noiseOf(length, 0.0003);

/** What the loudspeaker is given, and what the microphone hears of it. */
export const scene = ({
  seconds = 8,
  ...room
}: Omit<EchoConfig, 'sampleRate'> & { readonly seconds?: number; readonly sampleRate?: number }) => {
  const { sampleRate = 24_000 } = room;
  const far = assistant(sampleRate, seconds);
  return { sampleRate, far: microphone(far), echo: echoOf(far, { ...room, sampleRate }) };
};
