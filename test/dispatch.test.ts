import { firstValueFrom, from, map, of, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ofType } from '../operators/ofType.js';
import { createDispatch } from '../src/dispatch.js';

type Note = { readonly type: 'a'; readonly n: number } | { readonly type: 'b' };
const a = (n: number): Note => ({ type: 'a', n });
const b: Note = { type: 'b' };

describe('dispatch', () => {
  it('hands each event to all that listen, lower ranks first, whatever the order of subscription', () => {
    const dispatch = createDispatch<Note>();
    const seen: string[] = [];
    const listen = (rank: number, name: string) => dispatch.stream(rank).subscribe(({ type }) => seen.push(name + type));
    listen(1, 'second');
    dispatch
      .stream(0)
      .pipe(ofType('a'))
      .subscribe(({ n }) => seen.push(`first${n}`));
    listen(0, 'also first');

    dispatch.next(a(1));
    dispatch.next(b);
    expect(seen).toEqual(['first1', 'also firsta', 'seconda', 'also firstb', 'secondb']);
  });

  it('does not ask those who listen to other types', () => {
    const dispatch = createDispatch<Note>();
    let asked = 0;
    const stream = dispatch.stream(0);
    stream
      .pipe(
        ofType('b'),
        tap(() => asked++),
      )
      .subscribe();
    for (let n = 0; n < 10; n++) dispatch.next(a(n));
    expect(asked).toBe(0);
    dispatch.next(b);
    expect(asked).toBe(1);
  });

  it('gives one who subscribes while an event is delivered the next one, and one who leaves none', () => {
    const dispatch = createDispatch<Note>();
    const seen: string[] = [];
    const early = dispatch.stream(0).subscribe(() => {
      seen.push('early');
      early.unsubscribe();
      // eslint-disable-next-line rxjs-x/no-nested-subscribe -- It is what is tested.
      dispatch.stream(0).subscribe(() => seen.push('late'));
    });
    dispatch.next(b);
    dispatch.next(b);
    expect(seen).toEqual(['early', 'late']);
  });

  it('completes all that listen', () => {
    const dispatch = createDispatch<Note>();
    let completed = 0;
    dispatch.stream(0).subscribe({ complete: () => completed++ });
    dispatch
      .stream(1)
      .pipe(ofType('a'))
      .subscribe({ complete: () => completed++ });
    dispatch.complete();
    expect(completed).toBe(2);
  });
});

describe('ofType', () => {
  it('filters any other stream, and narrows the type', async () => {
    const numbers = from([a(1), b, a(2)]).pipe(
      ofType('a'),
      map(({ n }) => n),
      toArray(),
    );
    expect(await firstValueFrom(numbers)).toEqual([1, 2]);
  });

  it('takes several types', async () => {
    expect(await firstValueFrom(of<Note[]>(b, a(1)).pipe(ofType('a', 'b'), toArray()))).toEqual([b, a(1)]);
  });
});
