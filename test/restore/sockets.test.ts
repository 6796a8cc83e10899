import { afterEach, describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { createRecordings } from '../../src/recordings.js';
import { restore } from '../../src/restore.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { toArray } from '../../src/state/item-list.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { encodePayload } from '../../src/wire/payload.js';
import { type Client, connect, type Event } from '../simulator/connect.js';
import { loud } from '../simulator/sound.js';
import { restoredBy } from './conversation.js';

const tools = [
  {
    type: 'function',
    name: 'weather',
    description: 'The weather somewhere.',
    parameters: { type: 'object', properties: { city: { type: 'string', default: null } } },
  },
] as const;
const speech = (encoding: 'pcm16' | 'pcmu'): ClientEvent => ({
  type: 'input_audio_buffer.append',
  audio: encodePayload(encoding === 'pcm16' ? loud(300) : loud(100), encoding),
});
const text = (words: string): ClientEvent => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] },
});

const settings: Readonly<Record<string, object>> = {
  'as they are': {},
  'with tools and choice': {
    tools,
    tool_choice: 'auto',
    max_output_tokens: 500,
    truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
    parallel_tool_calls: true,
  },
  'with transcription': { audio: { input: { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'near_field' } } } },
  'with semantic turns': { audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } } },
  'in µ-law': { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } },
  'in text': { output_modalities: ['text'], instructions: '' },
  'with another voice': { audio: { output: { voice: 'cedar', speed: 1.2 } } },
};

describe('a session that is rebuilt in another', () => {
  let simulator: Simulator | undefined;
  afterEach(() => simulator?.close());

  /** A client that keeps the state. */
  const following = (client: Client, before: SessionState) => {
    let state = before;
    let seen = 0;
    return {
      send(...commands: readonly Command[]) {
        for (const command of commands) state = sessionState(state, command);
        client.send(...commands);
      },
      tell(event: VoiceEvent) {
        state = sessionState(state, event);
      },
      async until(type: string): Promise<Event> {
        const event = await client.next(type);
        const end = client.events.indexOf(event) + 1;
        for (const each of client.events.slice(seen, end)) state = sessionState(state, each as unknown as VoiceEvent);
        seen = Math.max(seen, end);
        return event;
      },
      get state() {
        return state;
      },
    };
  };

  it.each(Object.entries(settings))('has the same settings and items, %s', async (_, patch) => {
    simulator = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      script: ['Hello there.', { toolCall: { name: 'weather' }, text: 'Sunny.' }, 'You are welcome.'],
    });
    const url = `${simulator.url}?model=gpt-realtime`;
    const recordings = createRecordings();
    await using one = connect(url);
    const first = following(one, initialState);
    await first.until('session.created');
    first.send({ type: 'session.update', session: { type: 'realtime', ...patch } });
    await first.until('session.updated');
    first.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    const { session } = (await first.until('session.updated')) as unknown as { session: Record<string, unknown> };

    const append = speech('audio' in patch && JSON.stringify(patch).includes('pcmu') ? 'pcmu' : 'pcm16');
    first.send(append, { type: 'input_audio_buffer.commit' });
    const { item_id } = (await first.until('input_audio_buffer.committed')) as unknown as { item_id: string };
    recordings.add(item_id, append.type === 'input_audio_buffer.append' ? [append.audio] : [], 300);
    for (const words of ['Hi.', 'What is the weather?']) {
      first.send(text(words), { type: 'response.create' });
      await first.until('response.done');
    }
    const call = toArray(first.state.conversation.items).find(({ item }) => item.type === 'function_call')?.item;
    if (call?.type === 'function_call') {
      first.send(
        { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id ?? '', output: '{}' } },
        { type: 'response.create' },
      );
      await first.until('response.done');
    }
    const spoken = toArray(first.state.conversation.items).map(({ id, item, transcript }) => [
      id,
      item.type,
      'role' in item ? item.role : '',
      transcript,
    ]);
    expect(spoken.length).toBeGreaterThanOrEqual(5);

    await using two = connect(url);
    const second = following(two, sessionState(first.state, { type: 'connection.lost', closeCode: 1006, reason: 'lost' }));
    await second.until('session.created');
    const plan = restore(second.state, { commands: [], recordingOf: recordings.recordingOf });
    expect(plan.droppedItemIds).toEqual([]);
    second.send(...plan.commands);
    second.tell(restoredBy(plan));
    const updated = (await second.until('session.updated')) as unknown as { session: Record<string, unknown> };
    const { id: before, expires_at: __, ...same } = session;
    expect(updated.session).toEqual({ ...same, id: expect.any(String), expires_at: expect.any(Number) });
    expect(updated.session.id).not.toBe(before);

    for (const [id, type, role] of spoken) {
      second.send({ type: 'conversation.item.retrieve', item_id: id ?? '' });
      const { item } = (await second.until('conversation.item.retrieved')) as unknown as { item: object };
      expect(item).toMatchObject({ id, type, ...(role === '' ? {} : { role }) });
    }
    expect(two.events.filter(({ type }) => type === 'error')).toEqual([]);
    const rebuilt = toArray(second.state.conversation.items).map(({ id, item, transcript }) => [
      id,
      item.type,
      'role' in item ? item.role : '',
      transcript,
    ]);
    expect(rebuilt.slice(0, -1)).toEqual(spoken);
    const order = two.events.filter(({ type }) => type === 'conversation.item.added') as unknown as { item: { id: string } }[];
    expect(order.map(({ item }) => item.id)).toEqual(rebuilt.map(([id]) => id));

    second.send(text('Thanks.'), { type: 'response.create' });
    expect(await second.until('response.done')).toMatchObject({ response: { status: 'completed' } });
  });
});
