import * as t from 'io-ts';

/** What a field may hold. */
export interface Field {
  readonly is: (value: unknown) => boolean;
  /** What it must be, as it stands behind "must be". */
  readonly must: string;
  /** Whether what was given may be shown: only where it can be no secret. */
  readonly isShown?: boolean;
  /** What its own fields may hold. */
  readonly fields?: Fields;
}
export type Fields<Names extends string = string> = Readonly<Record<Names, Field>>;

const shown = (is: Field['is'], must: string): Field => ({ is, must, isShown: true });

export const yesOrNo = shown(t.boolean.is, 'true or false');
/** A number, the bounds included. */
export const within = (low: number, high = Number.POSITIVE_INFINITY): Field =>
  shown(
    (value) => t.number.is(value) && value >= low && value <= high,
    high === Number.POSITIVE_INFINITY ? `${low} or more` : `${low} to ${high}`,
  );
export const oneOf = (...names: readonly string[]): Field =>
  shown((value) => t.string.is(value) && names.includes(value), names.join(', ').replace(/, ([^,]*)$/, ' or $1'));
export const words: Field = { is: t.string.is, must: 'a string' };
export const call: Field = { is: (value) => typeof value === 'function', must: 'a function' };
export const object: Field = { is: (value) => typeof value === 'object' && value !== null, must: 'an object' };
export const listOf = ({ is, must }: Field, many = must): Field => ({
  is: (value) => Array.isArray(value) && value.every(is),
  must: `a list of ${many}`,
});
export const either = (...fields: readonly [Field, Field, ...Field[]]): Field => ({
  is: (value) => fields.some(({ is }) => is(value)),
  must: fields.map(({ must }) => must).join(', or '),
});
export const holding = (fields: Fields): Field => ({ is: t.UnknownRecord.is, must: 'an object', fields });

/** One line for each field that holds what it may not, and for each that there is not; undefined counts as not given. */
export const misfitsOf = (fields: Fields, given: object, path = ''): readonly string[] =>
  Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) return [unknownField(name, Object.keys(fields), path)];
    if (field.is(value)) return field.fields ? misfitsOf(field.fields, value, `${path}${name}.`) : [];
    return [`${path}${name}: must be ${field.must}, got ${described(value, field.isShown)}`];
  });

const described = (value: unknown, isShown = false): string => {
  if (isShown && typeof value === 'string' && isHarmless(value)) return `'${value}'`;
  if (value === null || (isShown && (typeof value === 'number' || typeof value === 'boolean'))) return String(value);
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
};

/** A key that stands in the wrong place is not shown, nor what would not stay on its line. */
const isHarmless = (text: string): boolean => text.length <= 30 && !/^[se]k[-_]|\p{C}/u.test(text);

const unknownField = (name: string, known: readonly string[], path: string): string => {
  const near = nearest(name, known);
  return `${path}${isHarmless(name) ? name : '(a field)'}: unknown${near === undefined ? '' : `; did you mean ${path}${near}?`}`;
};

/** The name that takes the fewest changes of a letter, where at most a third of the letters change. */
const nearest = (name: string, known: readonly string[]): string | undefined => {
  const far = Math.max(1, Math.floor(name.length / 3));
  const distances = known.map((each) => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }));
  const [first] = distances.filter(({ distance }) => distance <= far).sort((one, other) => one.distance - other.distance);
  return first?.each;
};

/** How many letters must be put in, left out or replaced (Levenshtein). */
const distanceOf = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  [...from].forEach((letter, at) => {
    const next = [at + 1];
    for (let place = 1; place < row.length; place++) {
      const replaced = (row[place - 1] ?? 0) + (to[place - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  });
  return row.at(-1) ?? 0;
};
