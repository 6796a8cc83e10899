import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEvent } from '../../src/events.js';
import { type RestoreSource, restore } from '../../src/restore.js';
import { toArray } from '../../src/state/item-list.js';
import type { SessionState } from '../../src/state/session-state.js';
import { keptTextOf } from '../../src/state/transcript.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { ContentPart, Item, McpCallItem } from '../../src/wire/item.js';
import {
  adds,
  calls,
  contents,
  deletes,
  flushed,
  having,
  output,
  playedOut,
  plays,
  restoredBy,
  says,
  spoke,
  truncates,
  understood,
  wrote,
} from './conversation.js';
import { reconnected } from './service.js';

/** A turn of a conversation: what happens in it, for the item number `n`. */
type Step = (n: number) => readonly VoiceEvent[];

const words = fc
  .array(fc.constantFrom('sun', 'rain', 'and', 'tomorrow', 'wind.'), { minLength: 1, maxLength: 12 })
  .map((all) => all.join(' '));
const length = fc.integer({ min: 1, max: 30 }).map((frames) => frames * 20);

const message = (id: string, role: 'user' | 'system', ...content: readonly ContentPart[]): VoiceEvent =>
  adds({ id, type: 'message', role, status: 'completed', content: [...content] });

const mcp = { server_label: 'docs', name: 'docs.search', arguments: '{"q":"sun"}' };
const mcpCall = (id: string, more: Partial<McpCallItem>): VoiceEvent => adds({ id, type: 'mcp_call', ...mcp, ...more });
const asks = (id: string): VoiceEvent => adds({ id, type: 'mcp_approval_request', ...mcp });
const answers = (approval_request_id: string, approve: boolean): VoiceEvent =>
  adds({ id: `y_${approval_request_id}`, type: 'mcp_approval_response', approval_request_id, approve });

const said: fc.Arbitrary<Step> = fc.oneof(
  words.map(
    (text): Step =>
      (n) => [wrote(`u${n}`, text)],
  ),
  words.map(
    (text): Step =>
      (n) => [message(`y${n}`, 'system', { type: 'input_text', text })],
  ),
  fc.option(words).map(
    (text): Step =>
      (n) => [spoke(`s${n}`), ...(text === null ? [] : [understood(`s${n}`, text)])],
  ),
  fc.tuple(words, length).map(
    ([text, ms]): Step =>
      (n) => [...says(`a${n}`, text, ms), ...playedOut(`a${n}`, ms)],
  ),
  fc.tuple(words, length, length).map(
    ([text, ms, more]): Step =>
      (n) => [...says(`a${n}`, text, ms + more), ...plays(`a${n}`, ms), flushed(`a${n}`, ms, more), truncates(`a${n}`, ms)],
  ),
  words.map(
    (text): Step =>
      (n) => [...says(`a${n}`, text, 500), flushed(`a${n}`, 0, 500), deletes(`a${n}`)],
  ),
);
const shown: fc.Arbitrary<Step> = fc.array(fc.option(words), { minLength: 1, maxLength: 4 }).map(
  (parts): Step =>
    (n) => [
      message(
        `i${n}`,
        'user',
        ...parts.map((text): ContentPart => (text === null ? { type: 'input_image' } : { type: 'input_text', text })),
      ),
    ],
);
const called: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  (n) => [...calls(`c${n}`), output(`c${n}`)],
  (n) => calls(`p${n}`),
  (n) => [mcpCall(`m${n}`, { output: 'It shines.', status: 'completed' })],
  (n) => [mcpCall(`${n}`.padStart(50, 'm'), { output: '' })],
  (n) => [mcpCall(`m${n}`, { error: { type: 'http_error', code: 500, message: 'no' } })],
  (n) => [mcpCall(`m${n}`, { status: 'in_progress', arguments: '' })],
  (n) => [asks(`q${n}`), answers(`q${n}`, true), mcpCall(`m${n}`, { approval_request_id: `q${n}`, output: 'It rains.' })],
  (n) => [asks(`q${n}`), answers(`q${n}`, false)],
  (n) => [asks(`q${n}`)],
  (n) => [adds({ id: `l${n}`, type: 'mcp_list_tools', server_label: 'docs', tools: [] })],
);
const taken = fc.constant<Step>((n) => ['u', 'call_c', 'i', 'm', 'q'].map((kind) => deletes(`${kind}${n - 1}`)));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: said },
  { weight: 2, arbitrary: shown },
  { weight: 4, arbitrary: called },
  { weight: 1, arbitrary: taken },
);

