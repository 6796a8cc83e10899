import { type Fault, type HandshakeFault, isHandshakeFault, type ToConnections } from './fault.js';
import { nextRandom, seedOf } from './random.js';

/** Which faults, and the dice. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** The same seed makes the same happen. */
  readonly seed: number;
}

/** Whether a fault is meant for this connection. */
export const happensTo = ({ connection }: ToConnections, number: number): boolean => {
  if (connection === undefined) return true;
  const [first, last] = typeof connection === 'number' ? [connection, connection] : connection;
  return number >= first && number <= last;
};

/** What happens in the place of this connection: the first fault of the handshake that is meant for it, and that the dice let happen. */
export const handshakeFault = ({ faults, seed }: FaultPlan, connection: number): HandshakeFault | undefined =>
  faults.find((fault: Fault, index): fault is HandshakeFault => {
    if (!isHandshakeFault(fault) || !happensTo(fault, connection)) return false;
    const [dice] = nextRandom(seedOf(seed, connection, index));
    return dice < (fault.probability ?? 1);
  });
