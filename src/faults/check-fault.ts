import type { Fault } from './fault.js';

/** A value that a field may have. */
interface Kind {
  /** As an error tells it. */
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  /** As a command line has it. */
  readonly read: (text: string) => unknown;
}

// `Number('')` is 0.
const readNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text));
const readText = (text: string): string => text;

const whole = (least: number, most: number, words: string): Kind => ({
  words,
  fits: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  read: readNumber,
});
const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1;
const count: Kind = { words: 'a whole number from 1', fits: isCount, read: readNumber };
const millis: Kind = {
  words: 'milliseconds from 0',
  fits: (value) => typeof value === 'number' && value >= 0 && value < 2 ** 31,
  read: readNumber,
};
const text: Kind = { words: 'a text', fits: (value) => typeof value === 'string' && value !== '', read: readText };
const probability: Kind = {
  words: 'a number from 0 to 1',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  read: readNumber,
};

const connections: Kind = {
  words: 'a number from 1, or a first and a last one',
  fits: (value) => {
    if (!Array.isArray(value)) return isCount(value);
    const [first, last]: readonly unknown[] = value;
    return value.length === 2 && isCount(first) && (isCount(last) || last === Number.POSITIVE_INFINITY) && first <= Number(last);
  },
  /** `3`, `2-4`, or `2-` for all from the second. */
  read: (spec) => {
    const [, first, range, last] = /^(\d+)(-(\d*))?$/.exec(spec) ?? [];
    if (first === undefined || range === undefined) return readNumber(spec);
    return [Number(first), last === '' ? Number.POSITIVE_INFINITY : Number(last)];
  },
};

const closeCode: Kind = {
  words: 'a close code that may be sent: 1000 to 1014 but for 1004 to 1006, or 3000 to 4999',
  fits: (value) =>
    isCount(value) && ((value >= 1000 && value <= 1014 && (value < 1004 || value > 1006)) || (value >= 3000 && value <= 4999)),
  read: readNumber,
};
const closeReason: Kind = {
  words: 'at most 123 bytes',
  fits: (value) => typeof value === 'string' && new TextEncoder().encode(value).length <= 123,
  read: readText,
};

const always = { connection: connections, probability };
const atEvents = { ...always, on: text, from: count, times: count };

type Fields = Readonly<Record<string, Kind>>;

/** What each fault may be told. */
const fieldsOf: Readonly<Record<Fault['type'], Fields>> = {
  refuse: always,
  http: {
    ...always,
    status: whole(400, 599, 'an HTTP status from 400 to 599'),
    retryAfter: whole(0, 86_400, 'seconds'),
    code: text,
  },
  hang: always,
  close: { ...atEvents, code: closeCode, reason: closeReason },
  destroy: atEvents,
  stop_reading: atEvents,
  half_open: atEvents,
  expire: atEvents,
  delay: { ...atEvents, ms: millis, jitterMs: millis },
  duplicate: atEvents,
  reorder: { ...atEvents, by: count },
  drop: atEvents,
  malformed: atEvents,
  wrong_types: { ...atEvents, field: text },
  unknown_event: atEvents,
  bad_base64: atEvents,
  odd_bytes: atEvents,
  giant: { ...atEvents, bytes: whole(1, 200_000_000, 'a number of bytes up to 200000000') },
};

const isFaultType = (type: string): type is Fault['type'] => Object.hasOwn(fieldsOf, type);

/** The names of all faults. */
export const faultTypes = Object.keys(fieldsOf) as readonly Fault['type'][];

/** The fields that a fault may have; undefined where there is no such fault. */
export const fieldNamesOf = (type: string): readonly string[] | undefined =>
  isFaultType(type) ? Object.keys(fieldsOf[type]) : undefined;

/** The value that a text of a command line stands for; it may still not fit. */
export const readField = (type: string, name: string, spec: string): unknown =>
  isFaultType(type) ? fieldsOf[type][name]?.read(spec) : undefined;

/** What is wrong with a fault, in one line; undefined where nothing is. */
export const misfitFault = (fault: Fault): string | undefined => {
  const { type, ...fields } = fault;
  if (!isFaultType(type)) return `there is no fault '${String(type)}'; there are ${faultTypes.join(', ')}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const kind = fieldsOf[type][name];
    if (!kind) return `${type} has no '${name}'; it has ${Object.keys(fieldsOf[type]).join(', ')}`;
    if (!kind.fits(value)) return `${type}: ${name} must be ${kind.words}`;
  }
  return fault.type === 'http' && fault.status === undefined ? 'http: status is missing' : undefined;
};
