const letters: Readonly<Record<string, string>> = {
  'connection.starting': 's',
  'connection.failed': 'F',
  'connection.reconnecting': 'R',
  'connection.established': 'E',
  'connection.lost': 'L',
  'connection.rotating': 'T',
  'connection.restored': 'K',
  'connection.closed': 'C',
};
/**
 * Where a connection can go from where it stands; `K` straight after a loss is a session that stood by, `R` after `R` a
 * wait that got longer.
 */
const moves: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  idle: { s: 'trying' },
  trying: { F: 'failed', E: 'ready', C: 'closed' },
  failed: { R: 'waiting' },
  waiting: { R: 'waiting', s: 'trying', C: 'closed' },
  ready: { L: 'lost', T: 'swapping', C: 'closed' },
  swapping: { K: 'ready' },
  lost: { R: 'waiting again', K: 'ready', C: 'closed' },
  'waiting again': { R: 'waiting again', s: 'trying again', C: 'closed' },
  'trying again': { F: 'lost', K: 'ready', C: 'closed' },
  closed: {},
};

/** All places that there are. */
export const places: readonly string[] = Object.keys(moves);

/** Where a connection stands after an event, or what cannot be: `E while lost`. Begins with `idle`. */
export const moved = (place: string, type: string): string => {
  const letter = letters[type];
  return letter === undefined ? place : (moves[place]?.[letter] ?? `${letter} while ${place}`);
};
