import type { Millis } from './audio.js';
import type { VoiceEvent } from './events.js';
import type { Utterance } from './lane-rules.js';

/** What the rules of lanes need to know of what went before. */
export interface LaneNotes {
  readonly lane: string;
  readonly switchedAt: Millis;
  readonly answeredIn: string;
  /** The words that the last event brought. */
  readonly utterance: Utterance | undefined;
  /** The item of which words came last, and those. */
  readonly spoken: Utterance | undefined;
  readonly isHeard: boolean;
  readonly tools: { readonly counts: ReadonlyMap<string, number>; readonly meanMs: ReadonlyMap<string, Millis> };
}

export const initialNotes = (lane: string, at: Millis): LaneNotes => ({
  lane,
  switchedAt: at,
  answeredIn: lane,
  utterance: undefined,
  spoken: undefined,
  isHeard: false,
  tools: { counts: new Map(), meanMs: new Map() },
});

/** The notes after one more event; the same ones where nothing changed. */
export const laneNotes = (notes: LaneNotes, event: VoiceEvent, at: Millis): LaneNotes => {
  const utterance = wordsIn(notes, event);
  if (utterance) return { ...notes, utterance, spoken: utterance };
  const before = notes.utterance ? { ...notes, utterance: undefined } : notes;
  switch (event.type) {
    case 'lane.switched':
      return { ...before, lane: event.to, switchedAt: at };
    case 'response.created':
      return { ...before, answeredIn: before.lane };
    case 'playout.started':
      return { ...before, isHeard: true };
    case 'playout.drained':
    case 'playout.flushed':
    case 'playout.failed':
      return { ...before, isHeard: false };
    case 'tool.succeeded':
      return { ...before, tools: learned(before.tools, event.functionName, event.durationMs) };
    case 'tool.timed_out':
      return { ...before, tools: learned(before.tools, event.functionName, event.timeoutMs) };
    default:
      return before;
  }
};

const wordsIn = ({ spoken }: LaneNotes, event: VoiceEvent): Utterance | undefined => {
  switch (event.type) {
    case 'conversation.item.input_audio_transcription.delta': {
      const before = spoken?.itemId === event.item_id ? spoken.text : '';
      return { itemId: event.item_id, text: before + (event.delta ?? ''), isFinal: false };
    }
    case 'conversation.item.input_audio_transcription.updated':
      return { itemId: event.item_id, text: event.transcript, isFinal: false };
    case 'conversation.item.input_audio_transcription.completed':
      // xAI sends several of these, until it says that it is the last.
      return { itemId: event.item_id, text: event.transcript, isFinal: event.status !== 'in_progress' };
    case 'conversation.item.added':
    case 'conversation.item.created': {
      const { item } = event;
      if (item.type !== 'message' || item.role !== 'user') return undefined;
      const text = (item.content ?? []).flatMap((part) => (part.type === 'input_text' && part.text ? [part.text] : [])).join(' ');
      return text === '' ? undefined : { itemId: item.id ?? '', text, isFinal: true };
    }
    default:
      return undefined;
  }
};

const learned = ({ counts, meanMs }: LaneNotes['tools'], name: string, ms: Millis): LaneNotes['tools'] => {
  const count = (counts.get(name) ?? 0) + 1;
  const mean = meanMs.get(name) ?? 0;
  return { counts: new Map(counts).set(name, count), meanMs: new Map(meanMs).set(name, mean + (ms - mean) / count) };
};
