import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeClientEvent, decodeServerEvent } from '../../src/wire/decode.js';
import { hasShared, shared } from '../shared.js';

interface Documented {
  readonly side: 'client' | 'server';
  readonly type: string;
  /** Name and type of each field that the event must have. */
  readonly fields: readonly (readonly [string, string])[];
}

const sides: Readonly<Record<string, 'client' | 'server'>> = { B1: 'client', B2: 'server', B3: 'client', B4: 'server' };

/** The tables of the parts B1 to B4: one row for each event. */
const documented = (): readonly Documented[] => {
  if (!hasShared) return [];
  const parts = readFileSync(shared('protocol/EVENTS.md'), 'utf8').split(/^## /m);
  return parts.flatMap((part) => {
    const side = sides[part.slice(0, 2)];
    if (side === undefined) return [];
    return [...part.matchAll(/^\| `([a-z_.]+)` \| (.*?) \|/gm)].map(([, type = '', required = '']) => ({
      side,
      type,
      fields: [...required.matchAll(/`(\w+)`: ([^<]+)/g)].map(([, name = '', kind = '']) => [name, kind.trim()] as const),
    }));
  });
};

const item = { type: 'message', role: 'user', content: [] };

const sampleOf = (kind: string): unknown => {
  if (kind === 'string') return 'x';
  if (kind === 'number') return 1;
  if (kind.startsWith('Array')) return [];
  if (kind === 'ConversationItem') return item;
  if (kind === 'RealtimeError') return { type: 'invalid_request_error', message: 'x' };
  if (kind.startsWith('TranscriptTextUsage')) return { type: 'duration', seconds: 1 };
  return {};
};

const decode = { client: decodeClientEvent, server: decodeServerEvent };

describe.skipIf(!hasShared)('every documented event', () => {
  const events = documented();

  it('is read from the tables', () => {
    expect(events.length).toBe(11 + 46 + 3 + 7);
  });

  it.each(events)('$side $type decodes with what it must have', ({ side, type, fields }) => {
    const event = { type, ...Object.fromEntries(fields.map(([name, kind]) => [name, sampleOf(kind)])) };
    expect(decode[side](JSON.stringify(event))).toEqual({ _tag: 'Right', right: event });
  });

  it.each(events.filter(({ fields }) => fields.some(([name]) => name !== 'event_id')))(
    '$side $type is malformed where a field is a list of nothing',
    ({ side, type, fields }) => {
      const event = { type, ...Object.fromEntries(fields.map(([name]) => [name, [[]]])) };
      expect(decode[side](JSON.stringify(event))).toMatchObject({ _tag: 'Left', left: { kind: 'malformed', eventType: type } });
    },
  );
});
