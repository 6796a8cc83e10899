import type { Millis } from './audio.js';
import type { SpeechEvent } from './events.js';

/** Counts the audio of speech that belongs to no turn yet, from what the events of `encode` say of it. */
export interface TurnAudio {
  heard(event: SpeechEvent): void;
  /** From now on what was heard belongs to a turn, or was thrown away. */
  take(): void;
  /** What was let through, without what the present speech has yet to tell. */
  readonly ms: Millis;
  readonly isSpeaking: boolean;
  /** Whether the client ends turns; undefined while no speech has ended. */
  readonly isClients: boolean | undefined;
}

export const createTurnAudio = (): TurnAudio => {
  let waitingMs = 0;
  /** Of the present speech. */
  let spokenMs = 0;
  let takenMs = 0;
  let isSpeaking = false;
  let isClients: boolean | undefined;

  return {
    heard(event) {
      if (event.type === 'speech.started') {
        isSpeaking = true;
        spokenMs = takenMs = 0;
      } else if (event.type === 'speech.progress') {
        spokenMs = event.durationMs;
      } else {
        isSpeaking = false;
        isClients = event.sentMs !== undefined;
        waitingMs += Math.max(0, (event.sentMs ?? 0) - takenMs);
        spokenMs = takenMs = 0;
      }
    },
    take() {
      waitingMs = 0;
      takenMs = spokenMs;
    },
    get ms() {
      return waitingMs + Math.max(0, spokenMs - takenMs);
    },
    get isSpeaking() {
      return isSpeaking;
    },
    get isClients() {
      return isClients;
    },
  };
};
