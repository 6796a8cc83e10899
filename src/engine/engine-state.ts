import type { SessionState } from '../state/session-state.js';

/** What an engine is doing. */
export type EngineState = 'idle' | 'connecting' | 'ready' | 'listening' | 'speaking' | 'reconnecting' | 'closing' | 'closed';

/** What the state of a session comes to: `speaking` while the assistant does, else `listening` while the microphone is open. */
export const engineState = ({ connection, conversation, playout }: SessionState, isListening: boolean): EngineState => {
  if (connection.status !== 'ready') return connection.status;
  const isSpeaking = playout.isPresent ? playout.isSounding : conversation.activeResponseId !== undefined;
  if (isSpeaking) return 'speaking';
  return isListening ? 'listening' : 'ready';
};
