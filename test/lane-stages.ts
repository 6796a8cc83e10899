import {
  concat,
  defer,
  identity,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  type Observable,
  type OperatorFunction,
  of,
  take,
} from 'rxjs';
import { endOf, type VoiceFrame } from '../src/audio.js';
import { type Transformer, transform } from '../src/transform.js';

type Stage = OperatorFunction<VoiceFrame, VoiceFrame>;

/** Gives each frame when `frames` more have come. */
export const delayed = (frames: number): Stage =>
  transform((): Transformer<VoiceFrame, VoiceFrame> => {
    const held: VoiceFrame[] = [];
    return {
      next(frame, emit) {
        held.push(frame);
        if (held.length > frames) held.splice(0, 1).forEach(emit);
      },
      flush: (emit) => held.forEach(emit),
    };
  });

/** Gives frames one after the other, each at a tick. */
export const ticked =
  (tick$: Observable<unknown>): Stage =>
  (source) =>
    source.pipe(
      mergeMap((frame) =>
        tick$.pipe(
          take(1),
          map(() => frame),
        ),
      ),
    );

/** Gives all it has when the gathered samples are `size` or more, as one frame; gaps part frames. */
export const recut = (size: number): Stage =>
  transform((): Transformer<VoiceFrame, VoiceFrame> => {
    let rest: VoiceFrame | undefined;
    const give = (emit: (frame: VoiceFrame) => void): void => {
      if (rest) emit(rest);
      rest = undefined;
    };
    return {
      next(frame, emit) {
        if (rest && (endOf(rest) !== frame.position || rest.sampleRate !== frame.sampleRate)) give(emit);
        rest = rest ? { ...rest, samples: Int16Array.from([...rest.samples, ...frame.samples]) } : frame;
        if (rest.samples.length >= size) give(emit);
      },
      flush: give,
    };
  });

/** Gives each frame in pieces of `size` samples, and keeps back the last piece until the next frame. */
export const minced =
  (size: number): Stage =>
  (source) =>
    source.pipe(
      mergeMap((frame) => {
        const pieces: VoiceFrame[] = [];
        for (let from = 0; from < frame.samples.length; from += size)
          pieces.push({ ...frame, samples: frame.samples.subarray(from, from + size), position: frame.position + from });
        return pieces;
      }),
      delayed(1),
    );

/** Leaves out each `nth` frame. */
export const gated =
  (nth: number): Stage =>
  (source) =>
    source.pipe(mergeMap((frame, index) => (index % nth === 0 ? [] : [frame])));

/** Throws at the frame of this number. */
export const throwing = (at: number): Stage =>
  map((frame, index) => {
    if (index === at) throw new Error('broken');
    return frame;
  });

/** Ends after so many frames. */
export const ending = (frames: number): Stage => take(frames);

/** Swaps each two frames. */
export const disordered: Stage = transform((): Transformer<VoiceFrame, VoiceFrame> => {
  let first: VoiceFrame | undefined;
  return {
    next(frame, emit) {
      if (first) {
        emit(frame);
        emit(first);
        first = undefined;
      } else first = frame;
    },
    flush: (emit) => first && emit(first),
  };
});

/** Looks ahead: waits for the next frame, and gives both as one where they are without a gap. */
export const foreseeing: Stage = transform((): Transformer<VoiceFrame, VoiceFrame> => {
  let last: VoiceFrame | undefined;
  return {
    next(frame, emit) {
      if (last && endOf(last) === frame.position)
        emit({ ...last, samples: Int16Array.from([...last.samples, ...frame.samples]) });
      else if (last) emit(last);
      last = frame;
    },
    flush: (emit) => last && emit(last),
  };
});

/** Says which lane it was in by its level. */
export const marked = (level: number): Stage => map((frame) => ({ ...frame, level }));

/** Gives all twice. */
export const doubled: Stage = mergeMap((frame) => [frame, frame]);

/** Gives nothing back, and never completes. */
export const swallowing: Stage = (source) => concat(source.pipe(ignoreElements()), NEVER);

/** Gives all back, and never completes. */
export const unending: Stage = (source) => concat(source, NEVER);

/** Throws before it begins. */
export const unstartable: Stage = () => {
  throw new Error('cannot begin');
};

/** Says something of its own when it begins. */
export const greeting: Stage = (source) =>
  defer(() =>
    concat(of({ samples: Int16Array.of(-1), sampleRate: 1000, position: -1, vad: 'silence', level: 0 } as const), source),
  );

/** Stages by name, for stories that are drawn by lot. */
export const sized = { delayed, recut, minced, gated, throwing, ending };
export const plain = { disordered, foreseeing, doubled, swallowing, unending, unstartable, greeting, identity };
