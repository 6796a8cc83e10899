import type { AudioFrame, SampleIndex } from '../audio.js';
import type { PlayoutFlushed } from '../events.js';
import { outputFormatOf } from '../state/audio-format.js';
import { heardMsOf } from '../state/playout-clock.js';
import type { SessionState } from '../state/session-state.js';
import { decodePayload } from '../wire/payload.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { type AudioOutputChunk, bytesOf, type EngineEvent, type EngineEventFold, stamped } from './engine-event.js';

/** Converts the audio of one item of the assistant's to another rate, or to another form. */
export interface ChunkConversion {
  /** What is ready after this frame; its position counts the samples of the item that were received so far. */
  convert(frame: AudioFrame): readonly AudioFrame[];
  /** What is left when the item's audio has all come. */
  flush(): readonly AudioFrame[];
}

const asItIs: ChunkConversion = { convert: (frame) => [frame], flush: () => [] };

/** An item of which audio comes: of responses beside each other, in turns. */
interface Coming {
  readonly item_id: string;
  readonly response_id: string;
  readonly conversion: ChunkConversion;
  readonly position: SampleIndex;
}

/**
 * What of the assistant is received as audio, and when it begins and ends to sound: a fold with a state of its own.
 *
 * @param open Called for each item.
 */
export const answerSound = (open: () => ChunkConversion = () => asItIs): EngineEventFold => {
  /** Items that were told to have started, with their responses. */
  const sounding = new Map<string, string>();
  const coming = new Map<string, Coming>();

  const started = (itemId: string, responseId: string): readonly EngineEvent[] => {
    if (sounding.has(itemId)) return [];
    sounding.set(itemId, responseId);
    return [stamped({ type: 'audio.output_started', itemId }, 'device')];
  };
  const stopped = (itemId: string, heardMs: number): readonly EngineEvent[] =>
    sounding.delete(itemId) ? [stamped({ type: 'audio.output_stopped', itemId, heardMs }, 'device')] : [];
  const allStopped = (ids: readonly string[], { playout }: SessionState): readonly EngineEvent[] =>
    ids.flatMap((id) => stopped(id, heardMsOf(playout, id)));
  const flushed = ({ items }: PlayoutFlushed): readonly EngineEvent[] =>
    items.flatMap(({ itemId, playedMs }) => stopped(itemId, playedMs));

  const received = (event: ServerEventOf<'response.output_audio.delta'>, state: SessionState): readonly EngineEvent[] => {
    const { encoding, sampleRate } = outputFormatOf(state.conversation.session);
    const samples = decodePayload(event.delta, encoding);
    if (!samples) return [];
    const { item_id, response_id } = event;
    const { conversion, position } = coming.get(item_id) ?? { conversion: open(), position: 0 };
    coming.set(item_id, { item_id, response_id, conversion, position: position + samples.length });
    const begun = state.playout.isPresent ? [] : started(item_id, response_id);
    return [...begun, ...chunksOf(conversion.convert({ samples, sampleRate, position }), event)];
  };
  /** What the conversions of these items still hold. */
  const restOf = (isOver: (item: Coming) => boolean): readonly EngineEvent[] => {
    const over = [...coming.values()].filter(isOver);
    for (const { item_id } of over) coming.delete(item_id);
    return over.flatMap((item) => chunksOf(item.conversion.flush(), item));
  };

  return (event, state) => {
    switch (event.type) {
      case 'response.output_audio.delta':
        return received(event, state);
      case 'response.output_audio.done': {
        const rest = restOf(({ item_id }) => item_id === event.item_id);
        return state.playout.isPresent ? rest : [...rest, ...allStopped([event.item_id], state)];
      }
      case 'playout.started':
        return started(event.itemId, event.responseId);
      case 'playout.item_done':
        return stopped(event.itemId, event.playedMs);
      case 'playout.flushed':
        return flushed(event);
      case 'response.done': {
        // A lost connection ends no item.
        const rest = restOf(({ response_id }) => response_id === event.response.id);
        const ids = [...sounding].flatMap(([id, responseId]) => (responseId === event.response.id ? [id] : []));
        return state.playout.isPresent ? rest : [...rest, ...allStopped(ids, state)];
      }
      case 'playout.failed':
      case 'connection.closed':
        return allStopped([...sounding.keys()], state);
      default:
        return [];
    }
  };
};

const chunksOf = (
  frames: readonly AudioFrame[],
  { item_id: itemId, response_id: responseId }: Pick<Coming, 'item_id' | 'response_id'>,
): readonly EngineEvent[] =>
  frames.map(({ samples, sampleRate }) => {
    const chunk: AudioOutputChunk = {
      type: 'audio.output_chunk',
      audioData: bytesOf(samples),
      sampleRate,
      channels: 1,
      itemId,
      responseId,
    };
    return stamped(chunk, 'provider');
  });
