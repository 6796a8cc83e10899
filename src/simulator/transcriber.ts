import { map, mergeMap } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import { type Entry, entryOf, replaceEntry } from './conversation.js';
import type { Hearing } from './hearing.js';
import { tokensOf } from './output.js';
import { paced } from './pace.js';
import type { Line, SessionConfig, SessionState } from './session-state.js';
import type { MessageItem, Outgoing } from './shapes.js';
import { isLive, spokenTokenMs, transcriptionSteps, wordOf } from './transcription.js';

/** Tells what the user says, where the session asked for it. */
export interface Transcriber {
  /** Tells the words that were said so far of speech that goes on, with models that do so; `words` is all that will be. */
  follow(itemId: string, spokenMs: Millis, words: string): void;
  /** Tells the words of an item that was committed. */
  tell(entry: Entry): void;
}

/** Builds the transcriber of one session; its timers end with the line. */
export const createTranscriber = ({ pace }: SessionConfig, state: SessionState, { emit, fail, lifetime }: Line): Transcriber => {
  const settings = () => state.session.audio.input.transcription;
  let following = { itemId: '', since: 0, told: 0 };

  /** The words get into the item with the last event that tells them. */
  const say = (event: Outgoing) => {
    if (event.type === 'conversation.item.input_audio_transcription.completed') {
      const entry = entryOf(state.conversation, event.item_id);
      if (entry?.item.type === 'message') {
        const item: MessageItem = { ...entry.item, content: [{ type: 'input_audio', transcript: event.transcript }] };
        state.conversation = replaceEntry(state.conversation, { ...entry, item });
      }
    }
    emit(event);
  };

  return {
    follow(itemId, spokenMs, words) {
      if (!isLive(settings()?.model)) return;
      if (following.itemId !== itemId) following = { itemId, since: clock.now(), told: 0 };
      // No faster than speech is, however fast it comes: recorded with audio sent all at once.
      const knownMs = Math.min(spokenMs, clock.now() - following.since);
      const said = tokensOf(words).slice(following.told, Math.floor(knownMs / spokenTokenMs));
      for (const token of said) emit(wordOf(itemId, token));
      following.told += said.length;
    },
    tell({ item: { id }, audioMs, hearing }) {
      const transcription = settings();
      if (!transcription || !hearing) return;
      const { model = 'whisper-1' } = transcription;
      const told = following.itemId === id ? following.told : 0;
      const steps = (heard: Hearing) => transcriptionSteps(heard, { itemId: id, audioMs, model, pace, told });
      const telling = hearing
        .pipe(
          map(steps),
          mergeMap((all) => paced(all)),
        )
        .subscribe({ next: say, error: fail });
      lifetime.add(telling);
      telling.add(() => lifetime.remove(telling));
    },
  };
};
