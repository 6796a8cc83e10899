import type { Command, VoiceEvent } from '../../src/events.js';
import type { RestorePlan } from '../../src/restore.js';
import { toArray } from '../../src/state/item-list.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { keptTextOf, speakerOf } from '../../src/state/transcript.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ContentPart, Item } from '../../src/wire/item.js';

/** A state with a loudspeaker, in a session that is ready. */
export const session = {
  type: 'realtime',
  id: 'sess_1',
  object: 'realtime.session',
  expires_at: 1,
  model: 'gpt-realtime',
  output_modalities: ['audio'],
  instructions: 'Be kind.',
  tools: [],
  tracing: null,
  prompt: null,
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: null,
      noise_reduction: null,
      turn_detection: { type: 'server_vad', threshold: 0.5, idle_timeout_ms: null },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
  },
} as const;

export const opened: readonly VoiceEvent[] = [
  { type: 'connection.starting', attempt: 1 },
  { type: 'session.created', event_id: 'e', session },
  { type: 'connection.established', connectionId: 'sess_1', latencyMs: 1, droppedMs: 0 },
];

export const quiet: SessionState = { ...initialState, playout: { ...initialState.playout, isPresent: true } };

/** The state after these. */
export const having = (...entries: readonly (Command | VoiceEvent)[]): SessionState =>
  [...opened, ...entries].reduce(sessionState, quiet);

/** What the user wrote. */
export const wrote = (id: string, text: string): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_text', text }] },
});

/** What the user said, whose words are not known. */
export const spoke = (id: string): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio', transcript: null }] },
});

export const understood = (id: string, transcript: string): VoiceEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: 'e',
  item_id: id,
  content_index: 0,
  transcript,
});

/** What the assistant says: `ms` of audio and words, in a response of its own, done where `isDone`. */
export const says = (id: string, text: string, ms: number, isDone = true): readonly VoiceEvent[] => {
  const place = { event_id: 'e', response_id: `r_${id}`, item_id: id, output_index: 0, content_index: 0 };
  const item = (status: 'in_progress' | 'completed', content: readonly ContentPart[]): Item => ({
    id,
    type: 'message',
    role: 'assistant',
    status,
    content: [...content],
  });
  const done = item('completed', [{ type: 'output_audio', transcript: text }]);
  return [
    { type: 'response.created', event_id: 'e', response: { id: `r_${id}`, status: 'in_progress' } },
    { type: 'conversation.item.added', event_id: 'e', item: item('in_progress', []) },
    { type: 'response.output_audio_transcript.delta', ...place, delta: text },
    { type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(ms * 24)) },
    ...(isDone
      ? ([
          { type: 'conversation.item.done', event_id: 'e', item: done },
          { type: 'response.done', event_id: 'e', response: { id: `r_${id}`, status: 'completed' } },
        ] satisfies VoiceEvent[])
      : []),
  ];
};

const playedOf = (id: string, ms: number) => ({ itemId: id, responseId: `r_${id}`, playedSamples: ms * 24, playedMs: ms });

/** The loudspeaker plays so much of it. */
export const plays = (id: string, ms: number): readonly VoiceEvent[] => [
  { type: 'playout.started', itemId: id, responseId: `r_${id}` },
  { type: 'playout.progress', ...playedOf(id, ms) },
];

/** The loudspeaker is through with it. */
export const playedOut = (id: string, ms: number): readonly VoiceEvent[] => [
  ...plays(id, ms),
  { type: 'playout.item_done', ...playedOf(id, ms) },
  { type: 'playout.drained' },
];

/** The loudspeaker was stopped after so much of it. */
export const flushed = (id: string, ms: number, discardedMs: number): VoiceEvent => ({
  type: 'playout.flushed',
  items: [{ ...playedOf(id, ms), discardedMs, isFinished: true }],
  responseIds: [`r_${id}`],
});

/** The model asks for a tool. */
export const calls = (callId: string): readonly VoiceEvent[] => {
  const item = {
    id: `call_${callId}`,
    type: 'function_call',
    name: 'weather',
    call_id: callId,
    arguments: '{"city":"Rome"}',
  } as const;
  return [
    { type: 'conversation.item.added', event_id: 'e', item: { ...item, arguments: '', status: 'in_progress' } },
    { type: 'conversation.item.done', event_id: 'e', item: { ...item, status: 'completed' } },
  ];
};

export const output = (callId: string): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id: `out_${callId}`, type: 'function_call_output', call_id: callId, output: '{"sky":"blue"}' },
});

/** The service adds an item. */
export const adds = (item: Item): VoiceEvent => ({ type: 'conversation.item.added', event_id: 'e', item });

/** The service deletes an item. */
export const deletes = (item_id: string): VoiceEvent => ({ type: 'conversation.item.deleted', event_id: 'e', item_id });

/** The service cuts what the assistant said. */
export const truncates = (item_id: string, audio_end_ms: number): VoiceEvent => ({
  type: 'conversation.item.truncated',
  event_id: 'e',
  item_id,
  content_index: 0,
  audio_end_ms,
});

export const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };

/** What `realtime` says when a plan was sent. */
export const restoredBy = ({ commands: _, ...plan }: RestorePlan): VoiceEvent => ({
  type: 'connection.restored',
  gapMs: 0,
  droppedMs: 0,
  ...plan,
});

/** What is in the conversation, in order: ids, who, and words. */
export const contents = (state: SessionState): readonly (readonly [id: string, who: string, words: string])[] =>
  toArray(state.conversation.items).map((held) => {
    const { id, item, transcript } = held;
    if (item.type === 'function_call') return [id, 'call', item.arguments];
    if (item.type === 'function_call_output') return [id, 'output', item.output];
    const who = item.type === 'message' ? item.role : item.type;
    return [id, who, speakerOf(held) === 'assistant' ? keptTextOf(state, held) : transcript];
  });
