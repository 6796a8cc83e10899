import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../src/estimate-tokens.js';
import type { VoiceEvent } from '../../src/events.js';
import { type RestoreConfig, type RestorePlan, type RestoreSource, restore } from '../../src/restore.js';
import type { SessionState } from '../../src/state/session-state.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import {
  calls,
  flushed,
  having,
  lost,
  output,
  playedOut,
  plays,
  restoredBy,
  says,
  session,
  spoke,
  understood,
  wrote,
} from './conversation.js';
import { reconnected } from './service.js';

const nothing: RestoreSource = { commands: [], recordingOf: () => undefined };
const sent = (...commands: readonly ClientEvent[]): RestoreSource => ({ ...nothing, commands });
const append: ClientEvent = { type: 'input_audio_buffer.append', audio: Buffer.alloc(960).toString('base64') };
const commit: ClientEvent = { type: 'input_audio_buffer.commit' };
const ask: ClientEvent = { type: 'response.create' };

const words = ({ item }: { readonly item: unknown }): string => {
  const { role, content, type } = item as { role?: string; content?: readonly { text?: string; type: string }[]; type: string };
  return content ? `${role}: ${content.map((part) => part.text ?? part.type).join(' ')}` : type;
};
/** The items of a plan, in short, without our own. */
const itemsOf = ({ commands }: RestorePlan): readonly string[] =>
  commands.flatMap((command) =>
    command.type === 'conversation.item.create' && !command.item.id?.startsWith('rxvox_')
      ? [`${command.item.id} ${words(command)}`]
      : [],
  );
const typesOf = ({ commands }: RestorePlan): readonly string[] => commands.map(({ type }) => type);
const updateOf = ({ commands }: RestorePlan) => commands.find((command) => command.type === 'session.update')?.session;
const plan = (state: SessionState, source = nothing, config: RestoreConfig = {}) => restore(state, source, config);

describe('restore: settings', () => {
  it('sends what can be set, without what only the service tells', () => {
    expect(updateOf(plan(having()))).toEqual({
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'Be kind.',
      tools: [],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: { type: 'server_vad', threshold: 0.5 },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
      },
    });
  });

  it('sends what was asked for and not confirmed with them, the last word of each', () => {
    const update = (instructions: string): ClientEvent => ({ type: 'session.update', session: { instructions } });
    const rebuilt = plan(
      having(),
      sent(
        update('Be brief.'),
        { type: 'session.update', session: { audio: { input: { turn_detection: null } } } },
        update('Be quick.'),
      ),
    );
    expect(updateOf(rebuilt)).toMatchObject({ instructions: 'Be quick.', audio: { input: { turn_detection: null } } });
    expect(typesOf(rebuilt)).toEqual(['session.update']);
  });

  it('keeps them when a later session begins with its own', () => {
    const later: VoiceEvent = {
      type: 'session.created',
      event_id: 'e',
      session: { ...session, id: 'sess_2', instructions: 'Default.', expires_at: 9 },
    };
    const state = having(lost, later);
    expect(updateOf(plan(state))).toMatchObject({ instructions: 'Be kind.' });
    expect(state.conversation.session).toMatchObject({ id: 'sess_2', expires_at: 9 });
  });

  it('opens the doors to MCP servers again, whose secrets are not told', () => {
    const told: VoiceEvent = {
      type: 'session.updated',
      event_id: 'e',
      session: {
        ...session,
        tools: [
          { type: 'mcp', server_label: 'docs' },
          { type: 'mcp', server_label: 'web' },
          { type: 'function', name: 'docs' },
        ],
      },
    };
    const secretsOf = (label: string) => (label === 'docs' ? { authorization: 'open sesame' } : {});
    expect(updateOf(plan(having(told), { ...nothing, secretsOf }))?.tools).toEqual([
      { type: 'mcp', server_label: 'docs', authorization: 'open sesame' },
      { type: 'mcp', server_label: 'web' },
      { type: 'function', name: 'docs' },
    ]);
  });

  it('sends none where none are known', () => {
    expect(typesOf(plan({ ...having(), conversation: { ...having().conversation, session: undefined } }))).toEqual([]);
  });
});

