import {
  from,
  interval,
  lastValueFrom,
  map,
  type Observable,
  type OperatorFunction,
  of,
  pipe,
  Subject,
  switchMap,
  tap,
  toArray,
  zip,
} from 'rxjs';
import { type AudioFrame, resample, vad } from 'rxvox';
import {
  cancelEcho,
  clarity,
  controlGain,
  decodeStream,
  encodeStream,
  loadAec3,
  neuralVad,
  prepareFor,
  reduceNoise,
  silero,
} from 'rxvox/audio';

/** What a stage makes of sound, as plain numbers: they travel between a page and Node. */
export interface Outcome {
  readonly positions: readonly number[];
  readonly samples: readonly number[];
  /** State of the voice activity detector after each frame, where the stage is one. */
  readonly states: readonly string[];
}

type Stage = OperatorFunction<AudioFrame, AudioFrame>;

/** Bytes as samples, to be compared as these are. */
const asFrames: OperatorFunction<Uint8Array, AudioFrame> = map((bytes, i) => ({
  samples: Int16Array.from(bytes),
  sampleRate: 8000,
  position: i * bytes.length,
}));

/** Stages of the toolkit as users write them, by name: the same code runs in Node and in a page. */
export const stages: Readonly<Record<string, (played$: Observable<AudioFrame>) => Stage>> = {
  'vad()': () => vad(),
  'vad({ model: await silero() })': () => (source) => from(silero()).pipe(switchMap((model) => source.pipe(vad({ model })))),
  'neuralVad()': () => neuralVad(),
  'resample()': () => resample({ to: 24_000 }),
  "reduceNoise({ model: 'rnnoise' })": () => reduceNoise({ model: 'rnnoise' }),
  "reduceNoise({ model: 'speex' })": () => reduceNoise({ model: 'speex' }),
  'controlGain()': () => controlGain(),
  'clarity()': () => clarity(),
  "cancelEcho(…, { mode: 'doubleTalk' })": (played$) => cancelEcho(played$, { mode: 'doubleTalk' }),
  // What is heard while it loads waits, what is played does not: as long as the loading takes, which no two runs share.
  "cancelEcho(…, { mode: 'strong' })": (played$) => (source) =>
    from(loadAec3()).pipe(switchMap((open) => source.pipe(cancelEcho(played$, { canceller: () => of(open()) })))),
  "prepareFor('twilio')": () => pipe(prepareFor('twilio'), asFrames),
  'Opus, there and back': () => pipe(encodeStream({ format: 'ogg' }), decodeStream({ format: 'ogg' })),
};

/** Runs a stage over frames to its end. What a loudspeaker plays is the same sound, 20 ms before. */
export const outcomeOf = async (name: string, frames: readonly AudioFrame[]): Promise<Outcome> => {
  const stage = stages[name];
  if (!stage) throw new Error(`There is no stage ${name}.`);
  const played = new Subject<AudioFrame>();
  const heard$ = zip(from(frames), interval(1)).pipe(
    map(([frame]) => frame),
    tap((frame) => played.next({ ...frame, position: frame.position - frame.samples.length })),
  );
  const out = await lastValueFrom(heard$.pipe(stage(played), toArray()));
  return {
    positions: out.map(({ position }) => position),
    samples: out.flatMap(({ samples }) => [...samples]),
    states: out.map((frame) => ('vad' in frame ? String(frame.vad) : '')),
  };
};
