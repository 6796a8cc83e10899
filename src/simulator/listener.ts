import { type Observable, of } from 'rxjs';
import { type Millis, samplesIn } from '../audio.js';
import * as E from '../either.js';
import { scriptedPause, scriptedTranscript } from './answer.js';
import { type AudioCodec, codecOf } from './audio-format.js';
import { type Entry, lastId } from './conversation.js';
import { invalidAudio } from './create-item.js';
import { type Failure, refuse } from './failure.js';
import { type Hearing, hearing, longestUtteranceMs } from './hearing.js';
import { type Idle, idleNotice, idleOf } from './idle.js';
import { appended, detectorOf, emptied, heardMs, leastCommitMs } from './input-audio.js';
import { cancelled, type Responder } from './responder.js';
import { type Finding, windowMs } from './server-vad.js';
import type { Line, SessionConfig, SessionState } from './session-state.js';
import type { MessageItem } from './shapes.js';
import { createTape } from './tape.js';
import { createTranscriber } from './transcriber.js';

/** The user's side: the input buffer, turn detection and transcription. */
export interface Listener {
  append(audio: string): E.Either<Failure, void>;
  commit(): E.Either<Failure, void>;
  clear(): void;
}

/** Builds the listener of one session; its timers end with the line. */
export const createListener = (config: SessionConfig, state: SessionState, responder: Responder, line: Line): Listener => {
  const { emit } = line;
  const { script, transcribe, newId } = config;
  const transcriber = createTranscriber(config, state, line);
  // Audio is kept only where somebody wants to hear it.
  const tape = transcribe && createTape(longestUtteranceMs);
  const settings = () => state.session.audio.input;
  /** Turns of the script are answers; what is said without one, as in a transcription session, counts on its own. */
  const utterance = () => Math.max(state.turns, state.utterances);

  const hear = (audioMs: Millis, endMs: Millis): Observable<Hearing> => {
    const index = utterance();
    const { samples, sampleRate } = tape?.take(audioMs, heardMs(state.buffer) - endMs) ?? {
      samples: new Int16Array(0),
      sampleRate: 24_000,
    };
    const told = scriptedTranscript(script, index);
    return hearing(told, transcribe, () => ({ index, samples, sampleRate, settings: settings().transcription ?? {} }));
  };

  /** Turns the buffer into the user's item. */
  const commit = (id: string, audioMs: Millis, heard: Observable<Hearing>): Entry => {
    const item: MessageItem = {
      id,
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    };
    const entry: Entry = { item, audioMs, hearing: heard };
    emit({ type: 'input_audio_buffer.committed', previous_item_id: lastId(state.conversation), item_id: id });
    state.utterances = utterance() + 1;
    state.buffer = emptied(state.buffer);
    state.idleFromMs = undefined;
    add(entry);
    return entry;
  };

  const add = (entry: Entry) => {
    const previous_item_id = lastId(state.conversation);
    const { item } = entry;
    state.conversation = [...state.conversation, entry];
    emit({ type: 'conversation.item.added', previous_item_id, item });
    emit({ type: 'conversation.item.done', previous_item_id, item });
  };

  /** The words come after the response was announced, and before it says anything. */
  const answer = (entry: Entry) => {
    const response = responder.create({});
    transcriber.tell(entry);
    if (E.isRight(response)) response.right();
  };

  const started = (audioStartMs: Millis) => {
    const item_id = newId('item');
    state.buffer = { ...state.buffer, speechStartMs: audioStartMs, speechItemId: item_id };
    state.idleFromMs = undefined;
    emit({ type: 'input_audio_buffer.speech_started', audio_start_ms: audioStartMs, item_id });
    if (settings().turn_detection?.interrupt_response !== false) responder.cancel(cancelled('turn_detected'));
  };

  const stopped = (audioEndMs: Millis) => {
    const { speechItemId = newId('item'), speechStartMs = 0 } = state.buffer;
    emit({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: audioEndMs, item_id: speechItemId });
    const entry = commit(speechItemId, audioEndMs - speechStartMs, hear(audioEndMs - speechStartMs, audioEndMs));
    const answers = state.session.type === 'realtime' && settings().turn_detection?.create_response !== false;
    // With `interrupt_response` off an answer may still be running; the service then makes none.
    if (answers && !responder.busy()) answer(entry);
    else transcriber.tell(entry);
  };

  const idled = ({ startMs, endMs }: Idle) => {
    const id = newId('item');
    emit({ type: 'input_audio_buffer.timeout_triggered', audio_start_ms: startMs, audio_end_ms: endMs, item_id: id });
    const content = [{ type: 'input_text', text: idleNotice }];
    add({ item: { id: newId('item'), type: 'message', status: 'completed', role: 'system', content }, audioMs: 0 });
    answer(commit(id, endMs - startMs, of({ words: '' })));
  };

  const act = (finding: Finding) => (finding.type === 'started' ? started(finding.audioStartMs) : stopped(finding.audioEndMs));

  /** What is to be done beside turn detection while audio comes in. */
  const attend = () => {
    const { speechItemId, speechStartMs = 0 } = state.buffer;
    if (speechItemId !== undefined) {
      const words = scriptedTranscript(script, utterance());
      if (words !== undefined) transcriber.follow(speechItemId, heardMs(state.buffer) - speechStartMs, words);
      return;
    }
    const { turn_detection: vad } = settings();
    // Speech that begins later reaches back no further than its padding.
    if (tape && vad) tape.trim(1000 + detectorOf(vad).prefixMs);
    const idle = idleOf(state);
    if (idle && !responder.busy()) idled(idle);
  };

  const listen = (samples: Int16Array, codec: AudioCodec) => {
    const { turn_detection: vad } = settings();
    const detector = vad && detectorOf(vad, scriptedPause(script, utterance()));
    const [buffer, findings] = appended(state.buffer, samples, codec, detector);
    state.buffer = buffer;
    tape?.append(samples, codec.sampleRate);
    findings.forEach(act);
  };

  return {
    append: (audio) => {
      const codec = codecOf(settings().format);
      const samples = codec.decode(audio);
      if (!samples) return E.left(refuse('invalid_value', invalidAudio('audio'), 'audio'));
      // The end of a turn empties the buffer: of the next turn nothing may be in it yet.
      const most = samplesIn(windowMs, codec.sampleRate);
      for (let at = 0; at < samples.length; at += most) listen(samples.subarray(at, at + most), codec);
      return E.right(attend());
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
      const heard = hear(bufferedMs, heardMs(state.buffer));
      return E.right(transcriber.tell(commit(speechItemId ?? newId('item'), bufferedMs, heard)));
    },
    clear: () => {
      state.buffer = emptied(state.buffer);
      tape?.trim(0);
      emit({ type: 'input_audio_buffer.cleared' });
    },
  };
};
