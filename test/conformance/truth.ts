import type { ConversationState } from '../../src/state/conversation.js';
import { toArray } from '../../src/state/item-list.js';
import type { Recorded } from './recordings.js';

interface WireItem {
  readonly id: string;
  readonly type: string;
  readonly role?: string;
  readonly content?: readonly { readonly text?: string; readonly transcript?: string | null }[];
  readonly call_id?: string;
}
interface WireUsage {
  readonly total_tokens: number;
  readonly input_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
  readonly output_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
}

/** Voice Live still says it as the beta did. */
const isAdded = (type: string): boolean => type === 'conversation.item.added' || type === 'conversation.item.created';

/** What the session itself said, read off the recording without any of our code. */
export const truth = (lines: readonly Recorded[]) => {
  const said = lines.filter(({ dir }) => dir === 's2c').map(({ ev }) => ev);
  const items = said.filter(({ type }) => isAdded(type)).map(({ item }) => item as WireItem);
  const last = (id: string): WireItem =>
    said
      .filter(({ type }) => isAdded(type) || type === 'conversation.item.done')
      .map(({ item }) => item as WireItem)
      .findLast((item) => item.id === id) as WireItem;
  const heard = new Map(
    said
      .filter(({ type }) => type.endsWith('transcription.completed'))
      .map((ev) => [ev.item_id as string, ev.transcript as string]),
  );
  const usages = said
    .filter(({ type }) => type === 'response.done')
    .flatMap(({ response }) =>
      (response as { usage: WireUsage | null }).usage ? [(response as { usage: WireUsage }).usage] : [],
    );
  const sum = (of: (usage: WireUsage) => number): number => usages.reduce((total, usage) => total + of(usage), 0);
  return {
    items: items.map(({ id }) => {
      const { type, role, content = [], call_id } = last(id);
      const words = content.map(({ text, transcript }) => text ?? transcript ?? '').join('');
      return { id, type, role, words: heard.get(id) ?? words, call_id };
    }),
    usage: {
      totalTokens: sum((usage) => usage.total_tokens),
      inputText: sum((usage) => usage.input_token_details.text_tokens),
      inputAudio: sum((usage) => usage.input_token_details.audio_tokens),
      outputText: sum((usage) => usage.output_token_details.text_tokens),
      outputAudio: sum((usage) => usage.output_token_details.audio_tokens),
    },
  };
};

/** The same of our own state. */
export const known = ({ items, usage }: ConversationState) => ({
  items: toArray(items).map(({ id, item, transcript }) => ({
    id,
    type: item.type,
    role: 'role' in item ? item.role : undefined,
    words: transcript,
    call_id: 'call_id' in item ? item.call_id : undefined,
  })),
  usage: {
    totalTokens: usage.totalTokens,
    inputText: usage.input.text,
    inputAudio: usage.input.audio,
    outputText: usage.output.text,
    outputAudio: usage.output.audio,
  },
});
