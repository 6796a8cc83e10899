import fc from 'fast-check';
import * as theirs from 'fp-ts/lib/Either.js';
import { expect, it } from 'vitest';
import * as E from '../src/either.js';

const eithers: fc.Arbitrary<theirs.Either<string, number>> = fc.oneof(
  fc.string().map((failure) => theirs.left(failure)),
  fc.integer().map((result) => theirs.right(result)),
);
const nextOf = (results: ReadonlyMap<number, theirs.Either<string, number>>) => (result: number) =>
  results.get(result % 3) ?? theirs.right<string, number>(result);
const nexts = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), eithers)).map((pairs) => nextOf(new Map(pairs)));
const same = (ours: unknown, expected: unknown): void => {
  expect(ours).toStrictEqual(expected);
};

it('makes, asks and changes values as fp-ts does', () =>
  fc.assert(
    fc.property(eithers, (either) => {
      same(E.left('x'), theirs.left('x'));
      same(E.right(1), theirs.right(1));
      same([E.isLeft(either), E.isRight(either)], [theirs.isLeft(either), theirs.isRight(either)]);
      const loud = (failure: string) => `${failure}!`;
      const next = (result: number) => result + 1;
      same(E.bimap(loud, next)(either), theirs.bimap(loud, next)(either));
      same(E.map(next)(either), theirs.map(next)(either));
      same(E.mapLeft(loud)(either), theirs.mapLeft(loud)(either));
    }),
  ));

it('chains as fp-ts does', () =>
  fc.assert(fc.property(eithers, nexts, (either, next) => same(E.chain(next)(either), theirs.chain(next)(either)))));

it('traverses as fp-ts does, and stops at the first failure', () =>
  fc.assert(
    fc.property(fc.array(fc.integer()), nexts, (list, next) => {
      const read: number[] = [];
      const ours = E.traverse((result: number, index: number) => {
        read.push(index);
        return next(result);
      })(list);
      same(ours, theirs.traverseArray(next)(list));
      const failed = list.findIndex((result) => theirs.isLeft(next(result)));
      same(read.length, failed < 0 ? list.length : failed + 1);
    }),
  ));

it('takes null and undefined for nothing, and all else for a value', () => {
  for (const value of [null, undefined, 0, '', false, 'x'])
    same(E.fromNullable('none')(value), theirs.fromNullable('none')(value));
});