/** What the loudspeaker has still to say when the connection is lost. */
const rest = fc.option(
  fc.record({ text: words, heardMs: fc.integer({ min: 0, max: 900 }), isDone: fc.boolean(), isFlushed: fc.boolean() }),
);

const conversation = fc.record({ steps: fc.array(step, { maxLength: 14 }), rest });

const png = 'data:image/png;base64,AA==';
const isEven = (id: string): boolean => /[02468]$/.test(id);
const recorded: RestoreSource = {
  commands: [],
  recordingOf: (id) => (id.startsWith('s') && isEven(id) ? { audio: Buffer.alloc(4800).toString('base64'), ms: 100 } : undefined),
  imagesOf: (id) => (isEven(id) ? [png, png, png, png] : []),
};

const isOwn = (id: string): boolean => id.startsWith('rxvox_anchor_') || id.startsWith('rxvox_summary_');

/** What an item says to a model, in short; calls of MCP tools have ids of their own. */
const sense = (item: Item, text: string): string => {
  if (item.type === 'function_call') return `call ${callIdOf(item)} ${item.name} ${item.arguments}`;
  if (item.type === 'function_call_output') {
    return `output ${callIdOf(item)} ${item.output.startsWith('{"error"') ? 'error' : item.output}`;
  }
  return item.type === 'message' ? `${item.role}: ${text}` : item.type;
};
const callIdOf = ({ call_id = '' }: { readonly call_id?: string }): string => (/^(m|q|rxvox)/.test(call_id) ? 'mcp' : call_id);
const partsOf = (item: Item): readonly ContentPart[] => (item.type === 'message' ? (item.content ?? []) : []);

/** What a later session is to know of a state: pairs of calls and outputs, all that has words, images or a recording. */
const expected = (state: SessionState): readonly string[] => {
  const all = toArray(state.conversation.items);
  const ids = new Set(all.map(({ item }) => (item.type === 'function_call' ? item.call_id : undefined)));
  const answered = new Set(all.map(({ item }) => (item.type === 'function_call_output' ? item.call_id : undefined)));
  const approved = new Set(all.map(({ item }) => (item.type === 'mcp_call' ? item.approval_request_id : undefined)));
  return all.flatMap((held): readonly string[] => {
    const { id, item, transcript } = held;
    if (item.type === 'mcp_call' || (item.type === 'mcp_approval_request' && !approved.has(id))) {
      const result = item.type === 'mcp_call' ? (item.output ?? 'error') : 'error';
      return [`call mcp docs_search ${item.arguments || '{}'}`, `output mcp ${result}`];
    }
    if (id === 'last' || item.type.startsWith('mcp_')) return [];
    if (item.type === 'function_call' && !answered.has(item.call_id) && !id.startsWith('call_p')) return [];
    if (item.type === 'function_call_output' && !ids.has(item.call_id)) return [];
    const told = id.startsWith('i')
      ? partsOf(item).map(({ type, text }) => (type !== 'input_image' ? text : isEven(id) ? 'image' : 'no image'))
      : [item.type === 'message' && item.role === 'assistant' ? keptTextOf(state, held) : transcript];
    const text = recorded.recordingOf(id) ? 'audio' : told.join(' ');
    return item.type === 'message' && text === '' ? [] : [sense(item, text)];
  });
};

/** What the service has, in the same words. */
const had = (item: Item): string =>
  sense(
    item,
    partsOf(item)
      .map(({ type, text }) => (type === 'input_image' ? 'image' : type === 'input_audio' ? 'audio' : text))
      .map((text) => (text?.startsWith('(An image was shown') ? 'no image' : text))
      .join(' '),
  );