describe('restore: items', () => {
  it('tells the user’s words, and his audio where there are none', () => {
    const state = having(wrote('t', 'Hi.'), spoke('a'), understood('a', 'How are you?'), spoke('b'), spoke('c'));
    const recordingOf = (id: string) => (id === 'b' ? { audio: 'AAAA', ms: 1500 } : undefined);
    const rebuilt = plan(state, { ...nothing, recordingOf });
    expect(itemsOf(rebuilt)).toEqual(['t user: Hi.', 'a user: How are you?', 'b user: input_audio']);
    expect(rebuilt).toMatchObject({ replayedItems: 3, replayedMs: 1500, droppedItemIds: ['c'] });
  });

  it('prefers audio to words that are not complete', () => {
    const state = having(spoke('a'), {
      type: 'conversation.item.input_audio_transcription.delta',
      event_id: 'e',
      item_id: 'a',
      delta: 'How',
    });
    expect(itemsOf(plan(state, { ...nothing, recordingOf: () => ({ audio: 'AAAA', ms: 1 }) }))).toEqual(['a user: input_audio']);
  });

  it('cuts what the assistant said to what was heard', () => {
    const state = having(...says('a', 'one two three four', 1000), ...plays('a', 500), flushed('a', 500, 500));
    expect(itemsOf(plan(state))).toEqual(['a assistant: one two']);
  });

  it('tells all that was received where nobody plays, but not beyond a cut', () => {
    const state = having(...says('a', 'one two three four', 1000), ...says('b', 'one two three four', 1000));
    const cut: ClientEvent = { type: 'conversation.item.truncate', item_id: 'b', content_index: 0, audio_end_ms: 500 };
    const alone = { ...state, playout: { ...state.playout, isPresent: false } };
    expect(itemsOf(plan(alone, sent(cut)))).toEqual(['a assistant: one two three four', 'b assistant: one two']);
  });

  it('leaves out what nobody heard, and what was to be deleted', () => {
    const state = having(...says('a', 'Hello.', 1000), flushed('a', 0, 1000), wrote('b', 'Hi.'));
    const rebuilt = plan(state, sent({ type: 'conversation.item.delete', item_id: 'b' }));
    expect(itemsOf(rebuilt)).toEqual([]);
    expect(rebuilt.droppedItemIds).toEqual(['a', 'b']);
  });

  it('waits with what still sounds', () => {
    const rebuilt = plan(having(wrote('u', 'Hi.'), ...says('a', 'Hello.', 1000), ...plays('a', 500)));
    expect(itemsOf(rebuilt)).toEqual(['u user: Hi.']);
    expect(rebuilt).toMatchObject({ dueItemIds: ['a'], droppedItemIds: [] });
  });

  it('leaves a call without its output, and an output without its call, behind', () => {
    const orphan = having(...calls('x'), output('x'), { type: 'conversation.item.deleted', event_id: 'e', item_id: 'out_x' });
    expect(itemsOf(plan(orphan))).toEqual([]);
    expect(itemsOf(plan(having(...calls('x'), output('x'))))).toEqual(['call_x function_call', 'out_x function_call_output']);
  });

  it('takes a call along that waits for its output, whatever the budget', () => {
    const state = having(...calls('x'), wrote('u', 'And tomorrow?'));
    expect(itemsOf(plan(state, nothing, { budgetTokens: 0 }))).toEqual(['call_x function_call']);
  });

  it('leaves a call behind of which the arguments are not complete', () => {
    const [begun] = calls('x');
    expect(itemsOf(plan(having(...(begun ? [begun] : []))))).toEqual([]);
  });

  it('stays within the budget, the oldest first out, calls with their outputs', () => {
    const turn = fc.oneof(
      fc.string({ minLength: 1, maxLength: 200 }).map((text) => (n: number): readonly VoiceEvent[] => [
        wrote(`u${n}`, `.${text}`),
      ]),
      fc.constant((n: number): readonly VoiceEvent[] => [...calls(`${n}`), wrote(`w${n}`, 'Wait.'), output(`${n}`)]),
    );
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 15 }), fc.integer({ min: 0, max: 600 }), (turns, budgetTokens) => {
        const state = having(...turns.flatMap((events, n) => events(n)));
        const whole = itemsOf(plan(state, nothing, { budgetTokens: 1e9 }));
        const rebuilt = plan(state, nothing, { budgetTokens, reanchor: '' });
        const kept = itemsOf(rebuilt);
        const cost = rebuilt.commands.reduce(
          (sum, command) => sum + (command.type === 'conversation.item.create' ? estimateTokens(command.item, 0) : 0),
          0,
        );
        expect(cost).toBeLessThanOrEqual(budgetTokens);
        const isCall = (item: string) => item.includes('function_call');
        expect(kept.filter((item) => !isCall(item))).toEqual(
          whole.filter((item) => !isCall(item)).slice(-kept.filter((item) => !isCall(item)).length || Number.POSITIVE_INFINITY),
        );
        expect(kept.filter((item) => item.startsWith('call_')).map((item) => item.slice(5, 7))).toEqual(
          kept.filter((item) => item.startsWith('out_')).map((item) => item.slice(4, 6)),
        );
      }),
    );
  });

  it('uses what the budget has', () => {
    const state = having(...[1, 2, 3].map((n) => wrote(`u${n}`, 'x'.repeat(40))));
    expect(itemsOf(plan(state, nothing, { budgetTokens: 28, reanchor: '' }))).toHaveLength(2);
    expect(itemsOf(plan(state, nothing, { budgetTokens: 27, reanchor: '' }))).toHaveLength(1);
  });

  it('puts the summary in place of what it is about', () => {
    const state = having(
      wrote('a', 'Old.'),
      wrote('b', 'Older.'),
      { type: 'conversation.summarized', text: 'They met.', throughItemId: 'b' },
      wrote('c', 'New.'),
    );
    const rebuilt = plan(state);
    expect(rebuilt.commands[1]).toMatchObject({ item: { role: 'system', content: [{ type: 'input_text', text: 'They met.' }] } });
    expect(itemsOf(rebuilt)).toEqual(['c user: New.']);
    expect(rebuilt.droppedItemIds).toEqual(['a', 'b']);
  });

  it('keeps the summary in the session after the next', () => {
    const state = having(
      wrote('a', 'Old.'),
      { type: 'conversation.summarized', text: 'They met.', throughItemId: 'a' },
      wrote('c', 'New.'),
    );
    reconnected(state, (client) => {
      const first = plan(client.state);
      client.tell(...first.commands, restoredBy(first));
      const again = plan(client.state, nothing, { budgetTokens: 0 });
      expect(
        again.commands.filter(({ type }) => type === 'conversation.item.create').map((command) => words(command as never)),
      ).toEqual(['system: They met.']);
    });
  });

  it('sends a prepared session what it lacks, in place, and takes out what is no more', () => {
    const state = having(wrote('a', '1'), wrote('b', '2'), wrote('c', '3'), wrote('d', '4'));
    const { commands } = plan(state, nothing, { has: new Set(['a', 'c', 'x']), reanchor: '' });
    expect(commands.slice(1)).toEqual([
      { type: 'conversation.item.delete', item_id: 'x' },
      { type: 'conversation.item.create', item: expect.objectContaining({ id: 'b' }), previous_item_id: 'a' },
      { type: 'conversation.item.create', item: expect.objectContaining({ id: 'd' }) },
    ]);
  });
});

