import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavHeader } from '../../src/dsp/wav.js';
import { questionPath, readSamples } from './virtual-audio.js';

const pactl = (...args: readonly string[]): string => execFileSync('pactl', args, { encoding: 'utf8' }).trim();

/** Lets the microphone hear the loudspeaker, 6 dB quieter and some 30 ms later, until it is disposed of. */
export const openWindow = (): Disposable => {
  const module = pactl(
    'load-module',
    'module-loopback',
    'source=speaker.monitor',
    'sink=mic_feed',
    'latency_msec=30',
    'adjust_time=0',
    'source_dont_move=true',
    'sink_dont_move=true',
  );
  const input = pactl('list', 'sink-inputs')
    .split('Sink Input #')
    .find((text) => text.includes(`Owner Module: ${module}`));
  if (input) pactl('set-sink-input-volume', String(Number.parseInt(input, 10)), '-6dB');
  return { [Symbol.dispose]: () => void pactl('unload-module', module) };
};

/** The first words of the question, as loud as the assistant is. */
export const shortQuestion = async (): Promise<Disposable & { readonly path: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'rxvox-echo-'));
  const path = join(folder, 'question.wav');
  const samples = (await readSamples(questionPath)).subarray(0, 1.4 * 24_000).map((sample) => 2 * sample);
  writeFileSync(path, Buffer.concat([wavHeader(24_000, samples.length), new Uint8Array(samples.buffer)]));
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
};
