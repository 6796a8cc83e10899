import type { Millis } from './audio.js';
import type { Command, OfType, VoiceEvent } from './events.js';
import { uncommittedMs } from './state/conversation.js';
import type { SessionState } from './state/session-state.js';
import { createTurnAudio } from './turn-audio.js';

type Said = readonly (Command | VoiceEvent)[];
type Reason = string | undefined;

/** What the machine is told of, apart from its conditions. */
export type TurnSignal = OfType<
  VoiceEvent,
  'speech.started' | 'speech.progress' | 'speech.stopped' | 'input_audio_buffer.committed' | 'turn.started'
>;

/** Turns as a machine: told of events and conditions, says what follows. */
export interface Turns {
  /** An event, before the conditions have seen it. */
  heard(event: TurnSignal): Said;
  /** The same event, after they have. */
  after(event: TurnSignal): Said;
  start(reason: Reason): Said;
  stop(reason: Reason): Said;
  mute(reason: Reason): Said;
}

/** The service refuses to commit less audio than this. */
export const shortestTurnMs: Millis = 100;

const commit: Command = { type: 'input_audio_buffer.commit' };
const clear: Command = { type: 'input_audio_buffer.clear' };
const ask: Command = { type: 'response.create' };
const nothing: Said = [];

export const createTurns = (state: () => SessionState, unstarted: 'clear' | 'commit'): Turns => {
  const audio = createTurnAudio();
  let isOpen = false;
  /** A turn has ended with the event that is looked at: it begins no other. */
  let isSpent = false;
  let isMuted = false;
  let starting: Reason;
  let stopping: Reason;
  /** Something was said while muted and is not thrown away yet. */
  let isStained = false;
  /** Items were made that no turn has answered. */
  let hasItems = false;
  /** The service has committed something of the turn. */
  let isCommitted = false;
  /** The turn is over, and the service has yet to commit it. */
  let isAwaited = false;

  // Until the session is ready all is held, and nothing counted yet: then events alone tell.

  const isReady = (): boolean => state().connection.status === 'ready';
  const isClients = (): boolean => audio.isClients ?? (!isReady() || state().conversation.turns === 'client');
  const waitingMs = (): Millis => (isReady() ? uncommittedMs(state().conversation) : audio.ms);

  const open = (reason: string): Said => {
    isOpen = true;
    isCommitted = isAwaited = false;
    return [{ type: 'turn.started', reason }];
  };
  const abandon = (reason: string, ...commands: readonly Command[]): Said => {
    isOpen = false;
    return [{ type: 'turn.abandoned', reason }, ...commands];
  };
  const close = (reason: string): Said => {
    if (!isClients()) return closeForService(reason);
    const ms = waitingMs();
    audio.take();
    if (ms < shortestTurnMs && !hasItems) {
      return ms > 0 ? abandon('too_short', clear) : abandon('nothing_sent');
    }
    isOpen = hasItems = false;
    const ended: VoiceEvent = { type: 'turn.ended', reason };
    if (ms >= shortestTurnMs) return [ended, commit, ask];
    return ms > 0 ? [ended, clear, ask] : [ended, ask];
  };
  const closeForService = (reason: string): Said => {
    audio.take();
    isOpen = false;
    const ended: VoiceEvent = { type: 'turn.ended', reason };
    const detection = state().conversation.session?.audio?.input?.turn_detection;
    if (detection?.create_response !== false) return [ended];
    isAwaited = !isCommitted;
    return isCommitted ? [ended, ask] : [ended];
  };
  const throwAway = (): readonly Command[] => {
    const isSent = isClients() && (isStained || audio.ms > 0);
    isStained = false;
    audio.take();
    return isSent ? [clear] : [];
  };
  /** What began no turn becomes an item of its own. */
  const keep = (): Said => {
    if (waitingMs() < shortestTurnMs) return throwAway();
    audio.take();
    hasItems = true;
    return [commit];
  };

  return {
    heard(event) {
      isSpent = false;
      if (event.type === 'turn.started') return nothing;
      if (event.type === 'input_audio_buffer.committed') {
        isCommitted = true;
        const isDue = isAwaited;
        isAwaited = false;
        return isDue ? [ask] : nothing;
      }
      const left = event.type === 'speech.started' && !isOpen ? throwAway() : nothing;
      audio.heard(event);
      if (isMuted) isStained = true;
      return left;
    },
    after(event) {
      if (event.type === 'turn.started') return isOpen && stopping !== undefined ? close(stopping) : nothing;
      if (isOpen) return nothing;
      if (event.type === 'speech.progress') {
        return starting !== undefined && !isMuted && !isSpent ? open(starting) : nothing;
      }
      if (event.type !== 'speech.stopped') return nothing;
      if (isMuted) return throwAway();
      return unstarted === 'commit' && isClients() ? keep() : nothing;
    },
    start(reason) {
      const isNew = starting === undefined;
      starting = reason;
      return reason !== undefined && isNew && !isOpen && !isMuted ? open(reason) : nothing;
    },
    stop(reason) {
      stopping = reason;
      isSpent = isOpen && reason !== undefined;
      return reason !== undefined && isOpen ? close(reason) : nothing;
    },
    mute(reason) {
      isMuted = reason !== undefined;
      if (reason === undefined) return isStained ? throwAway() : nothing;
      isStained = audio.isSpeaking;
      return isOpen ? abandon(reason, ...throwAway()) : nothing;
    },
  };
};