describe('restore: the word to the model', () => {
  const anchors = ({ commands }: RestorePlan) =>
    commands.flatMap((command) =>
      command.type === 'conversation.item.create' && command.item.id?.startsWith('rxvox_anchor_') ? [words(command)] : [],
    );

  it('stands behind the items', () => {
    const { commands } = plan(having(wrote('a', 'Hi.')), nothing, { reanchor: 'Go on.' });
    expect(commands.map((command) => (command.type === 'conversation.item.create' ? words(command) : command.type))).toEqual([
      'session.update',
      'user: Hi.',
      'system: Go on.',
    ]);
  });

  it('is not said of a conversation that has not begun, nor where it is empty', () => {
    expect(anchors(plan(having()))).toEqual([]);
    expect(anchors(plan(having(wrote('a', 'Hi.')), nothing, { reanchor: '' }))).toEqual([]);
  });

  it('stands there once, and moves behind what was said since', () => {
    reconnected(having(wrote('a', 'Hi.')), (client) => {
      const first = plan(client.state);
      client.tell(...first.commands, restoredBy(first), {
        type: 'conversation.item.create',
        item: { id: 'b', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
      });
      const second = plan(client.state);
      expect(second.droppedItemIds).toEqual(['rxvox_anchor_1']);
      expect(
        second.commands.flatMap((command) => (command.type === 'conversation.item.create' ? [command.item.id] : [])),
      ).toEqual(['a', 'b', 'rxvox_anchor_2']);
    });
  });
});

describe('restore: what was not confirmed', () => {
  const text = (id?: string): ClientEvent => ({
    type: 'conversation.item.create',
    item: { ...(id === undefined ? {} : { id }), type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] },
  });

  it('is sent again behind the items, in order', () => {
    const rebuilt = plan(having(wrote('a', 'Hi.')), sent(text(), append, append, commit, ask), { reanchor: '' });
    expect(typesOf(rebuilt).slice(2)).toEqual(['conversation.item.create', append.type, append.type, commit.type, ask.type]);
    expect(rebuilt.replayedMs).toBe(40);
  });

  it('is not sent where the items have it', () => {
    const rebuilt = plan(having(wrote('a', 'Hi.')), sent(text('a')), { reanchor: '' });
    expect(typesOf(rebuilt)).toEqual(['session.update', 'conversation.item.create']);
  });

  it('is sent where an item was deleted to be made anew', () => {
    const rebuilt = plan(having(wrote('a', 'Ho.')), sent({ type: 'conversation.item.delete', item_id: 'a' }, text('a')), {
      reanchor: '',
    });
    expect(itemsOf(rebuilt)).toEqual(['a user: Hi.']);
  });

  it('takes the call along that an output is for, and leaves the output of a call that is no more', () => {
    const answer: ClientEvent = {
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'x', output: '{}' },
    };
    const [begun] = calls('x');
    const items = (state: SessionState) =>
      plan(state, sent(answer), { reanchor: '', budgetTokens: 0 }).commands.flatMap((command) =>
        command.type === 'conversation.item.create' ? [command.item.type] : [],
      );
    expect(items(having(...(begun ? [begun] : [])))).toEqual(['function_call', 'function_call_output']);
    expect(items(having())).toEqual([]);
  });

  it('has no answers to what another session has asked', () => {
    const approval: ClientEvent = {
      type: 'conversation.item.create',
      item: { id: 'y', type: 'mcp_approval_response', approval_request_id: 'q', approve: true },
    };
    expect(typesOf(plan(having(), sent(approval)))).toEqual(['session.update']);
  });

  it('loses audio that was cleared, and nothing that was committed', () => {
    const rebuilt = plan(having(), sent(append, commit, append, append, { type: 'input_audio_buffer.clear' }, append));
    expect(typesOf(rebuilt).slice(1)).toEqual([append.type, commit.type, append.type]);
  });

  it('loses a response that was cancelled', () => {
    const cancel: ClientEvent = { type: 'response.cancel' };
    expect(typesOf(plan(having(), sent(ask, cancel))).slice(1)).toEqual([]);
    expect(typesOf(plan(having(), sent(cancel, ask))).slice(1)).toEqual([ask.type]);
    expect(typesOf(plan(having(), sent(cancel), { owesAnswer: true })).slice(1)).toEqual([]);
  });

  it('loses no response for one beside it that was cancelled', () => {
    const cancel: ClientEvent = { type: 'response.cancel', response_id: 'beside' };
    expect(typesOf(plan(having(), sent(ask, cancel))).slice(1)).toEqual([ask.type]);
  });

  it('stands at the end where its place is gone', () => {
    const state = having(...says('a', 'Hello.', 100), flushed('a', 0, 100));
    const [, create] = plan(state, sent({ ...text('b'), previous_item_id: 'a' } as ClientEvent)).commands;
    expect(create).not.toHaveProperty('previous_item_id');
  });

  it('is followed by the request for an answer that is owed, once', () => {
    expect(typesOf(plan(having(), nothing, { owesAnswer: true })).slice(1)).toEqual([ask.type]);
    expect(typesOf(plan(having(), sent(ask), { owesAnswer: true })).slice(1)).toEqual([ask.type]);
    const aside: ClientEvent = { type: 'response.create', response: { conversation: 'none' } };
    expect(typesOf(plan(having(), sent(aside), { owesAnswer: true })).slice(1)).toEqual([ask.type, ask.type]);
    const greet: ClientEvent = { type: 'response.create', response: { instructions: 'Greet.' } };
    expect(plan(having(), nothing, { owesAnswer: greet }).commands.at(-1)).toEqual(greet);
  });
});

