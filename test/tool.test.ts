import { createRequire } from 'node:module';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { type Tool, tool, toolDeclarations } from '../src/tool.js';

const context = { signal: new AbortController().signal, callId: 'call_1' };
const described = (parameters: t.Mixed): unknown =>
  tool({ name: 'x', description: '', parameters: t.intersection([t.type({ p: parameters }), t.partial({})]), run: () => 0 })
    .parameters.properties?.p;
const misfits = (made: Tool, text: string): string | undefined => {
  const prepared = made.prepare(text);
  return E.isLeft(prepared) ? prepared.left.message : undefined;
};

describe('tool', () => {
  it('decodes arguments before it runs, and knows their types', () => {
    const City = t.type({ city: t.string });
    const made = tool({ name: 'weather', description: 'Tells.', parameters: City, run: ({ city }) => city.toUpperCase() });
    const prepared = made.prepare('{"city":"Tokyo"}');
    expect(E.isRight(prepared) && prepared.right.run(context)).toBe('TOKYO');
  });

  it('names the places where arguments do not fit, and no values', () => {
    const made = tool({ name: 'weather', description: '', parameters: t.type({ city: t.string }), run: () => 0 });
    expect(misfits(made, '{"city":["hush"]}')).toBe('tool weather: arguments do not fit: city');
    expect(misfits(made, '{')).toBe('tool weather: arguments do not fit: (not JSON)');
  });

  it('names no keys of a dictionary whose codec another copy of io-ts made', () => {
    const require = createRequire(import.meta.url);
    const own = require.resolve('io-ts');
    delete require.cache[own];
    const other = require(own) as typeof t;
    expect(other.DictionaryType).not.toBe(t.DictionaryType);
    const parameters = other.type({ ages: other.record(other.string, other.number) });
    const made = tool({ name: 'count', description: '', parameters, run: () => 0 });
    expect(misfits(made, '{"ages":{"hush":"x"}}')).toBe('tool count: arguments do not fit: ages.*');
  });

  it('takes no arguments for an empty object', () => {
    const made = tool({ name: 'now', description: '', parameters: t.type({}), run: () => 0 });
    expect(misfits(made, '')).toBeUndefined();
  });

  it('checks arguments against a JSON schema', () => {
    const parameters = {
      type: 'object',
      properties: {
        n: { type: 'integer' },
        unit: { enum: ['c', 'f'] },
        tags: { type: 'array', items: { type: 'string' } },
        at: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['n'],
    };
    const made = tool({ name: 'x', description: '', parameters, run: (args) => args });
    expect(misfits(made, '{"n":1,"unit":"c","tags":["a"],"at":null}')).toBeUndefined();
    expect(misfits(made, '{"n":1.5,"unit":"k","tags":["a",1],"at":2}')).toBe('tool x: arguments do not fit: n, unit, tags.1, at');
    expect(misfits(made, '{}')).toBe('tool x: arguments do not fit: n');
    expect(misfits(made, '[]')).toBe('tool x: arguments do not fit: (not an object)');
  });

  it('derives the JSON schema of codecs', () => {
    expect(described(t.string)).toEqual({ type: 'string' });
    expect(described(t.number)).toEqual({ type: 'number' });
    expect(described(t.Int)).toEqual({ type: 'integer' });
    expect(described(t.boolean)).toEqual({ type: 'boolean' });
    expect(described(t.null)).toEqual({ type: 'null' });
    expect(described(t.unknown)).toEqual({});
    expect(described(t.literal('a'))).toEqual({ type: 'string', const: 'a' });
    expect(described(t.keyof({ a: null, b: null }))).toEqual({ type: 'string', enum: ['a', 'b'] });
    expect(described(t.array(t.string))).toEqual({ type: 'array', items: { type: 'string' } });
    expect(described(t.readonlyArray(t.string))).toEqual({ type: 'array', items: { type: 'string' } });
    expect(described(t.record(t.string, t.number))).toEqual({ type: 'object', additionalProperties: { type: 'number' } });
    expect(described(t.union([t.literal('a'), t.literal('b')]))).toEqual({ type: 'string', enum: ['a', 'b'] });
    expect(described(t.union([t.string, t.null]))).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] });
    expect(described(t.readonly(t.exact(t.type({ a: t.string }))))).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    });
  });

  it('requires neither partial fields nor those that may be undefined', () => {
    const parameters = t.intersection([
      t.type({ a: t.string, b: t.union([t.number, t.undefined]) }),
      t.partial({ c: t.boolean }),
    ]);
    expect(tool({ name: 'x', description: '', parameters, run: () => 0 }).parameters).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' }, c: { type: 'boolean' } },
      required: ['a'],
    });
  });

  it('takes the schema that it is given, and wants one where none can be derived', () => {
    const Odd = new t.Type<{ n: number }>(
      'Odd',
      (u): u is { n: number } => u !== null,
      (u) => t.success(u as { n: number }),
      t.identity,
    );
    const schema = { type: 'object', properties: { n: { type: 'number' } } };
    expect(tool({ name: 'x', description: '', parameters: Odd, schema, run: () => 0 }).parameters).toBe(schema);
    expect(() => tool({ name: 'x', description: '', parameters: Odd, run: () => 0 })).toThrow(
      'tool x: no JSON schema can be derived from its codec; give one as schema',
    );
  });

  it('refuses what the service would refuse', () => {
    const run = () => 0;
    expect(() => tool({ name: 'get weather', description: '', parameters: { type: 'object' }, run })).toThrow('the name');
    const untyped = tool as (config: object) => Tool;
    expect(() => untyped({ name: 'now', description: '', run })).toThrow(
      "tool now: no parameters; give a JSON schema, { type: 'object' }",
    );
    expect(() => untyped({})).toThrow('tool: the name undefined must be 1 to 64 letters');
    expect(() => tool({ name: 'x', description: '', parameters: t.string, run })).toThrow('must describe an object');
    expect(() => tool({ name: 'x', description: '', parameters: { type: 'object' }, timeoutMs: 0, run })).toThrow(RangeError);
  });

  it('declares tools as a session wants them', () => {
    const made = tool({ name: 'x', description: 'Does x.', parameters: { type: 'object' }, run: () => 0 });
    expect(toolDeclarations([made])).toEqual([
      { type: 'function', name: 'x', description: 'Does x.', parameters: { type: 'object' } },
    ]);
    expect(() => toolDeclarations([made, made])).toThrow('two have the name x');
  });
});
