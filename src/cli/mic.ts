import { lastValueFrom, takeUntil, tap } from 'rxjs';
import { measureQuality } from '../../operators/audio/measureQuality.js';
import { type VadConfig, vad } from '../../operators/vad.js';
import type { VoiceFrame } from '../audio.js';
import { silero } from '../dsp/silero/silero.js';
import { type AudioQuality, isFrame } from '../events.js';
import { capture } from '../node/capture.js';
import { wavSource } from '../node/wav-source.js';
import { codeOfSignal, type EndSignal, endSignals } from './signals.js';

export interface MicOptions {
  readonly input?: string;
  readonly device?: string;
  readonly vad: string;
  readonly json?: boolean;
}

/** What tells speech, by name; a model is loaded when it is asked for. */
export const detectors: Readonly<Record<string, () => Promise<VadConfig>>> = {
  energy: () => Promise.resolve({}),
  silero: () => silero().then((model) => ({ model })),
};

/** How often the bar is drawn, in frames. */
const everyFrames = 5;

/**
 * Shows how loud the microphone is, whether it hears speech, and, once a second and at the end, how well the voice comes in. A signal ends it, which
 * is a good end for a microphone, and for a file the code of the signal.
 */
export const mic = async ({ input, device, vad: detector, json }: MicOptions): Promise<void> => {
  const config = await (detectors[detector] ?? (() => Promise.resolve({})))();
  const source = input === undefined ? capture(device === undefined ? {} : { device }) : wavSource(input, { tailMs: 0 });
  let asked: EndSignal | undefined;
  const asked$ = endSignals().pipe(
    tap((signal) => {
      asked = signal;
    }),
  );
  const isLive = process.stdout.isTTY && !json;
  const printTitle = (): void => {
    if (!json) console.log(`${input ?? `${device ?? 'microphone'} (Ctrl-C ends)`}, speech by ${detector}`);
  };
  let count = 0;
  let isSilent = true;
  let isDrawn = false;
  const print = (entry: VoiceFrame | AudioQuality): void => {
    if (isFrame<VoiceFrame>(entry)) {
      if (!isLive || count++ % everyFrames > 0) return;
      process.stdout.write(`\r${bar(entry.level)}  ${entry.vad.padEnd(15)}`);
      isDrawn = true;
      return;
    }
    if (isDrawn) process.stdout.write('\r');
    isDrawn = false;
    isSilent = false;
    console.log(json ? JSON.stringify(entry) : line(entry));
  };
  // The title comes when a signal is already listened to.
  const heard$ = source.pipe(tap({ subscribe: printTitle }), takeUntil(asked$));
  const shown$ = heard$.pipe(vad(config), measureQuality({ tail: 'report' }), tap(print));
  await lastValueFrom(shown$, { defaultValue: undefined });
  if (isDrawn) console.log('');
  if (isSilent && !asked && !json) console.log('no audio in it');
  if (asked && input !== undefined) process.exitCode = codeOfSignal(asked);
};

/** -60 to 0 dB in 30 steps. */
const bar = (level: number): string => {
  const db = 20 * Math.log10(Math.max(level, 1e-3));
  const steps = Math.round((db + 60) / 2);
  return '▮'.repeat(steps).padEnd(30, '▯');
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const line = ({ atMs, level, peak, clipping, snrDb, speechRatio, score }: AudioQuality): string =>
  [
    `${(atMs / 1000).toFixed(1).padStart(7)} s`,
    bar(level),
    `peak ${percent(peak)}`,
    `clipped ${percent(clipping)}`,
    `noise ${snrDb === undefined ? 'unknown' : `${Math.round(snrDb)} dB below the voice`}`,
    `speech ${percent(speechRatio)}`,
    // Where no voice was heard yet nothing is known of it.
    `quality ${snrDb === undefined ? 'unknown' : score.toFixed(2)}`,
  ].join('  ');
