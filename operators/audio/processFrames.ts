import { from, Observable, type ObservableInput, type OperatorFunction, type Subscription, takeUntil, timer } from 'rxjs';
import { type AudioFrame, endOf, type Millis } from '../../src/audio.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { AudioError } from '../../src/errors.js';
import { leaving } from '../../src/leaving.js';

/** Half a megabyte of WebAssembly takes as long at 128 kbit/s; of 48 kHz 3 MB are held by then. */
const mostWaitMs: Millis = 30_000;

/**
 * Takes every frame through a processor of its own subscription: what the operators of this folder are made of.
 *
 * Emits a frame for each frame, at once, in order, with new samples and all else unchanged. What comes before the processor is there, while its
 * WebAssembly loads for example, is held and goes first: all of it, for a recording may come at once; but for 30 s at the most. Resets the processor at a jump of `position` and at a change of rate. Completes with its
 * source, when all that was held is out; closes the processor at the end, however it ends, also one
 * whose promise comes when nobody waits any more.
 *
 * @param open Opens the processor, on each subscription; its first value is taken. Its error, and one that the processor throws, is the stream's.
 * @throws AudioError `backend_missing`, in-stream, when there is no processor 30 s after the first frame that waits for it, or none will come.
 */
export function processFrames<Frame extends AudioFrame>(
  open: () => ObservableInput<FrameProcessor>,
): OperatorFunction<Frame, Frame> {
  return (source) =>
    new Observable((subscriber) => {
      let processor: FrameProcessor | undefined;
      const held: Frame[] = [];
      let next = -1;
      let rate = 0;
      let isOver = false;
      let isBusy = false;
      let deadline: Subscription | undefined;
      subscriber.add(() => processor?.close());

      const push = (by: FrameProcessor, frame: Frame): void => {
        if (frame.position !== next || frame.sampleRate !== rate) by.reset();
        next = endOf(frame);
        rate = frame.sampleRate;
        const samples = by.process(frame);
        subscriber.next(samples === frame.samples ? frame : { ...frame, samples });
      };
      const fail = (why: string): void => subscriber.error(new AudioError(`processFrames: ${why}`, { code: 'backend_missing' }));
      /** Who waits for ever holds more and more. */
      const waitFor = (): void => {
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        deadline ??= timer(mostWaitMs).subscribe(() => fail(`the processor was not there within ${mostWaitMs / 1000} s`));
        subscriber.add(deadline);
      };
      /** What comes while a frame is given out, from a source that listens to us, has its turn afterwards. */
      const drain = (): void => {
        if (!processor) waitFor();
        if (!processor || isBusy) return;
        isBusy = true;
        try {
          for (let frame = held.shift(); frame && !subscriber.closed; frame = held.shift()) push(processor, frame);
          if (isOver) subscriber.complete();
        } catch (error) {
          subscriber.error(error);
        }
        isBusy = false;
      };

      const input = open();
      if ('then' in input) {
        // A subscription to a promise that was left says nothing any more, but the processor comes all the same.
        input.then(
          (late) => subscriber.closed && late !== processor && late.close(),
          () => undefined,
        );
      }
      const opening = from(input).subscribe({
        next: (opened) => {
          // Nobody waits any more, or it is a second value.
          if (subscriber.closed || processor) return opened.close();
          processor = opened;
          deadline?.unsubscribe();
          drain();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => processor ?? fail('there is no processor'),
      });
      subscriber.add(opening);
      subscriber.add(
        source.pipe(takeUntil(leaving(subscriber))).subscribe({
          next: (frame) => {
            held.push(frame);
            drain();
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            isOver = true;
            drain();
          },
        }),
      );
    });
}
