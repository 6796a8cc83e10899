import { loadAec3 } from '../src/dsp/echo/aec3.js';
import type { EchoCanceller } from '../src/dsp/echo/echo-canceller.js';
import { kalmanEcho } from '../src/dsp/echo/kalman-echo.js';
import { cancel, erle, powerOf, signalToDistortion } from '../test/echo/cancel.js';
import { quiet, scene } from '../test/echo/modes.js';
import { type EchoConfig, microphone } from '../test/echo/room.js';
import { assistant, somebody } from '../test/echo/speech.js';
import { machine, type Report, table } from './report.js';
import { type Estimate, estimate } from './statistics.js';

const sampleRate = 24_000;
const seconds = 16;
/** Where somebody begins to speak. */
const voiceFrom = 4;

const inDb = (value: number): string => value.toFixed(1);
/** The voice, at the sample at which it comes out. */
const aligned = (voice: Float64Array, out: Int16Array): number => {
  const at = (lag: number): number => {
    let sum = 0;
    for (let i = voiceFrom * sampleRate; i < out.length - 1200; i += 3) sum += (voice[i] ?? 0) * (out[i + lag] ?? 0);
    return sum;
  };
  return Array.from({ length: 1200 }, (_, lag) => lag).reduce((most, lag) => (at(lag) > at(most) ? lag : most), 0);
};
const levelOf = (voice: Float64Array, out: Int16Array, delay: number): number =>
  10 *
  Math.log10(
    powerOf(out.subarray(delay), sampleRate, voiceFrom, seconds - 1) / powerOf(voice, sampleRate, voiceFrom, seconds - 1),
  );

const alone = (open: () => EchoCanceller, room: Omit<EchoConfig, 'sampleRate'>): number => {
  const { far, echo } = scene({ ...room, seconds });
  const near = microphone(echo, quiet(echo.length));
  return erle(near, cancel(open(), { near, far, sampleRate }), sampleRate, 3);
};
/** A voice so much louder than the echo, in decibels; without an echo at all when it is infinite. */
const together = (open: () => EchoCanceller, ratioDb: number) => {
  const { far, echo } = scene({ delayMs: 60, seconds });
  const spoken = somebody(sampleRate, seconds).map((value, i) => (i < voiceFrom * sampleRate ? 0 : value));
  const gain =
    ratioDb === Number.POSITIVE_INFINITY
      ? 1
      : 10 ** (ratioDb / 20) *
        Math.sqrt(powerOf(echo, sampleRate, voiceFrom, seconds) / powerOf(spoken, sampleRate, voiceFrom, seconds));
  const voice = spoken.map((value) => gain * value);
  const heard = ratioDb === Number.POSITIVE_INFINITY ? [voice] : [echo, voice];
  const out = cancel(open(), { near: microphone(...heard, quiet(echo.length)), far, sampleRate });
  const delay = aligned(voice, out);
  return {
    level: levelOf(voice, out, delay),
    distortion: signalToDistortion(voice, out, { delay, sampleRate, fromS: voiceFrom, toS: seconds - 1 }),
  };
};
/** µs of CPU that 20 ms take, of blocks of a second. */
const cpuOf = (open: () => EchoCanceller, blocks: number): Estimate => {
  const far = microphone(assistant(sampleRate, 8));
  const near = microphone(scene({ delayMs: 60 }).echo, quiet(8 * sampleRate));
  const canceller = open();
  let position = 0;
  const second = (): number => {
    const before = process.cpuUsage();
    for (let i = 0; i < 50; i++, position += 480) {
      const at = position % (7 * sampleRate);
      canceller.reference({ samples: far.subarray(at, at + 480), sampleRate, position });
      canceller.process({ samples: near.subarray(at, at + 480), sampleRate, position });
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 50;
  };
  for (let i = 0; i < 14; i++) second();
  const measured = Array.from({ length: blocks }, second);
  canceller.close();
  return estimate(measured);
};

const delays = [30, 75, 120];
const ratioDbs = [6, 0, -6];

/** What both modes of `cancelEcho` take away of an echo in a simulated room, what they leave of a voice, and what they cost. */
export const echo = async (budget: 'full' | 'quick'): Promise<Report> => {
  const modes = [
    ['doubleTalk', () => kalmanEcho()],
    ['strong', await loadAec3()],
  ] as const;
  const each = (figure: (open: () => EchoCanceller) => number): number[] => modes.map(([, open]) => figure(open));
  const erles = (budget === 'quick' ? delays.slice(0, 1) : delays).map((delayMs) => ({
    delayMs,
    db: each((open) => alone(open, { delayMs })),
  }));
  const drifts = (budget === 'quick' ? [] : [100, -100]).map((ppm) => ({
    ppm,
    db: each((open) => alone(open, { delayMs: 60, drift: ppm / 1e6 })),
  }));
  const voices = [...(budget === 'quick' ? [] : ratioDbs), Number.POSITIVE_INFINITY].map((ratioDb) => ({
    ratioDb,
    of: modes.map(([, open]) => together(open, ratioDb)),
  }));
  const cpu = modes.map(([, open]) => cpuOf(open, budget === 'quick' ? 2 : 60));
  const rows = [
    ...erles.map(({ delayMs, db }) => [`ERLE after 3 s, dB, echo after ${delayMs} ms`, ...db.map(inDb), '≥ 20']),
    ...drifts.map(({ ppm, db }) => [`  clocks that drift by ${ppm} ppm`, ...db.map(inDb), '']),
    ...voices.map(({ ratioDb, of }) => [
      ratioDb === Number.POSITIVE_INFINITY
        ? 'voice, and no echo while the loudspeaker plays: level (SDR), dB'
        : `voice ${ratioDb} dB above the echo: level (SDR), dB`,
      ...of.map(({ level, distortion }) => `${inDb(level)} (${inDb(distortion)})`),
      '',
    ]),
    [
      'µs of CPU in 20 ms of 24 kHz',
      ...cpu.map(({ low, mid, high }) => `${mid.toFixed(0)} (${low.toFixed(0)} – ${high.toFixed(0)})`),
      '≤ 350',
    ],
  ];
  return {
    lines: [
      `echo: a simulated room of RT60 0.2 s, a loudspeaker that distorts. ${machine()}`,
      '',
      ...table(['', ...modes.map(([mode]) => mode), 'target'], rows),
    ],
    figures: { erles, drifts, voices, cpu },
  };
};
