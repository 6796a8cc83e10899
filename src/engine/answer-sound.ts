import type { AudioFrame, SampleIndex } from '../audio.js';
import type { PlayoutFlushed } from '../events.js';
import { outputFormatOf } from '../state/audio-format.js';
import { heardMsOf } from '../state/playout-clock.js';
import type { SessionState } from '../state/session-state.js';
import { decodePayload } from '../wire/payload.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { type AudioOutputChunk, bytesOf, type EngineEvent, type EngineEventFold, stamped } from './engine-event.js';

/** Converts the assistant's audio to another rate, or to another form. */
export interface ChunkConversion {
  /** What is ready after this frame; its position counts the samples received so far. */
  convert(frame: AudioFrame): readonly AudioFrame[];
  /** What is left when an item's audio has all come. */
  flush(): readonly AudioFrame[];
}

const asItIs: ChunkConversion = { convert: (frame) => [frame], flush: () => [] };

/** What of the assistant is received as audio, and when it begins and ends to sound: a fold with a state of its own. */
export const answerSound = ({ convert, flush }: ChunkConversion = asItIs): EngineEventFold => {
  /** Items that were told to have started, with their responses. */
  const sounding = new Map<string, string>();
  let position: SampleIndex = 0;

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
    const frame: AudioFrame = { samples, sampleRate, position };
    position += samples.length;
    const begun = state.playout.isPresent ? [] : started(event.item_id, event.response_id);
    return [...begun, ...chunksOf(convert(frame), event)];
  };

  return (event, state) => {
    switch (event.type) {
      case 'response.output_audio.delta':
        return received(event, state);
      case 'response.output_audio.done': {
        const rest = chunksOf(flush(), event);
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
        const ids = [...sounding].flatMap(([id, responseId]) => (responseId === event.response.id ? [id] : []));
        return state.playout.isPresent ? [] : allStopped(ids, state);
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
  { item_id: itemId, response_id: responseId }: ServerEventOf<'response.output_audio.delta' | 'response.output_audio.done'>,
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
