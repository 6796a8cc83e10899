import * as t from 'io-ts';

type Flat<Fields> = { readonly [Key in keyof Fields]: Fields[Key] };

/** What `record` decodes to: readonly, and flat where an intersection would show its parts. */
export type RecordOf<Required extends t.Props, Optional extends t.Props> = Flat<
  { [Key in keyof Required]: t.TypeOf<Required[Key]> } & { [Key in keyof Optional]?: t.TypeOf<Optional[Key]> }
>;

/** An object with these fields; others pass through, for peers add fields at any time. */
export const record = <Required extends t.Props, Optional extends t.Props>(
  required: Required,
  optional: Optional,
): t.Type<RecordOf<Required, Optional>> =>
  // The same type written flat: hovers and emitted declarations stay readable.
  t.intersection([t.type(required), t.partial(optional)]) as unknown as t.Type<RecordOf<Required, Optional>>;

/** The value, or null where the peer says that there is none. */
export const nullable = <Value>(codec: t.Type<Value>): t.Type<Value | null> => t.union([codec, t.null]);

type Nullables<Fields extends t.Props> = { [Key in keyof Fields]: t.Type<t.TypeOf<Fields[Key]> | null> };

/** Every field nullable: services echo settings that were never set as null. */
export const nullables = <Fields extends t.Props>(fields: Fields): Nullables<Fields> =>
  Object.fromEntries(Object.entries(fields).map(([key, codec]) => [key, nullable(codec)])) as Nullables<Fields>;

/** A list. */
export const list = <Value>(codec: t.Type<Value>): t.Type<readonly Value[]> => t.readonlyArray(codec);

/** Texts by names that the peer chooses. Its own, for `t.record` takes keys of any kind, and 2 kB. */
export const texts = new t.DictionaryType<t.StringC, t.StringC, Record<string, string>, Record<string, string>>(
  'texts',
  (input): input is Record<string, string> => t.UnknownRecord.is(input) && Object.values(input).every(t.string.is),
  (input, context) => {
    if (!t.UnknownRecord.is(input)) return t.failure(input, context);
    const errors = Object.entries(input).flatMap(([key, value]) =>
      t.string.is(value) ? [] : [{ value, context: t.appendContext(context, key, t.string, value) }],
    );
    return errors.length > 0 ? t.failures(errors) : t.success(input as Record<string, string>);
  },
  t.identity,
  t.string,
  t.string,
);

/**
 * A string of which these values are known. Any other passes too: a new status or voice must not lose the event that
 * carries it.
 */
export const open = <Known extends string>(..._known: readonly Known[]): t.Type<Known | (string & {})> =>
  t.string as t.Type<Known | (string & {})>;

/** Asks the value which codec is to read it, where `t.union` would have all of them try. */
export const chosen = <Value>(name: string, codecFor: (input: unknown) => t.Type<Value>): t.Type<Value> =>
  new t.Type<Value>(
    name,
    (input): input is Value => codecFor(input).is(input),
    (input, context) => codecFor(input).validate(input, context),
    t.identity,
  );
