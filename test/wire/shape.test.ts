import fc from 'fast-check';
import * as t from 'io-ts';
import { expect, it } from 'vitest';
import * as E from '../../src/either.js';
import { pathsOf } from '../../src/wire/paths.js';
import { texts } from '../../src/wire/shape.js';

it('reads texts by names as io-ts does, and finds the same faults', () => {
  const theirs = t.type({ metadata: t.record(t.string, t.string) });
  const ours = t.type({ metadata: texts });
  const input = fc.oneof(
    fc.dictionary(fc.string(), fc.string()),
    fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
    fc.anything(),
  );
  fc.assert(
    fc.property(input, (metadata) => {
      const [own, expected] = [ours.decode({ metadata }), theirs.decode({ metadata })];
      expect(ours.is({ metadata })).toBe(theirs.is({ metadata }));
      expect(E.mapLeft(pathsOf)(own)).toStrictEqual(E.mapLeft(pathsOf)(expected));
      expect(E.isLeft(own) ? own.left.length : 0).toBe(E.isLeft(expected) ? expected.left.length : 0);
    }),
  );
});
