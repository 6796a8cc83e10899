import type { Either, Left, Right } from 'fp-ts/lib/Either.js';

// The values of io-ts, type for type. Of fp-ts this needs nothing at run time: `fp-ts/lib/Either.js` is CommonJS, so that a
// bundler takes the whole of it, 28 kB, beside the ES module that io-ts itself imports.

/** A failure, or a result: what reading returns that never throws. The type of fp-ts. */
export type { Either };

/** A failure. */
export const left = <Failure>(failure: Failure): Either<Failure, never> => ({ _tag: 'Left', left: failure });

/** A result. */
export const right = <Result>(result: Result): Either<never, Result> => ({ _tag: 'Right', right: result });

/** Whether it failed. */
export const isLeft = <Failure>(either: Either<Failure, unknown>): either is Left<Failure> => either._tag === 'Left';

/** Whether there is a result. */
export const isRight = <Result>(either: Either<unknown, Result>): either is Right<Result> => either._tag === 'Right';

/** Goes on with the result, which may fail in its turn; a failure stays as it is. */
export const chain =
  <Given, Failure, Result>(next: (given: Given) => Either<Failure, Result>) =>
  <Earlier>(either: Either<Earlier, Given>): Either<Earlier | Failure, Result> =>
    isLeft(either) ? either : next(either.right);

/** Changes the one or the other. */
export const bimap =
  <Failure, NewFailure, Result, NewResult>(
    onLeft: (failure: Failure) => NewFailure,
    onRight: (result: Result) => NewResult,
  ): ((either: Either<Failure, Result>) => Either<NewFailure, NewResult>) =>
  (either) =>
    isLeft(either) ? left(onLeft(either.left)) : right(onRight(either.right));

/** Changes the result; a failure stays as it is. */
export const map =
  <Result, NewResult>(onRight: (result: Result) => NewResult) =>
  <Failure>(either: Either<Failure, Result>): Either<Failure, NewResult> =>
    isLeft(either) ? either : right(onRight(either.right));

/** Changes the failure; a result stays as it is. */
export const mapLeft =
  <Failure, NewFailure>(onLeft: (failure: Failure) => NewFailure) =>
  <Result>(either: Either<Failure, Result>): Either<NewFailure, Result> =>
    isLeft(either) ? left(onLeft(either.left)) : either;

/** The value, or this failure where there is none. */
export const fromNullable =
  <Failure>(failure: Failure) =>
  <Value>(value: Value): Either<Failure, NonNullable<Value>> =>
    value === null || value === undefined ? left(failure) : right(value);

/** The results of a list, or its first failure; what comes after that is not looked at. */
export const traverse =
  <Given, Failure, Result>(read: (given: Given, index: number) => Either<Failure, Result>) =>
  (list: readonly Given[]): Either<Failure, readonly Result[]> => {
    const results: Result[] = [];
    for (const [index, given] of list.entries()) {
      const result = read(given, index);
      if (isLeft(result)) return result;
      results.push(result.right);
    }
    return right(results);
  };
