import { map, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm, signal } from '../../marbles/index.js';
import { endOf } from '../../src/audio.js';
import { marbles } from '../marbles.js';

const rms = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) / 32_768;

describe('audio', () => {
  it(
    'emits one 20 ms frame for each character',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('.s|');
      const frame = (kind: '.' | 's', position: number) => ({
        samples: signal(kind, { position, length: 480 }),
        sampleRate: 24_000,
        position,
      });

      expectObservable(source).toBe('ab|', { a: frame('.', 0), b: frame('s', 480) });
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'leaves no gap between frames, and none within a signal',
    marbles(({ audio, flush }) => {
      const unbroken: boolean[] = [];
      audio('ss.n t|', { sampleRate: 16_000 })
        .pipe(
          toArray(),
          tap((frames) => {
            for (const [i, frame] of frames.entries())
              unbroken.push(frame.position === (i === 0 ? 0 : endOf(frames[i - 1] ?? frame)));
          }),
        )
        .subscribe();
      flush();
      expect(unbroken).toEqual([true, true, true, true, true]);
      expect([...signal('s', { position: 0, length: 480 }), ...signal('s', { position: 480, length: 480 })]).toEqual([
        ...signal('s', { position: 0, length: 960 }),
      ]);
    }),
  );

  it(
    'jumps by a frame at a gap of the device',
    marbles(({ audio, expectObservable }) => {
      const positions = audio('.-..|').pipe(map((frame) => frame.position));
      expectObservable(positions).toBe('a-bc|', { a: 0, b: 960, c: 1440 });
    }),
  );

  it(
    'errors at #',
    marbles(({ audio, expectObservable }) => {
      expectObservable(audio('-#')).toBe('-#');
    }),
  );

  it(
    'runs from the start of the test when hot',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('....|', { hot: true });
      expectObservable(
        source.pipe(
          map((frame) => frame.position),
          take(1),
        ),
        '--^',
      ).toBe('--(a|)', { a: 960 });
      expectSubscriptions(source.subscriptions).toBe('--(^!)');
    }),
  );

  it(
    'refuses other characters',
    marbles(({ audio }) => {
      expect(() => audio('..x|')).toThrow("'x' is none of");
    }),
  );
});

describe('signal', () => {
  it.each([
    ['.', 0, 0],
    ['s', 0.095, 0.105],
    ['t', 0.095, 0.105],
    ['n', 0.008, 0.012],
  ] as const)('sounds %s with an RMS of %f to %f in every frame', (kind, low, high) => {
    for (let position = 0; position < 48_000; position += 480) {
      const level = rms(signal(kind, { position, length: 480 }));
      expect(level).toBeGreaterThanOrEqual(low);
      expect(level).toBeLessThanOrEqual(high);
    }
  });
});

describe('pcm', () => {
  it('makes a frame of 1 kHz at position 0', () => {
    expect(pcm(1, 2, 3)).toEqual({ samples: Int16Array.of(1, 2, 3), sampleRate: 1000, position: 0 });
    expect(pcm()).toEqual({ samples: new Int16Array(), sampleRate: 1000, position: 0 });
  });

  it('takes a position and a rate', () => {
    expect(pcm(4, 5, { position: 3 })).toEqual({ samples: Int16Array.of(4, 5), sampleRate: 1000, position: 3 });
    expect(pcm({ position: 3, sampleRate: 8000 })).toEqual({ samples: new Int16Array(), sampleRate: 8000, position: 3 });
  });
});