describe('after a restore', () => {
  it('an item that still sounded is sent in its place, as far as it was heard', () => {
    reconnected(having(wrote('u', 'Count.'), ...says('a', 'one two three four', 1000), ...plays('a', 100)), (client) => {
      const rebuilt = plan(client.state);
      client.tell(...rebuilt.commands, restoredBy(rebuilt), ...playedOut('a', 1000));
      expect(client.ids).toEqual(['u', 'a', 'rxvox_anchor_1']);
      expect(client.state.conversation).toMatchObject({ unacknowledged: [] });
      expect(client.errors).toEqual([]);
    });
  });
});

describe('restore: at the edges', () => {
  const create = (id: string, previous_item_id?: string): ClientEvent => ({
    type: 'conversation.item.create',
    item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] },
    ...(previous_item_id === undefined ? {} : { previous_item_id }),
  });
  const summarized: VoiceEvent = { type: 'conversation.summarized', text: 'They met.', throughItemId: 'a' };

  it('keeps a call that waits for its output though it is in the summary', () => {
    expect(itemsOf(plan(having(...calls('x'), wrote('a', 'Hi.'), summarized)))).toEqual(['call_x function_call']);
  });

  it('does not wait for an item that was to be cut', () => {
    const state = having(...says('a', 'one two three four', 1000), ...plays('a', 500));
    const cut: ClientEvent = { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 500 };
    expect(plan(state, sent(cut))).toMatchObject({ dueItemIds: [] });
    const truncated: VoiceEvent = {
      type: 'conversation.item.truncated',
      event_id: 'e',
      item_id: 'a',
      content_index: 0,
      audio_end_ms: 500,
    };
    const next = [...says('b', 'Hello.', 1000)];
    expect(plan(having(...says('a', 'one two', 1000), ...plays('a', 500), truncated, ...next)).dueItemIds).toEqual(['b']);
  });

  it('does not wait for what was thrown away, nor where nothing sounds', () => {
    const cut = [...says('a', 'one two', 1000), ...plays('a', 500), flushed('a', 500, 500)];
    expect(plan(having(...cut, ...says('b', 'Hello.', 1000))).dueItemIds).toEqual(['b']);
    const other: VoiceEvent = { type: 'playout.flushed', items: [], responseIds: [] };
    expect(plan(having(...says('a', 'one two', 1000), ...plays('a', 500), other)).dueItemIds).toEqual([]);
  });

  it('counts what it says itself into the budget', () => {
    const state = having(wrote('b', 'x'.repeat(40)));
    expect(itemsOf(plan(state, nothing, { budgetTokens: 14, reanchor: 'Go on.' }))).toEqual([]);
  });

  it('puts the summary in front of what a prepared session has', () => {
    const { commands } = plan(having(wrote('a', 'Old.'), summarized, wrote('b', 'New.')), nothing, { has: new Set(['b']) });
    expect(commands[1]).toMatchObject({ item: { role: 'system' }, previous_item_id: 'root' });
  });

  it('leaves commands in places that the session has, old and new', () => {
    const { commands } = plan(having(wrote('a', 'Hi.')), sent(create('b', 'a'), create('c', 'b'), create('d', 'root')), {
      reanchor: '',
    });
    expect(commands.slice(2)).toEqual([create('b', 'a'), create('c', 'b'), create('d', 'root')]);
  });

  it('asks only for items that the session has', () => {
    const retrieve = (item_id: string): ClientEvent => ({ type: 'conversation.item.retrieve', item_id });
    const { commands } = plan(having(wrote('a', 'Hi.')), sent(retrieve('a'), retrieve('z')), { reanchor: '' });
    expect(commands.slice(2)).toEqual([retrieve('a')]);
  });

  it('does not send an item that was made and deleted, nor clears what nobody plays', () => {
    const gone = sent(create('b'), { type: 'conversation.item.delete', item_id: 'b' }, { type: 'output_audio_buffer.clear' });
    expect(typesOf(plan(having(), gone))).toEqual(['session.update']);
  });

  it('leaves out items whose ids the service does not take', () => {
    const id = 'x'.repeat(33);
    expect(plan(having(wrote(id, 'Hi.')))).toMatchObject({ replayedItems: 0, droppedItemIds: [id] });
  });

  describe('images', () => {
    const png = 'data:image/png;base64,AA==';
    const image = (...urls: readonly (string | undefined)[]): VoiceEvent => ({
      type: 'conversation.item.added',
      event_id: 'e',
      item: {
        id: 'i',
        type: 'message',
        role: 'user',
        content: urls.flatMap((image_url) => [
          { type: 'input_text', text: 'Look.' },
          { type: 'input_image', ...(image_url === undefined ? {} : { image_url }), detail: 'low' },
        ]),
      },
    });
    const partsOf = ({ commands }: RestorePlan) =>
      commands.flatMap((command) =>
        command.type === 'conversation.item.create' && command.item.type === 'message' && command.item.id === 'i'
          ? (command.item.content ?? []).map((part) => part.image_url ?? part.text)
          : [],
      );

    it('are sent where the service tells them', () => {
      const rebuilt = plan(having(image(png)));
      expect(rebuilt.commands[1]).toMatchObject({
        item: { content: [{}, { type: 'input_image', image_url: png, detail: 'low' }] },
      });
      expect(rebuilt.droppedImages).toBe(0);
    });

    it('are sent in their places where they are kept', () => {
      const rebuilt = plan(having(image(undefined, undefined)), { ...nothing, imagesOf: () => [png, `${png}B`] });
      expect(partsOf(rebuilt)).toEqual(['Look.', png, 'Look.', `${png}B`]);
    });

    it('leave a word in their places where they are not', () => {
      const rebuilt = plan(having(image(undefined)));
      expect(partsOf(rebuilt)).toEqual(['Look.', expect.stringContaining('not available')]);
      expect(rebuilt).toMatchObject({ droppedImages: 1, droppedItemIds: [] });
    });

    it('count in the budget, those in low detail for less', () => {
      const kept = (budgetTokens: number) => plan(having(image(png)), nothing, { budgetTokens, reanchor: '' }).replayedItems;
      expect([kept(90), kept(91)]).toEqual([0, 1]);
    });
  });
});
