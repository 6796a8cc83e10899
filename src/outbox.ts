import type { Millis } from './audio.js';
import type { Gate } from './epic.js';
import type { Command, VoiceEvent } from './events.js';
import { withoutOldAudio } from './held-audio.js';
import { longestTurnMs } from './journal.js';
import { isForProvider } from './routing.js';
import { isAsk, isPlainAsk } from './state/asks.js';
import { inputFormatOf } from './state/audio-format.js';
import type { SessionState } from './state/session-state.js';

/** Commands on their way out, past the gates. */
export interface Outbox {
  /** Sends the command, holds it, drops it, or lets an event happen in its place, as the gates say. */
  submit(command: Command): void;
  /** Asks the gates again for what is held, in order, but for requests for responses. */
  release(): void;
  /** Asks them again for these. */
  ask(): void;
  /** The provider answers by itself what was to be answered. */
  answered(): void;
  /** Audio that was dropped because too much of it waited, since this was asked last. */
  takeDroppedMs(): Millis;
  /** Whether something is held. */
  isHolding(): boolean;
  /** Whether a gate holds a request for a response. */
  isAsking(): boolean;
}

/** The way to the provider. Functions, for an object literal with getters is looked up like a dictionary (5 ns more a look, Node 20.20). */
export interface Way {
  /** Whether there is a session to send to. */
  isOpen(): boolean;
  /** Whether another session is to answer, as soon as it is told the conversation. */
  isMoving(): boolean;
  /** Bytes that were sent and have not left yet. */
  bufferedBytes(): number;
  /** Whether what was sent arrives late. */
  isLate(): boolean;
  /** Whether it cannot be told from one that is dead: nothing has arrived for a second. */
  isSilent(): boolean;
}

/** Where commands go, and what comes of them instead. */
export interface OutboxConfig {
  /** Rules; one that throws counts as `send`. */
  readonly gates: readonly Gate[];
  readonly way: Way;
  /** How much of the user's voice is kept while it cannot be sent and nobody speaks. */
  readonly gapBufferMs: Millis;
  readonly state: () => SessionState;
  send(command: Command): void;
  /** An event happens in place of a command. */
  happen(event: VoiceEvent): void;
}

/** A request for a response that a gate holds, and whether the next one takes its place. */
interface Ask {
  readonly command: Command;
  readonly isShared: boolean;
}

/** More than this waiting in the socket, and audio waits here: 5 s of it. */
const congestedBytes = 262_144;

const isInput = ({ type }: Command): boolean => type.startsWith('input_audio_buffer.');

/** Whether a command must not overtake audio that waits. */
const followsAudio = (command: Command): boolean => isInput(command) || command.type === 'response.create';

/**
 * Asks the gates, in order, for each command; the first that does not say `send` decides. A gate that throws is told of once.
 *
 * While there is no session all that is for the provider waits, and while the socket is full or the link is late audio does, with what must not overtake it. Control
 * and text are never dropped; of audio the oldest is, when more waits than may. Of requests for responses that
 * gates say to `merge` the last one counts: the answer to it sees all that the others were to answer.
 */
export const createOutbox = ({ gates, way, gapBufferMs, state, send, happen }: OutboxConfig): Outbox => {
  let held: readonly Command[] = [];
  let asks: readonly Ask[] = [];
  let droppedMs = 0;
  let isCongested = false;
  const broken = new Set<Gate>();

  const consult = (gate: Gate, command: Command, hasWaited: boolean): ReturnType<Gate> => {
    try {
      return gate(state(), command, hasWaited);
    } catch (error) {
      if (!broken.has(gate)) happen({ type: 'diagnostic.gate_failed', error });
      broken.add(gate);
      return 'send';
    }
  };
  const judge = (command: Command, hasWaited: boolean): ReturnType<Gate> => {
    for (const gate of gates) {
      const verdict = consult(gate, command, hasWaited);
      if (verdict !== 'send') return verdict;
    }
    return 'send';
  };
  const isFull = (): boolean => way.bufferedBytes() > congestedBytes || way.isLate();
  const waitsForWay = (command: Command): boolean => {
    if (command.type === 'input_audio_buffer.append') {
      return !way.isOpen() || held.some(isInput) || isFull();
    }
    if (!isForProvider(command)) return false;
    if (!way.isOpen() || (way.isMoving() && command.type === 'response.create')) return true;
    return followsAudio(command) && held.some(isInput);
  };
  const hold = (command: Command, isShared: boolean): void => {
    if (isAsk(command)) asks = [...asks, { command, isShared }];
    else keep(command);
  };
  const keep = (command: Command): void => {
    held = [...held, command];
    if (command.type !== 'input_audio_buffer.append') return;
    const { conversation, speech } = state();
    const format = inputFormatOf(conversation.session);
    // A slow link never gets over a backlog of 15 s; a lost one does, and one that may be.
    const isLost = !way.isOpen() || way.isSilent();
    const openMs = speech.isSpeaking && isLost ? longestTurnMs : gapBufferMs;
    const rest = withoutOldAudio(held, format, { openMs, turnMs: longestTurnMs });
    held = rest.kept;
    droppedMs += rest.droppedMs;
  };
  const submit = (command: Command, hasWaited = false): void => {
    if (waitsForWay(command)) {
      keep(command);
      return;
    }
    const verdict = judge(command, hasWaited);
    if (verdict !== 'drop' && isPlainAsk(command)) answered();
    if (verdict === 'send') send(command);
    else if (verdict === 'hold' || verdict === 'merge') hold(command, verdict === 'merge');
    else if (verdict !== 'drop') happen(verdict);
  };
  const answered = (): void => {
    asks = asks.filter(({ isShared }) => !isShared);
  };
  const takeDroppedMs = (): Millis => {
    const ms = droppedMs;
    droppedMs = 0;
    return ms;
  };
  /** Tells when audio begins to wait for the socket, and when it has got over it. */
  const watch = (): void => {
    const isWaiting = way.isOpen() && held.some(({ type }) => type === 'input_audio_buffer.append');
    if (isWaiting === isCongested) return;
    isCongested = isWaiting;
    happen({ type: 'connection.backpressure', isCongested, bufferedBytes: way.bufferedBytes(), droppedMs: takeDroppedMs() });
  };

  const release = (): void => {
    if (held.length === 0 || !way.isOpen()) return;
    if (isCongested && isFull()) return;
    const again = held;
    held = [];
    for (const command of again) submit(command, true);
    watch();
  };
  const ask = (): void => {
    if (!way.isOpen() || way.isMoving() || held.some(isInput)) return;
    const again = asks;
    asks = [];
    for (const { command } of again) submit(command, true);
  };

  return {
    submit(command) {
      if (held.length > 0 && isInput(command)) release();
      submit(command);
      if (held.length > 0 || isCongested) watch();
    },
    release,
    ask,
    answered,
    takeDroppedMs,
    isHolding: () => held.length > 0 || asks.length > 0,
    isAsking: () => asks.length > 0,
  };
};
