import { describe, expect, it } from 'vitest';
import { paced } from '../../src/simulator/pace.js';
import { marbles } from '../marbles.js';
import { ask, drive } from './drive.js';

const steps = (...times: readonly number[]) => times.map((atMs) => ({ atMs, event: `${atMs}`[0] ?? '' }));

describe('paced', () => {
  it(
    'sends each step when it is due, and completes with the last',
    marbles(({ expectObservable }) => {
      expectObservable(paced(steps(0, 20, 60))).toBe('02-(6|)');
    }),
  );

  it(
    'sends nothing more once it is unsubscribed',
    marbles(({ expectObservable }) => {
      expectObservable(paced(steps(0, 20, 60)), '^-!').toBe('02');
    }),
  );

  it(
    'completes where there is nothing',
    marbles(({ expectObservable }) => {
      expectObservable(paced([])).toBe('|');
    }),
  );

  it(
    'makes nothing for a client that is full, looks again every 50 ms, and then sends all that is due',
    marbles(({ expectObservable, cold }) => {
      let full = true;
      cold('180ms a').subscribe(() => {
        full = false;
      });
      const made: number[] = [];
      const counting = function* () {
        for (const step of steps(0, 20, 40, 300)) {
          made.push(step.atMs);
          expect(full).toBe(false);
          yield step;
        }
      };
      expectObservable(paced(counting(), () => full)).toBe('200ms (024)(3|)');
    }),
  );

  it('holds back the answer of a session, and nothing else', () => {
    let full = true;
    drive({ script: ['Yes.'], isFull: () => full }, (session) => {
      session.send(ask());
      session.wait(1000);
      session.send({ type: 'input_audio_buffer.clear' });
      expect(session.types()).toEqual(['session.created', 'response.created', 'input_audio_buffer.cleared']);
      full = false;
      session.wait(50);
      expect(session.last('response.done')?.response).toMatchObject({ status: 'completed' });
    });
  });
});
