import type { Gate } from './epic.js';
import type { Command } from './events.js';
import type { SessionState } from './state/session-state.js';

/** Commands on their way out, past the gates. */
export interface Outbox {
  /** Sends the command, holds it or drops it, as the gates say. */
  submit(command: Command): void;
  /** Asks the gates again for what is held, in order. */
  release(): void;
  /** Whether something is held. */
  readonly isHolding: boolean;
}

/**
 * Asks the gates, in order, for each command; the first that does not say `send` decides.
 *
 * @param gates Rules; one that throws counts as `send`, and `failed` is told, once a gate.
 */
export const createOutbox = (
  gates: readonly Gate[],
  state: () => SessionState,
  send: (command: Command) => void,
  failed: (error: unknown) => void,
): Outbox => {
  let held: Command[] = [];
  const broken = new Set<Gate>();

  const ask = (gate: Gate, command: Command): ReturnType<Gate> => {
    try {
      return gate(state(), command);
    } catch (error) {
      if (!broken.has(gate)) failed(error);
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
