import type { VoiceEvent } from '../events.js';
import { type EngineEvent, stamped } from './engine-event.js';

/** A part of an answer that is not complete. */
interface OpenText {
  readonly itemId: string;
  readonly responseId: string;
  readonly text: string;
}

type Place = { readonly item_id: string; readonly response_id: string; readonly content_index: number };

/** The assistant's words as they are received: a fold with a state of its own. */
export const answerText = (): ((event: VoiceEvent) => readonly EngineEvent[]) => {
  const open = new Map<string, OpenText>();

  const more = (place: Place, delta: string): readonly EngineEvent[] => {
    const text = (open.get(keyOf(place))?.text ?? '') + delta;
    open.set(keyOf(place), { ...idsOf(place), text });
    return [told({ ...idsOf(place), text }, true)];
  };
  const all = (place: Place, text: string): readonly EngineEvent[] => {
    open.delete(keyOf(place));
    return [told({ ...idsOf(place), text }, false)];
  };
  /** A response that ends without the end of its words has no more of them. */
  const leftOver = (isOf: (text: OpenText) => boolean): readonly EngineEvent[] => {
    const left = [...open].filter(([, text]) => isOf(text));
    for (const [key] of left) open.delete(key);
    return left.map(([, text]) => told(text, false));
  };

  return (event) => {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.output_audio_transcript.delta':
        return more(event, event.delta);
      case 'response.output_text.done':
        return all(event, event.text);
      case 'response.output_audio_transcript.done':
        return all(event, event.transcript);
      case 'response.done':
        return leftOver(({ responseId }) => responseId === event.response.id);
      case 'connection.closed':
        return leftOver(() => true);
      default:
        return [];
    }
  };
};

const keyOf = ({ item_id, content_index }: Place): string => `${item_id} ${content_index}`;

const idsOf = ({ item_id, response_id }: Place): Omit<OpenText, 'text'> => ({ itemId: item_id, responseId: response_id });

const told = (text: OpenText, isPartial: boolean): EngineEvent =>
  stamped({ type: 'text.output', ...text, isPartial }, 'provider');
