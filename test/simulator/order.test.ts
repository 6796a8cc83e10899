import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Script, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { hasShared, shared } from '../shared.js';
import { type Client, connect, type Event } from './connect.js';
import { quiet, speech } from './sound.js';

interface Line {
  readonly dir: 'c2s' | 's2c';
  readonly ev: Event;
}

const recording = (name: string): readonly Line[] =>
  readFileSync(shared(`fixtures/recordings/${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const isDelta = ({ type }: Event) => type.endsWith('.delta');
/** These come when they come: transcription beside the answer, rate limits sometimes not at all. */
const isBeside = ({ type }: Event) => type === 'rate_limits.updated' || type.includes('input_audio_transcription');

/** Types and parents of events in order: ids by the order in which they first came, runs of deltas as the kinds in them. */
const orderOf = (events: readonly Event[]): readonly string[] => {
  const names = new Map<unknown, string>([[null, '-']]);
  const nameOf = (id: unknown): string => {
    const name = names.get(id) ?? `#${names.size}`;
    names.set(id, name);
    return name;
  };
  const lines: string[] = [];
  let run = new Set<string>();
  const endRun = () => {
    if (run.size > 0) lines.push([...run].sort().join(' + '));
    run = new Set();
  };
  for (const event of events) {
    if (isBeside(event)) continue;
    const ids = [
      event.response_id,
      event.item_id,
      event.previous_item_id,
      (event.item as Event | undefined)?.id,
      (event.response as Event | undefined)?.id,
    ];
    const line = [event.type, ...ids.filter((id) => id !== undefined).map(nameOf)].join(' ');
    if (isDelta(event)) {
      run.add(line);
    } else {
      endRun();
      lines.push(line);
    }
  }
  endRun();
  return lines;
};

/** Fields by path, values left out: every field that the service sends, and no other. */
const fieldsOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return value.length > 0 ? fieldsOf(value[0], `${path}[]`) : [path];
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => fieldsOf(member, `${path}.${name}`));
};

const fieldsByType = (events: readonly Event[]): Record<string, readonly string[]> => {
  const all: Record<string, Set<string>> = {};
  for (const event of events) {
    // What a tool's own schema says is the client's, not the service's.
    const known = all[event.type] ?? new Set<string>();
    for (const field of fieldsOf(event)) if (!field.includes('.parameters.')) known.add(field);
    all[event.type] = known;
  }
  return Object.fromEntries(Object.entries(all).map(([type, fields]) => [type, [...fields].sort()]));
};

const said = (lines: readonly Line[], dir: Line['dir']) => lines.filter((line) => line.dir === dir).map(({ ev }) => ev);

describe.skipIf(!hasShared)('simulator, against the recordings', () => {
  let simulator: Simulator;
  let client: Client;
  const start = async (script: Script): Promise<void> => {
    simulator = await startSimulator({ script, pace: 'instant', voice: 'built-in' });
    client = connect(`${simulator.url}?model=gpt-realtime`);
    await client.next('session.created');
  };
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await simulator.close();
  });

  const compare = (lines: readonly Line[]) => {
    const recorded = said(lines, 's2c');
    expect(orderOf(client.events)).toEqual(orderOf(recorded));
    const fields = fieldsByType(client.events);
    for (const [type, known] of Object.entries(fieldsByType(recorded)))
      expect({ type, fields: fields[type] }).toEqual({ type, fields: known });
  };

  for (const peer of ['openai', 'azure']) {
    it(`says a text turn with audio in the order and with the fields of ${peer}`, async () => {
      const lines = recording(`${peer}/text_in_audio_out_turn`);
      await start(['Hi there!']);
      for (const event of said(lines, 'c2s')) client.send(event);
      await client.next('response.done');
      const ours = peer === 'azure' ? lines.map(withoutCopy) : lines;
      compare(ours);
    });

    it(`says a tool round in the order and with the fields of ${peer}`, async () => {
      const lines = recording(`${peer}/tool_call_round`);
      await start([{ toolCall: { name: 'get_weather', arguments: '{  \n  "city": "London" \n} \n' } }]);
      const [update, question, ask, output, again] = said(lines, 'c2s');
      if (!update || !question || !ask || !output || !again) throw new Error('the recording has changed');
      client.send(update, question, ask);
      const call = await client.next('response.function_call_arguments.done');
      await client.next('response.done');
      client.send({ ...output, item: { ...(output.item as object), call_id: call.call_id } }, again);
      await client.next('response.done');
      compare(lines.map(withoutCopy));
      const answer = client.events.find(({ type }) => type === 'response.output_text.done');
      expect(answer?.text).toBe('It is foggy and 12 degrees in London.');
    });
  }

  it('says a voice turn with server VAD in the recorded order and with the recorded fields', async () => {
    const lines = recording('openai/audio_in_server_vad_turn');
    await start([
      { transcript: 'Hello, my name is Marcelo.', text: 'Hello, Marcelo! Great to meet you. How can I help you today?' },
    ]);
    const [update] = said(lines, 'c2s');
    if (!update) throw new Error('the recording has changed');
    client.send(update);
    for (const audio of [quiet(500), speech(1000), quiet(600)]) client.send({ type: 'input_audio_buffer.append', audio });
    await client.next('response.done');
    compare(lines);
    const types = client.events.map(({ type }) => type);
    const words = 'conversation.item.input_audio_transcription';
    expect(types.indexOf(`${words}.delta`)).toBeGreaterThan(types.indexOf('conversation.item.done'));
    expect(types.indexOf(`${words}.completed`)).toBeGreaterThan(types.lastIndexOf(`${words}.delta`));
  });

  it('takes a history of messages in the recorded order', async () => {
    const lines = recording('openai/message_history_seeding');
    await start(['Your name is Alice, and your favorite color is teal!']);
    for (const event of said(lines, 'c2s')) client.send(event);
    await client.next('response.done');
    compare(lines);
    const updated = (events: readonly Event[]) =>
      events.find(({ type }) => type === 'session.updated')?.session as Record<string, unknown>;
    const { id: _, expires_at: __, ...ours } = updated(client.events);
    const { id: ___, expires_at: ____, ...theirs } = updated(said(lines, 's2c'));
    expect(ours).toEqual(theirs);
  });
});

/** Azure puts a second copy of `part` under the name `content`; OpenAI does not. */
const withoutCopy = (line: Line): Line => {
  if (!line.ev.type.startsWith('response.content_part.')) return line;
  const { content: _, ...ev } = line.ev;
  return { ...line, ev: ev as Event };
};
