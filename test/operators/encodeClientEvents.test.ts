import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { encodeClientEvents } from '../../operators/encodeClientEvents.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

const commands: Readonly<Record<'a' | 'c', ClientEvent>> = {
  a: { type: 'input_audio_buffer.append', audio: 'AAEC' },
  c: { type: 'response.create', response: { instructions: 'Be brief.' } },
};
const texts = {
  a: '{"type":"input_audio_buffer.append","audio":"AAEC"}',
  c: '{"type":"response.create","response":{"instructions":"Be brief."}}',
};

describe('encodeClientEvents', () => {
  it(
    'writes each command as one message',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -ac-|', commands);
      const subs = '        ^---!';
      const expected = '    -ac-|';

      expectObservable(source.pipe(encodeClientEvents())).toBe(expected, texts);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'is empty where the source is',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<ClientEvent>('  --|');
      const subs = '        ^-!';
      const expected = '    --|';

      expectObservable(source.pipe(encodeClientEvents())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'never emits where the source never does',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<ClientEvent>('  ---');
      const subs = '        ^--';
      const expected = '    ---';

      expectObservable(source.pipe(encodeClientEvents())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors with its source',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -c-#', commands);
      const subs = '        ^--!';
      const expected = '    -c-#';

      expectObservable(source.pipe(encodeClientEvents())).toBe(expected, texts);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'lets go of its source when unsubscribed',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -c-c-', commands);
      const unsub = '       ---!';
      const subs = '        ^--!';
      const expected = '    -c--';

      expectObservable(source.pipe(encodeClientEvents()), unsub).toBe(expected, texts);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'serves two subscribers apart',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -c|', commands);
      const first = '        ^--';
      const second = '       --^--';
      const expectedFirst = ' -c|';
      const expectedSecond = '---c|';
      const subs = ['        ^-!', '--^-!'];
      const result = source.pipe(encodeClientEvents());

      expectObservable(result, first).toBe(expectedFirst, texts);
      expectObservable(result, second).toBe(expectedSecond, texts);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('takes a synchronous source', () => {
    const seen: unknown[] = [];
    of(commands.a, commands.c)
      .pipe(encodeClientEvents())
      .subscribe({ next: (value) => seen.push(value), error: (error: unknown) => seen.push(error) });
    expect(seen).toEqual([texts.a, texts.c]);
  });
});
