import type { Millis } from '../audio.js';
import type { EventFault } from './fault.js';
import { badBase64, giantEvent, malformed, mistyped, oddBytes, unknownEvent } from './garble.js';
import { nextRandom } from './random.js';
import { isLast, type ServerStep, say, type WireEvent } from './server-step.js';

/** A step and how much later than meant it comes. */
export interface Late {
  readonly step: ServerStep;
  readonly lateMs: Millis;
}

/** What a fault remembers of a connection. */
export interface Memory {
  /** Events of its type that went by. */
  readonly seen: number;
  /** How often it happened. */
  readonly done: number;
  /** State of its random generator. */
  readonly random: number;
  /** Events that are being overtaken, and by how many more. */
  readonly held: readonly { readonly late: Late; readonly left: number }[];
}

/** A fault that has seen nothing. */
export const freshMemory = (seed: number): Memory => ({ seen: 0, done: 0, random: seed, held: [] });

const audio = 'response.output_audio.delta';

const patternOf = (fault: EventFault): string =>
  fault.on ?? (fault.type === 'bad_base64' || fault.type === 'odd_bytes' ? audio : '*');

/** Whether the type is one that the pattern means. */
export const matches = (pattern: string, type: string): boolean => {
  if (!pattern.includes('*')) return pattern === type;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(type);
};

/** What comes of an event at which the fault happens, in order; delays and overtaking are seen to by the stage. */
const happen = (fault: EventFault, event: WireEvent, random: number): readonly ServerStep[] => {
  const itself = say(event);
  switch (fault.type) {
    case 'close':
      return [itself, { type: 'close', code: fault.code ?? 1011, reason: fault.reason ?? '' }];
    case 'destroy':
    case 'stop_reading':
    case 'half_open':
      return [itself, { type: fault.type }];
    case 'expire':
      return [itself, say(expired), { type: 'close', code: 1001, reason: 'session_expired' }];
    case 'delay':
    case 'reorder':
      return [itself];
    case 'duplicate':
      return [itself, itself];
    case 'drop':
      return [];
    case 'malformed':
      return [{ type: 'send', text: malformed(event, random) }];
    case 'wrong_types':
      return [say(mistyped(event, fault.field, random))];
    case 'unknown_event':
      return [say(unknownEvent), itself];
    case 'bad_base64':
      return [say(badBase64(event))];
    case 'odd_bytes':
      return [say(oddBytes(event))];
    case 'giant':
      return [say(giantEvent(fault.bytes ?? 3_000_000)), itself];
  }
};

/** The last word of a session that has lasted too long. */
const expired = {
  type: 'error',
  event_id: 'event_expired',
  error: {
    type: 'invalid_request_error',
    code: 'session_expired',
    message: 'Your session hit the maximum duration.',
    param: null,
    event_id: null,
  },
} as WireEvent;

/** Lets an event overtake those that are held, and frees the ones that were overtaken often enough. */
const overtake = (memory: Memory): readonly [Memory, readonly Late[]] => {
  const held = memory.held.map(({ late, left }) => ({ late, left: left - 1 }));
  return [{ ...memory, held: held.filter(({ left }) => left > 0) }, held.filter(({ left }) => left <= 0).map(({ late }) => late)];
};

/** What is still held, where nothing more will come. */
export const release = (memory: Memory): readonly [Memory, readonly Late[]] => [
  { ...memory, held: [] },
  memory.held.map(({ late }) => late),
];

/** One step through one fault. A pure fold: the same memory and the same step always give the same. */
export const stage = (fault: EventFault, memory: Memory, late: Late): readonly [Memory, readonly Late[]] => {
  const { step, lateMs } = late;
  if (isLast(step)) {
    const [rest, freed] = release(memory);
    return [rest, [...freed, late]];
  }
  if (step.type !== 'say') return [memory, [late]];
  const [passed, freed] = overtake(memory);
  if (!matches(patternOf(fault), step.event.type)) return [passed, [late, ...freed]];

  const seen = passed.seen + 1;
  const [dice, afterDice] = nextRandom(passed.random);
  const [random, state] = nextRandom(afterDice);
  const counted = { ...passed, seen, random: state };
  const { from = 1, times = Number.POSITIVE_INFINITY, probability = 1 } = fault;
  if (seen < from || passed.done >= times || dice >= probability) return [counted, [late, ...freed]];

  const next = { ...counted, done: passed.done + 1 };
  if (fault.type === 'reorder') return [{ ...next, held: [...next.held, { late, left: fault.by ?? 1 }] }, freed];
  const more = fault.type === 'delay' ? (fault.ms ?? 0) + random * (fault.jitterMs ?? 0) : 0;
  const steps = happen(fault, step.event, random).map((each): Late => ({ step: each, lateMs: lateMs + more }));
  return [next, [...steps, ...freed]];
};
