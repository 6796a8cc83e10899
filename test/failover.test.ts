import { concat, concatMap, from, lastValueFrom, map, of, tap, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../operators/realtime.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { openSocket } from '../src/node/open-socket.js';
import { failover } from '../src/providers/failover.js';
import { simulator } from '../src/providers/simulator.js';
import { startSimulator } from '../src/simulator/simulator.js';
import { toArray as itemsOf } from '../src/state/item-list.js';
import { initialState, sessionState } from '../src/state/session-state.js';
import { toBase64 } from '../src/wire/base64.js';

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

  it('goes on within 2 s when the first is killed while the user speaks: each turn is answered once, and both have the same items', async () => {
    const heard: number[][] = [];
    const first = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `First: ${text}` }),
    });
    await using second = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: ({ text }) => ({ text: `Second: ${text}` }),
      transcribe: ({ samples }) => {
        heard.push([...samples]);
        return 'Two.';
      },
    });
    const provider = failover([simulator({ name: 'first', url: first.url }), simulator({ name: 'second', url: second.url })]);
    const settings: Command = {
      type: 'session.update',
      session: { audio: { input: { turn_detection: null, transcription: { model: 'gpt-4o-mini-transcribe' } } } },
    };
    const values = Array.from({ length: 100 }, (_, at) => at + 1);
    const source = concat(
      of<(Command | VoiceEvent)[]>(settings, ...say('One.')),
      timer(700).pipe(concatMap(() => of<VoiceEvent>({ type: 'speech.started', position: 0 }))),
      from(values).pipe(
        concatMap((value) =>
          timer(20).pipe(
            tap(() => {
              if (value === 40) void first.close();
            }),
            map((): Command => ({ type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(480).fill(value)) })),
          ),
        ),
      ),
      of<VoiceEvent>({ type: 'speech.stopped', position: 48_000, durationMs: 2000, sentMs: 2000 }),
      later(4000, ...say('Three.')),
    );
    const reconnect = { random: () => 0.1 };
    const events = await lastValueFrom(source.pipe(realtime(provider, { openSocket, reconnect }), toArray()));
    const restored = events.flatMap((event) => (event.type === 'connection.restored' ? [event] : []));
    const at = events.findIndex(({ type }) => type === 'connection.restored');
    const itemsIn = (some: readonly VoiceEvent[]) =>
      itemsOf(some.reduce(sessionState, initialState).conversation.items).map(({ id, item }) => [id, item.type]);

    expect(restored).toHaveLength(1);
    expect(restored[0]?.gapMs).toBeLessThan(2000);
    expect(restored[0]).toMatchObject({ droppedMs: 0, replayedItems: 2 });
    expect(heard).toEqual([values.flatMap((value) => new Array<number>(480).fill(value))]);
    expect(events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []))).toEqual(
      ['First: One.', 'Second: Two.', 'Second: Three.'],
    );
    // What the second says that it has is what the client has.
    expect(itemsIn(events.slice(at))).toEqual(itemsIn(events));
    expect(events.filter(({ type }) => type === 'error')).toEqual([]);
  });
});
