import * as E from 'fp-ts/lib/Either.js';
import type { Millis } from '../audio.js';
import { scriptedTranscript } from './answer.js';
import { codecOf } from './audio-format.js';
import { type Entry, entryOf, lastId, replaceEntry } from './conversation.js';
import { invalidAudio } from './create-item.js';
import { type Failure, refuse } from './failure.js';
import { appended, emptied, leastCommitMs } from './input-audio.js';
import { paced } from './pace.js';
import { cancelled, type Responder } from './responder.js';
import type { Finding } from './server-vad.js';
import type { Line, SessionConfig, SessionState } from './session-state.js';
import type { MessageItem, Outgoing } from './shapes.js';
import { transcriptionSteps } from './transcription.js';

/** The user's side: the input buffer, turn detection and transcription. */
export interface Listener {
  append(audio: string): E.Either<Failure, void>;
  commit(): E.Either<Failure, void>;
  clear(): void;
}

/** Builds the listener of one session; its timers end with the line. */
export const createListener = (
  config: SessionConfig,
  state: SessionState,
  responder: Responder,
  { emit, fail, lifetime }: Line,
): Listener => {
  const settings = () => state.session.audio.input;

  /** The words get into the item with the last event that tells them. */
  const tell = (event: Outgoing) => {
    if (event.type === 'conversation.item.input_audio_transcription.completed') {
      const entry = entryOf(state.conversation, event.item_id);
      if (entry?.item.type === 'message') {
        const item: MessageItem = { ...entry.item, content: [{ type: 'input_audio', transcript: event.transcript }] };
        state.conversation = replaceEntry(state.conversation, { ...entry, item });
      }
    }
    emit(event);
  };

  const transcribe = ({ item, audioMs, heard }: Entry) => {
    const { transcription } = settings();
    if (!transcription) return;
    const { model = 'whisper-1' } = transcription;
    const telling = paced(transcriptionSteps(item.id, heard, { model, audioMs, pace: config.pace })).subscribe({
      next: tell,
      error: fail,
    });
    lifetime.add(telling);
    telling.add(() => lifetime.remove(telling));
  };

  /** Turns the buffer into the user's item. */
  const commit = (id: string, audioMs: Millis): Entry => {
    const heard = scriptedTranscript(config.script, state.turns);
    const item: MessageItem = {
      id,
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    };
    const entry: Entry = { item, audioMs, ...(heard === undefined ? {} : { heard }) };
    const previous_item_id = lastId(state.conversation);
    state.buffer = emptied(state.buffer);
    state.conversation = [...state.conversation, entry];
    emit({ type: 'input_audio_buffer.committed', previous_item_id, item_id: id });
    emit({ type: 'conversation.item.added', previous_item_id, item });
    emit({ type: 'conversation.item.done', previous_item_id, item });
    return entry;
  };

  const started = (audioStartMs: Millis) => {
    const item_id = config.newId('item');
    state.buffer = { ...state.buffer, speechStartMs: audioStartMs, speechItemId: item_id };
    emit({ type: 'input_audio_buffer.speech_started', audio_start_ms: audioStartMs, item_id });
    if (settings().turn_detection?.interrupt_response !== false) responder.cancel(cancelled('turn_detected'));
  };

  const stopped = (audioEndMs: Millis) => {
    const { speechItemId = config.newId('item'), speechStartMs = 0 } = state.buffer;
    emit({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: audioEndMs, item_id: speechItemId });
    const entry = commit(speechItemId, audioEndMs - speechStartMs);
    const answers = state.session.type === 'realtime' && settings().turn_detection?.create_response !== false;
    // With `interrupt_response` off an answer may still be running; the service then makes none.
    const response = answers && !responder.busy() ? responder.create({}) : undefined;
    transcribe(entry);
    if (response && E.isRight(response)) response.right();
  };

  const act = (finding: Finding) => (finding.type === 'started' ? started(finding.audioStartMs) : stopped(finding.audioEndMs));

  return {
    append: (audio) => {
      const codec = codecOf(settings().format);
      const samples = codec.decode(audio);
      if (!samples) return E.left(refuse('invalid_value', invalidAudio('audio'), 'audio'));
      const [buffer, findings] = appended(state.buffer, samples, codec, settings().turn_detection);
      state.buffer = buffer;
      return E.right(findings.forEach(act));
    },
    commit: () => {
      const { bufferedMs, speechItemId } = state.buffer;
      if (bufferedMs < leastCommitMs)
        return E.left(
          refuse(
            'input_audio_buffer_commit_empty',
            `Error committing input audio buffer: buffer too small. Expected at least ${leastCommitMs}ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`,
          ),
        );
      return E.right(transcribe(commit(speechItemId ?? config.newId('item'), bufferedMs)));
    },
    clear: () => {
      state.buffer = emptied(state.buffer);
      emit({ type: 'input_audio_buffer.cleared' });
    },
  };
};
