import { NEVER } from 'rxjs';
import { expect, it } from 'vitest';
import { dispensableStage } from '../../src/engine/dispensable-stage.js';
import type { AudioStageEvent } from '../../src/events.js';
import { marbles } from '../marbles.js';

const frame = (position: number) => ({ samples: new Int16Array(480), sampleRate: 24_000, position });
const frames = { a: frame(0), b: frame(480) };

it('lets the voice through as it is where what it needs is not loaded within 5 s, and says so', () => {
  const told: AudioStageEvent[] = [];
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('a 5s b|', frames);
    const stage = dispensableStage(
      'echo',
      () => NEVER,
      (event) => told.push(event),
    );
    expectObservable(source.pipe(stage)).toBe('5s ab|', frames);
    expectSubscriptions(source.subscriptions).toBe('^ 5s -!');
  })();
  expect(told).toMatchObject([{ type: 'audio.stage_bypassed', stage: 'echo', error: { code: 'backend_missing' } }]);
});
