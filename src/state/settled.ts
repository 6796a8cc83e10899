import type { Command } from '../events.js';
import { uncommittedBytes } from './conversation.js';
import type { SessionState } from './session-state.js';

const expectsMore: ReadonlySet<Command['type']> = new Set<Command['type']>(['input_audio_buffer.commit', 'response.create']);

/** Whether no answer is open or due: no response runs or was asked for, no commit waits for its confirmation, no tool works, no turn is delegated. */
export const isSettled = ({ conversation, tools, delegations }: SessionState): boolean =>
  tools.openCount === 0 &&
  delegations === 0 &&
  conversation.activeResponseId === undefined &&
  !conversation.unacknowledged.some(({ type }) => expectsMore.has(type));

/** Whether the provider holds audio in which it may still find the end of a turn. */
export const mayFindTurn = ({ conversation }: SessionState): boolean =>
  conversation.turns === 'server' && uncommittedBytes(conversation) > 0;

/** Whether nobody is in the midst of something: there is a session, nobody speaks, nothing sounds, and no answer is open or due, also out of band. */
export const isTurnBoundary = (state: SessionState): boolean =>
  state.connection.status === 'ready' &&
  !state.speech.isSpeaking &&
  !state.playout.isSounding &&
  state.conversation.responses.length === 0 &&
  isSettled(state);
