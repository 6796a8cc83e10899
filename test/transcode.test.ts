import { from, map, NEVER, of, range, Subject, startWith, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Transcoder, transcode } from '../src/transcode.js';
import { marbles } from './marbles.js';

/** Doubles numbers, and writes down what is asked of it. */
const doubling = (asked: string[] = [], name = ''): Transcoder<number, number> => ({
  push: (value) => {
    asked.push(`push ${name}${value}`);
    return [value, value];
  },
  flush: () => {
    asked.push(`flush${name}`);
    return [0];
  },
  close: () => asked.push(`close${name}`),
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('transcode', () => {
  it(
    'gives at once what a value completes, and at the end what was held',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a----|', { a: 3 });
      expectObservable(source.pipe(transcode({ open: () => doubling() }))).toBe('-(aa)-(z|)', { a: 3, z: 0 });
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    }),
  );

  it(
    'opens nothing for nothing',
    marbles(({ cold, expectObservable }) => {
      const open = () => {
        throw new Error('opened');
      };
      expectObservable(cold<number>('--|').pipe(transcode({ open }))).toBe('--|');
      expectObservable(cold<number>('--#').pipe(transcode({ open }))).toBe('--#');
    }),
  );

  it('holds what comes while it loads, thousands of values, and gives all in order', async () => {
    const out: number[] = [];
    range(1, 20_000)
      .pipe(transcode({ open: () => Promise.resolve(doubling()) }))
      .subscribe((value) => out.push(value));
    expect(out).toEqual([]);
    await settled();
    expect(out).toHaveLength(40_001);
    expect(out.slice(0, 4)).toEqual([1, 1, 2, 2]);
    expect(out.at(-1)).toBe(0);
  });

  it('gives what comes meanwhile its turn after what the first value completes, and so the end', async () => {
    const source = new Subject<number>();
    const out: number[] = [];
    source.pipe(transcode({ open: () => Promise.resolve(doubling()) })).subscribe((value) => {
      out.push(value);
      if (out.length > 1) return;
      source.next(2);
      source.complete();
    });
    source.next(1);
    await settled();
    expect(out).toEqual([1, 1, 2, 2, 0]);
  });

  it('begins anew where it is told to, after the end of the one before', async () => {
    const asked: string[] = [];
    const open = (first: number) => Promise.resolve(doubling(asked, `${first}:`));
    from([1, 2, 10, 11])
      .pipe(transcode({ open, opensAnew: (value) => value % 10 === 0 }))
      .subscribe();
    await settled();
    expect(asked).toEqual(['push 1:1', 'push 1:2', 'flush1:', 'close1:', 'push 10:10', 'push 10:11', 'flush10:', 'close10:']);
  });

  it('closes one that comes when nobody waits any more', async () => {
    const asked: string[] = [];
    NEVER.pipe(startWith(1), transcode({ open: () => Promise.resolve(doubling(asked)) }))
      .subscribe()
      .unsubscribe();
    await settled();
    expect(asked).toEqual(['close']);
  });

  it('errors with what cannot be opened, and with what the fold throws, and closes it', async () => {
    const errors: unknown[] = [];
    const asked: string[] = [];
    const error = (reason: unknown) => errors.push(reason);
    const throwing: Transcoder<number, number> = {
      ...doubling(asked),
      push: () => {
        throw new Error('bad');
      },
    };
    of(1)
      .pipe(transcode({ open: () => Promise.reject(new Error('none')) }))
      .subscribe({ error });
    of(1)
      .pipe(transcode({ open: () => throwing }))
      .subscribe({ error });
    of(1)
      .pipe(transcode({ open: () => Promise.resolve(throwing) }))
      .subscribe({ error });
    throwError(() => new Error('source'))
      .pipe(transcode({ open: () => throwing }))
      .subscribe({ error });
    await settled();
    expect(errors.map(String).sort()).toEqual(['Error: bad', 'Error: bad', 'Error: none', 'Error: source']);
    expect(asked).toEqual(['close', 'close']);
  });

  it('keeps the order when its output causes input', () => {
    const source = new Subject<number>();
    const out: number[] = [];
    source.pipe(transcode({ open: () => doubling() })).subscribe((value) => {
      if (value === 1 && out.length === 0) source.next(2);
      out.push(value);
    });
    source.next(1);
    expect(out).toEqual([1, 1, 2, 2]);
  });

  it('keeps subscriptions apart', () => {
    const out = of(1, 2).pipe(transcode({ open: () => doubling() }), toArray(), map(String));
    const seen: string[] = [];
    out.subscribe((value) => seen.push(value));
    out.subscribe((value) => seen.push(value));
    expect(seen).toEqual(['1,1,2,2,0', '1,1,2,2,0']);
  });
});