/** What was sent and not confirmed, of items that there are and of others. */
const unconfirmed: fc.Arbitrary<readonly ClientEvent[]> = fc.array(
  fc.tuple(fc.nat(14), fc.constantFrom('u', 's', 'a', 'i', 'm', 'call_c', 'call_p', 'out_c')).chain(([n, kind]) => {
    const id = `${kind}${n}`;
    const create = (item: Item): ClientEvent => ({ type: 'conversation.item.create', item, previous_item_id: id });
    return fc.constantFrom<ClientEvent>(
      { type: 'conversation.item.delete', item_id: id },
      { type: 'conversation.item.retrieve', item_id: id },
      { type: 'conversation.item.truncate', item_id: `a${n}`, content_index: 0, audio_end_ms: 100 },
      { type: 'session.update', session: { type: 'realtime', instructions: id } },
      create({ type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] }),
      create({ type: 'message', role: 'user', content: [{ type: 'input_image', image_url: png }] }),
      create({ type: 'function_call_output', call_id: `c${n}`, output: id }),
      create({ type: 'function_call_output', call_id: `p${n}`, output: id }),
      create({ type: 'mcp_approval_response', id: `y${n}`, approval_request_id: `q${n}`, approve: true }),
    );
  }),
  { maxLength: 6 },
);

const stateOf = ({ steps, rest: sounding }: { readonly steps: readonly Step[]; readonly rest: Sounding }): SessionState =>
  having(
    ...steps.flatMap((events, n) => events(n)),
    ...(sounding ? [...says('last', sounding.text, 1000, sounding.isDone), ...plays('last', sounding.heardMs)] : []),
  );
type Sounding = typeof rest extends fc.Arbitrary<infer T> ? T : never;

describe('restore, over conversations', () => {
  it('gives a session with the same items in the same order, of the same meaning', () => {
    fc.assert(
      fc.property(conversation, ({ steps, rest: sounding }) => {
        const state = stateOf({ steps, rest: sounding });
        const wanted = expected(state);
        reconnected(state, (client) => {
          const plan = restore(client.state, recorded);
          expect(plan.dueItemIds).toEqual(sounding ? ['last'] : []);
          client.tell(...plan.commands, restoredBy(plan));
          expect(client.errors).toEqual([]);
          expect(client.items.filter(({ id = '' }) => !isOwn(id)).map(had)).toEqual(wanted);
          expect(client.items.filter(({ id = '' }) => isOwn(id))).toHaveLength(wanted.length > 0 || sounding ? 1 : 0);
          expect(client.ids).toEqual(toArray(client.state.conversation.items).flatMap(({ id }) => (id === 'last' ? [] : [id])));

          const again = restore(client.state, recorded);
          const itemsOf = ({ commands }: typeof plan) => commands.filter(({ type }) => type === 'conversation.item.create');
          expect(itemsOf(again)).toEqual(itemsOf(plan));
          expect(again.droppedItemIds).toEqual([]);

          if (sounding)
            client.tell(...(sounding.isFlushed ? [flushed('last', sounding.heardMs, 1000)] : playedOut('last', 1000)));
          expect(client.errors).toEqual([]);
          expect(client.ids).toEqual(
            contents(client.state).flatMap(([id, , text]) => (text === '' && id === 'last' ? [] : [id])),
          );
        });
      }),
      { numRuns: 600 },
    );
  });

  it('is refused nothing, whatever was not confirmed and however little is told', () => {
    fc.assert(
      fc.property(conversation, unconfirmed, fc.integer({ min: 0, max: 1500 }), (story, commands, budgetTokens) => {
        reconnected(stateOf(story), (client) => {
          const plan = restore(client.state, { ...recorded, commands }, { budgetTokens });
          client.tell(...plan.commands, restoredBy(plan));
          expect(client.errors).toEqual([]);
          expect(client.state.conversation.unacknowledged).toEqual([]);
        });
      }),
      { numRuns: 600 },
    );
  });
});
