import { concat, delay, NEVER, of, takeUntil, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import type { Command } from '../../src/events.js';
import { marbles } from '../marbles.js';

const steps = {
  o: opens,
  c: { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } },
  r: { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } },
  d: { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'completed' } },
  x: closes(1006),
} satisfies Record<string, SocketStep>;
const rotate: Command = { type: 'connection.rotate' };

describe('a session that stands by', () => {
  for (const [title, second, count] of [
    ['takes over when the response is done', '-oc', 1],
    ['does not take over when it is gone by then', '-oc-x', 0],
  ] as const) {
    it(
      title,
      marbles((t) => {
        const service = scriptedProvider(({ attempt }) =>
          t.cold<SocketStep>(attempt === 1 ? '-ocr----------d--' : second, steps),
        );
        const swaps: number[] = [];
        concat(of(rotate).pipe(delay(100)), NEVER)
          .pipe(realtime(service, service), takeUntil(timer(1000)))
          .subscribe({
            next(event) {
              if (event.type === 'connection.rotating') swaps.push(t.now());
            },
            error: () => undefined,
          });
        t.flush();
        expect(swaps.length).toBe(count);
      }),
    );
  }
});
