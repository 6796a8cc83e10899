import type { Item } from '../wire/item.js';
import type { ServerEvent } from '../wire/server-event.js';
import type { Usage } from '../wire/usage.js';

/** How an answer ends. */
export interface AnswerEnd {
  readonly status: 'completed' | 'cancelled' | 'incomplete' | 'failed';
  /** Why it was cancelled. */
  readonly reason?: 'turn_detected' | 'client_cancelled';
  readonly usage?: Usage | undefined;
}

/** An answer in the GA vocabulary, put together from its pieces. */
export interface TransportAnswer {
  readonly hasAudio: boolean;
  begin(): readonly ServerEvent[];
  /** @param delta Base64. */
  audio(delta: string): readonly ServerEvent[];
  /** Words that are spoken. */
  words(delta: string): readonly ServerEvent[];
  /** Words that are written. */
  text(delta: string): readonly ServerEvent[];
  call(name: string, args: string, callId: string): readonly ServerEvent[];
  end(end: AnswerEnd): readonly ServerEvent[];
}

type Kind = 'audio' | 'text';

/** @param newId Makes the ids that the transport does not have. */
export const transportAnswer = (newId: (prefix: string) => string, conversation_id: string): TransportAnswer => {
  const response_id = newId('resp');
  const itemId = newId('item');
  const said: Record<Kind, string> = { audio: '', text: '' };
  const kinds: Kind[] = [];
  const calls: Item[] = [];
  let output_index = -1;
  let messageIndex = -1;

  const event_id = '';
  const place = (kind: Kind) => ({
    event_id,
    response_id,
    item_id: itemId,
    output_index: messageIndex,
    content_index: kinds.indexOf(kind),
  });
  const partOf = (kind: Kind) => (kind === 'audio' ? { type: kind, transcript: said.audio } : { type: kind, text: said.text });
  const message = (status: string): Item => ({
    id: itemId,
    type: 'message',
    role: 'assistant',
    status,
    content: kinds.map((kind) => ({ ...partOf(kind), type: `output_${kind}` })),
  });
  const added = (item: Item): readonly ServerEvent[] => {
    output_index += 1;
    return [
      { type: 'response.output_item.added', event_id, response_id, output_index, item },
      { type: 'conversation.item.added', event_id, item },
    ];
  };
  const done = (item: Item, index: number): readonly ServerEvent[] => [
    { type: 'conversation.item.done', event_id, item },
    { type: 'response.output_item.done', event_id, response_id, output_index: index, item },
  ];
  /** Opens the message and its part, where they are not yet. */
  const opened = (kind: Kind): readonly ServerEvent[] => {
    if (kinds.includes(kind)) return [];
    const first = kinds.length === 0 ? added(message('in_progress')) : [];
    if (first.length > 0) messageIndex = output_index;
    kinds.push(kind);
    return [...first, { type: 'response.content_part.added', ...place(kind), part: partOf(kind) }];
  };
  const closed = (kind: Kind): readonly ServerEvent[] => [
    ...(kind === 'audio'
      ? ([
          { type: 'response.output_audio.done', ...place(kind) },
          { type: 'response.output_audio_transcript.done', ...place(kind), transcript: said.audio },
        ] as const)
      : ([{ type: 'response.output_text.done', ...place(kind), text: said.text }] as const)),
    { type: 'response.content_part.done', ...place(kind), part: partOf(kind) },
  ];

  return {
    get hasAudio() {
      return kinds.includes('audio');
    },
    begin: () => [
      { type: 'response.created', event_id, response: { id: response_id, status: 'in_progress', conversation_id, output: [] } },
    ],
    audio: (delta) => [...opened('audio'), { type: 'response.output_audio.delta', ...place('audio'), delta }],
    words(delta) {
      const before = opened('audio');
      said.audio += delta;
      return [...before, { type: 'response.output_audio_transcript.delta', ...place('audio'), delta }];
    },
    text(delta) {
      const before = opened('text');
      said.text += delta;
      return [...before, { type: 'response.output_text.delta', ...place('text'), delta }];
    },
    call(name, args, call_id) {
      const item: Item = { id: newId('item'), type: 'function_call', status: 'completed', name, call_id, arguments: args };
      const before = added({ ...item, status: 'in_progress', arguments: '' });
      calls.push(item);
      const at = { event_id, response_id, item_id: item.id ?? '', output_index };
      return [
        ...before,
        { type: 'response.function_call_arguments.done', ...at, call_id, name, arguments: args },
        ...done(item, output_index),
      ];
    },
    end({ status, reason, usage }) {
      const item = message(status === 'completed' ? status : 'incomplete');
      const output = kinds.length > 0 ? [item, ...calls] : calls;
      const details = reason ? { status_details: { type: status, reason } } : {};
      return [
        ...kinds.flatMap(closed),
        ...(kinds.length > 0 ? done(item, messageIndex) : []),
        {
          type: 'response.done',
          event_id,
          response: { id: response_id, status, ...details, output, conversation_id, ...(usage ? { usage } : {}) },
        },
      ];
    },
  };
};
