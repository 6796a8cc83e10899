import { concat, from, lastValueFrom, map, NEVER, of, Subject, take, throwError, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { processFrames } from '../../../operators/audio/processFrames.js';
import type { AudioFrame } from '../../../src/audio.js';
import type { FrameProcessor } from '../../../src/dsp/frame-processor.js';
import { AudioError } from '../../../src/errors.js';
import { marbles } from '../../marbles.js';

const frame = (position: number, length = 4, sampleRate = 24_000): AudioFrame => ({
  samples: Int16Array.from({ length }, (_, i) => position + i),
  sampleRate,
  position,
});

/** Gives each sample plus one, and writes down what is asked of it. */
const counting = () => {
  const asked: string[] = [];
  const processor: FrameProcessor = {
    delayMs: 0,
    process: ({ samples, position }) => {
      asked.push(`process ${position}`);
      return samples.map((sample) => sample + 1);
    },
    reset: () => asked.push('reset'),
    close: () => asked.push('close'),
  };
  return { asked, processor };
};

describe('processFrames', () => {
  it('gives a frame for each frame at once, with new samples and all else as it was', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const { processor } = counting();
      const a = { ...frame(0), vad: 'speech' };
      const source = hot('-a|', { a });
      expectObservable(source.pipe(processFrames(() => of(processor)))).toBe('-a|', {
        a: { ...a, samples: Int16Array.of(1, 2, 3, 4) },
      });
      expectSubscriptions(source.subscriptions).toBe('^-!');
    })();
  });

  it('holds what comes before the processor is there, and gives it first, in order', () => {
    marbles(({ hot, expectObservable }) => {
      const { processor } = counting();
      const frames = { a: frame(0), b: frame(4), c: frame(8) };
      const source = hot('abc|', frames);
      const out = source.pipe(
        processFrames(() => timer(100).pipe(map(() => processor))),
        map(({ position }) => position),
      );
      expectObservable(out).toBe('-----(abc|)', { a: 0, b: 4, c: 8 });
    })();
  });

  it('resets at the beginning, at a jump and at a change of rate, and closes at the end', () => {
    const { asked, processor } = counting();
    const frames = [frame(0), frame(4), frame(100), frame(104, 4, 48_000)];
    from(frames)
      .pipe(
        processFrames(() => of(processor)),
        toArray(),
      )
      .subscribe();
    expect(asked).toEqual(['reset', 'process 0', 'process 4', 'reset', 'process 100', 'reset', 'process 104', 'close']);
  });

  it('stops a synchronous source', () => {
    const { asked, processor } = counting();
    from([frame(0), frame(4), frame(8)])
      .pipe(
        processFrames(() => of(processor)),
        take(1),
      )
      .subscribe();
    expect(asked).toEqual(['reset', 'process 0', 'close']);
  });

  it('closes the processor when it is left', () => {
    const { asked, processor } = counting();
    concat(of(frame(0)), NEVER)
      .pipe(processFrames(() => of(processor)))
      .subscribe()
      .unsubscribe();
    expect(asked.at(-1)).toBe('close');
  });

  it.each(['left', 'ended by an error'])('closes once a processor whose promise comes after it was %s', async (how) => {
    const { asked, processor } = counting();
    let arrive: (opened: FrameProcessor) => void = () => undefined;
    const opened = new Promise<FrameProcessor>((resolve) => {
      arrive = resolve;
    });
    const source = new Subject<AudioFrame>();
    const running = source.pipe(processFrames(() => opened)).subscribe({ error: () => undefined });
    source.next(frame(0));
    if (how === 'left') running.unsubscribe();
    else source.error(new Error('no device'));
    arrive(processor);
    await opened;
    expect(asked).toEqual(['close']);
  });

  it('closes once a processor whose promise came in time', async () => {
    const { asked, processor } = counting();
    await lastValueFrom(of(frame(0)).pipe(processFrames(() => Promise.resolve(processor))));
    await Promise.resolve();
    expect(asked).toEqual(['reset', 'process 0', 'close']);
  });

  it.each([
    ['cannot be opened', () => throwError(() => new Error('no memory'))],
    [
      'throws',
      () =>
        of({
          ...counting().processor,
          process: () => {
            throw new Error('no memory');
          },
        }),
    ],
  ])('errors with the error of a processor that %s', (_, open) => {
    const errors: unknown[] = [];
    of(frame(0))
      .pipe(processFrames(open))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([new Error('no memory')]);
  });

  it('does not lose what was held when the source ends or the processor comes late', () => {
    const { asked, processor } = counting();
    const opening = new Subject<FrameProcessor>();
    const out: number[] = [];
    let isComplete = false;
    from([frame(0), frame(4)])
      .pipe(processFrames(() => opening))
      .subscribe({
        next: ({ position }) => out.push(position),
        complete: () => {
          isComplete = true;
        },
      });
    expect(isComplete).toBe(false);
    opening.next(processor);
    expect([out, isComplete, asked.at(-1)]).toEqual([[0, 4], true, 'close']);
  });

  it('errors when the processor is not there 30 s after the first frame that waits for it, and lets go of its loader', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('100ms a 39s a', { a: frame(0) });
      const loader = cold<FrameProcessor>('-');
      const error = new AudioError('processFrames: the processor was not there within 30 s', { code: 'backend_missing' });
      expectObservable(source.pipe(processFrames(() => loader))).toBe('100ms 30s #', undefined, error);
      for (const { subscriptions } of [source, loader]) expectSubscriptions(subscriptions).toBe('^ 30080ms !');
    })();
  });

  it('waits no longer once the processor is there, and gives all of what came at once before it', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const { processor } = counting();
      const source = hot('(aaaaaaaaa)', { a: frame(0) });
      const loader = cold('29s p', { p: processor });
      const out = source.pipe(
        processFrames(() => loader),
        map(({ position }) => position),
      );
      expectObservable(out, '^ 100s !').toBe('29s (aaaaaaaaa)', { a: 0 });
    })();
  });

  it('errors at once when none will come', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const error = new AudioError('processFrames: there is no processor', { code: 'backend_missing' });
      const source = hot<AudioFrame>('-a-', { a: frame(0) });
      expectObservable(source.pipe(processFrames(() => cold<FrameProcessor>('--|')))).toBe('--#', undefined, error);
    })();
  });

  it('gives what comes while it gives out what was held its turn afterwards', () => {
    const { processor } = counting();
    const opening = new Subject<FrameProcessor>();
    const source = new Subject<AudioFrame>();
    const out: number[] = [];
    source.pipe(processFrames(() => opening)).subscribe(({ position }) => {
      out.push(position);
      if (position === 0) source.next(frame(8));
    });
    source.next(frame(0));
    source.next(frame(4));
    opening.next(processor);
    expect(out).toEqual([0, 4, 8]);
  });
});
