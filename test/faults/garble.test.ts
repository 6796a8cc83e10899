import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badBase64, giantEvent, malformed, mistyped, oddBytes, unknownEvent } from '../../src/faults/garble.js';
import { isBase64, toBase64 } from '../../src/wire/base64.js';
import { decodeServerEvent } from '../../src/wire/decode.js';
import { ServerEvent } from '../../src/wire/server-event.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const delta = (samples: number) => ({
  type: 'response.output_audio.delta',
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: toBase64(new Int16Array(samples).fill(1000)),
});
const deltaOf = (event: object) => (event as { delta: string }).delta;

describe('garbled messages', () => {
  it('are no JSON where they are malformed', () => {
    fc.assert(
      fc.property(random, (dice) => {
        expect(() => JSON.parse(malformed(delta(10), dice))).toThrow();
      }),
    );
  });

  it('lose a field or its type, and never the type of the event', () => {
    const event = delta(10);
    fc.assert(
      fc.property(random, (dice) => {
        const wrong = mistyped(event, undefined, dice) as unknown as Record<string, unknown>;
        expect(wrong.type).toBe(event.type);
        const changed = Object.entries(event).filter(([name, value]) => wrong[name] !== value);
        expect(changed.length).toBe(1);
        for (const [name, value] of changed) if (name in wrong) expect(typeof wrong[name]).not.toBe(typeof value);
      }),
    );
  });

  it('have the wrong type in the field that was named', () => {
    expect(deltaOf(mistyped(delta(3), 'delta', 0.9))).toBe(8);
    expect(mistyped(delta(3), 'nothing', 0.9)).toEqual(delta(3));
    expect(mistyped({ type: 'a' }, undefined, 0.5)).toEqual({ type: 'a' });
  });

  it('are refused by the codec in most fields that matter', () => {
    expect(ServerEvent.is(mistyped(delta(3), 'item_id', 0))).toBe(false);
    expect(ServerEvent.is(mistyped(delta(3), 'delta', 0))).toBe(false);
  });

  it('hold what is no base64', () => {
    for (const samples of [0, 1, 480]) expect(isBase64(deltaOf(badBase64(delta(samples))))).toBe(false);
  });

  it('hold an odd number of bytes, a little less than before, in good base64', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), (samples) => {
        const odd = deltaOf(oddBytes(delta(samples)));
        expect(isBase64(odd)).toBe(true);
        const { length } = Buffer.from(odd, 'base64');
        expect(length % 2).toBe(1);
        expect(2 * samples - length).toBeLessThan(7);
      }),
    );
  });

  it('leave alone what has no audio', () => {
    expect(badBase64({ type: 'a' })).toEqual({ type: 'a' });
    expect(oddBytes({ type: 'a' })).toEqual({ type: 'a' });
  });

  it('are of a type that the codec does not know', () => {
    for (const event of [unknownEvent, giantEvent(100)])
      expect(decodeServerEvent(JSON.stringify(event))).toMatchObject({ _tag: 'Left' });
    expect(JSON.stringify(giantEvent(3_000_000)).length).toBeGreaterThan(3_000_000);
  });
});
