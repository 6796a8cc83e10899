import type { Gate } from './epic.js';
import type { Command, VoiceEvent } from './events.js';
import type { SessionState } from './state/session-state.js';

/** Commands on their way out, past the gates. */
export interface Outbox {
  /** Sends the command, holds it, drops it, or lets an event happen in its place, as the gates say. */
  submit(command: Command): void;
  /** Asks the gates again for what is held, in order. */
  release(): void;
  /** Whether something is held. */
  readonly isHolding: boolean;
}

/** Where commands go, and what comes of them instead. */
export interface OutboxConfig {
  /** Rules; one that throws counts as `send`. */
  readonly gates: readonly Gate[];
  readonly state: () => SessionState;
  send(command: Command): void;
  /** An event happens in place of a command. */
  happen(event: VoiceEvent): void;
}

/** Asks the gates, in order, for each command; the first that does not say `send` decides. A gate that throws is told of once. */
export const createOutbox = ({ gates, state, send, happen }: OutboxConfig): Outbox => {
  let held: Command[] = [];
  const broken = new Set<Gate>();

  const ask = (gate: Gate, command: Command): ReturnType<Gate> => {
    try {
      return gate(state(), command);
    } catch (error) {
      if (!broken.has(gate)) happen({ type: 'diagnostic.gate_failed', error });
      broken.add(gate);
      return 'send';
    }
  };
  const judge = (command: Command): ReturnType<Gate> => {
    for (const gate of gates) {
      const verdict = ask(gate, command);
      if (verdict !== 'send') return verdict;
    }
    return 'send';
  };
  const submit = (command: Command): void => {
    const verdict = judge(command);
    if (verdict === 'send') send(command);
    else if (verdict === 'hold') held.push(command);
    else if (verdict !== 'drop') happen(verdict);
  };

  return {
    submit,
    release() {
      if (held.length === 0) return;
      const again = held;
      held = [];
      for (const command of again) submit(command);
    },
    get isHolding() {
      return held.length > 0;
    },
  };
};
