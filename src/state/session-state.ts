import type { Command, VoiceEvent } from '../events.js';
import { type CommittedAudio, committedAudio, initialCommittedAudio } from './committed-audio.js';
import { type ConnectionState, connection, initialConnection } from './connection.js';
import { type ConversationState, conversation, initialConversation, itemOf } from './conversation.js';
import { delegations } from './delegations.js';
import { initialLaneState, type LaneState, laneState } from './lane-state.js';
import { initialPlayoutClock, type PlayoutClock, playoutClock } from './playout-clock.js';
import { restored } from './restored.js';
import { initialSpeech, type SpeechState, speech } from './speech.js';
import { initialToolCalls, type ToolCalls, toolCalls } from './tool-calls.js';
import { providerAnswers } from './unheard.js';

/** All that is known of a session: a fold over its events and the commands that were sent. */
export interface SessionState {
  readonly conversation: ConversationState;
  readonly playout: PlayoutClock;
  readonly connection: ConnectionState;
  readonly tools: ToolCalls;
  readonly lanes: LaneState;
  readonly speech: SpeechState;
  /** How many turns were delegated and are not answered yet. */
  readonly delegations: number;
  readonly committed: CommittedAudio;
}

/** The state before anything has happened. */
export const initialState: SessionState = {
  conversation: initialConversation,
  playout: initialPlayoutClock,
  connection: initialConnection,
  tools: initialToolCalls,
  lanes: initialLaneState,
  speech: initialSpeech,
  delegations: 0,
  committed: initialCommittedAudio,
};

/** The state after one more event, or one more command that was sent; the same one where nothing changed. */
export const sessionState = (state: SessionState, entry: VoiceEvent | Command): SessionState => {
  switch (entry.type) {
    // What comes with each frame is put to those reducers alone that mind it.
    case 'input_audio_buffer.append':
      return withAudio(state, conversation(state.conversation, entry), state.playout);
    case 'response.output_audio.delta':
    case 'playout.progress':
      return withAudio(state, conversation(state.conversation, entry), playoutClock(state.playout, entry));
    default:
      return withNews(state, entry);
  }
};

const withAudio = (state: SessionState, talk: ConversationState, playout: PlayoutClock): SessionState =>
  talk === state.conversation && playout === state.playout
    ? state
    : {
        conversation: talk,
        playout,
        connection: state.connection,
        tools: state.tools,
        lanes: state.lanes,
        speech: state.speech,
        delegations: state.delegations,
        committed: state.committed,
      };

const withNews = (state: SessionState, entry: VoiceEvent | Command): SessionState => {
  const next: SessionState = {
    conversation: entry.type === 'connection.restored' ? restored(state, entry) : conversation(state.conversation, entry),
    playout: playoutClock(state.playout, entry),
    connection: connection(state.connection, entry),
    tools: toolCalls(state.tools, entry),
    lanes: isReplay(state, entry) ? state.lanes : laneState(state.lanes, entry),
    speech: isToBeAnswered(state, entry) ? state.speech : speech(state.speech, entry),
    delegations: delegations(state.delegations, entry),
    committed: committedAudio(state.committed, entry, state.conversation),
  };
  return next.conversation === state.conversation &&
    next.playout === state.playout &&
    next.connection === state.connection &&
    next.tools === state.tools &&
    next.lanes === state.lanes &&
    next.speech === state.speech &&
    next.delegations === state.delegations &&
    next.committed === state.committed
    ? state
    : next;
};

/** A turn that the provider has found is due until it answers it. */
const isToBeAnswered = (state: SessionState, entry: VoiceEvent | Command): boolean =>
  entry.type === 'input_audio_buffer.committed' && providerAnswers(state);

/** What the user said before is not said again. */
const isReplay = ({ conversation }: SessionState, entry: VoiceEvent | Command): boolean =>
  entry.type === 'conversation.item.create' && entry.item.id != null && itemOf(conversation, entry.item.id) !== undefined;
