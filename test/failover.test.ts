import { concat, concatMap, from, lastValueFrom, tap, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../operators/realtime.js';
import type { Command } from '../src/events.js';
import { openSocket } from '../src/node/open-socket.js';
import { failover } from '../src/providers/failover.js';
import { simulator } from '../src/providers/simulator.js';
import { startSimulator } from '../src/simulator/simulator.js';

const say = (text: string): readonly Command[] => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
];
const later = (ms: number, ...commands: readonly Command[]) => timer(ms).pipe(concatMap(() => from(commands)));

describe('fail-over in the midst of a conversation', { timeout: 30_000 }, () => {
  it('goes on with the next provider, which knows what was said', async () => {
    const first = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `First: ${text}` }),
    });
    await using second = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Second: ${text}` }),
    });
    const provider = failover([simulator({ name: 'first', url: first.url }), simulator({ name: 'second', url: second.url })], {
      breaker: { failures: 1 },
    });
    const source = concat(
      later(100, ...say('One.')),
      timer(500).pipe(
        tap(() => void first.close()),
        concatMap(() => []),
      ),
      later(300, ...say('Two.')),
    );
    const events = await lastValueFrom(source.pipe(realtime(provider, { openSocket }), toArray()));

    expect(events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []))).toEqual(
      ['First: One.', 'Second: Two.'],
    );
    expect(events.find(({ type }) => type === 'connection.restored')).toMatchObject({ replayedItems: 2 });
    expect(second.connections).toBeLessThanOrEqual(1);
  });
});
