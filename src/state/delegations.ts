import type { Command, VoiceEvent } from '../events.js';

/** How many turns were handed on (`turn.delegated`) and are not yet answered: each ends with one of the other two. */
export const delegations = (open: number, entry: VoiceEvent | Command): number => {
  switch (entry.type) {
    case 'turn.delegated':
      return open + 1;
    case 'turn.delegation_ended':
    case 'turn.delegation_failed':
      return Math.max(0, open - 1);
    default:
      return open;
  }
};
