import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createEmitter } from '../../src/engine/emitter.js';
import type { EngineEvent } from '../../src/engine/engine-event.js';
import { stamped } from '../../src/engine/engine-event.js';
import { rememberedChunks, rememberedEvents } from '../../src/engine/event-history.js';
import { StreamError } from '../../src/errors.js';

const text = (words: string) => stamped({ type: 'text.input', text: words }, 'application');
const lost = () => stamped({ type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' }, 'engine');
const starting = (attempt: number) => stamped({ type: 'connection.starting', attempt }, 'engine');
const failure = () =>
  stamped(
    { type: 'engine.error', error: new StreamError('x', { code: 'protocol' }), errorMessage: 'x', recoverable: true },
    'engine',
  );
/** Promises that have settled are told of. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createEmitter', () => {
  it('tells a handler of the events of its type, of a prefix, or of all', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    emitter.on('text.input', ({ type }) => seen.push(`one ${type}`));
    emitter.on('connection.*', ({ type }) => seen.push(`some ${type}`));
    emitter.on('*', ({ type }) => seen.push(`all ${type}`));
    emitter.emit(text('hello'));
    emitter.emit(lost());
    expect(seen).toEqual(['one text.input', 'all text.input', 'some connection.lost', 'all connection.lost']);
  });

  it('takes a prefix for whole words only', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    emitter.on('conversation.item.*', ({ type }) => seen.push(type));
    emitter.on('conversation.*', () => seen.push('conversation'));
    emitter.emit(stamped({ type: 'conversation.summarized', text: '', throughItemId: '' }, 'engine'));
    emitter.emit(stamped({ type: 'conversation.item.deleted', item_id: 'item_1' }, 'provider'));
    emitter.emit(stamped({ type: 'turn.conversation_started' }, 'engine'));
    expect(seen).toEqual(['conversation', 'conversation.item.deleted', 'conversation']);
  });

  it('narrows what a handler gets to the events of its pattern', () => {
    const { on, getHistory } = createEmitter();
    on('text.output', (event) => {
      expectTypeOf(event.text).toEqualTypeOf<string>();
      expectTypeOf(event.isPartial).toEqualTypeOf<boolean>();
      expectTypeOf(event.timestamp).toEqualTypeOf<number>();
    });
    on('audio.output_chunk', ({ audioData }) => expectTypeOf(audioData).toEqualTypeOf<Uint8Array>());
    on('lane.switched', ({ from, to, reason, confidence }) => {
      expectTypeOf({ from, to, reason }).toEqualTypeOf<{ from: string; to: string; reason: string }>();
      expectTypeOf(confidence).toEqualTypeOf<number>();
    });
    on('tool.*', ({ type }) => {
      expectTypeOf(type).toEqualTypeOf<
        'tool.invoked' | 'tool.started' | 'tool.succeeded' | 'tool.failed' | 'tool.timed_out' | 'tool.overdue'
      >();
    });
    on('*', (event) => expectTypeOf(event).toEqualTypeOf<EngineEvent>());
    on('text.input', () => undefined, { filter: (event) => expectTypeOf(event.text).toEqualTypeOf<string>() && true });
    expectTypeOf(getHistory({ type: 'text.input' })[0]?.text).toEqualTypeOf<string | undefined>();
    expectTypeOf(getHistory()).toEqualTypeOf<readonly EngineEvent[]>();
    // @ts-expect-error There is no such type.
    on('text.nothing', () => undefined);
    // @ts-expect-error Nothing begins so.
    on('nothing.*', () => undefined);
  });

  it('tells higher priorities first, equal ones in the order of registration', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (priorities) => {
        const emitter = createEmitter();
        const seen: number[] = [];
        priorities.forEach((priority, index) => {
          emitter.on(index % 2 ? '*' : 'text.*', () => seen.push(index), { priority });
        });
        emitter.emit(text(''));
        const expected = priorities.map((_, index) => index).sort((a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b);
        expect(seen).toEqual(expected);
      }),
    );
  });

  it('tells a handler of what its filter lets through', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    emitter.on('text.input', ({ text: words }) => seen.push(words), { filter: ({ text: words }) => words !== 'no' });
    for (const words of ['yes', 'no', 'maybe']) emitter.emit(text(words));
    expect(seen).toEqual(['yes', 'maybe']);
  });

  it('tells a handler of once the first event that its filter lets through, and no other', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    const once = (event: { readonly text: string }) => {
      seen.push(event.text);
      emitter.emit(text('again'));
    };
    emitter.once('text.input', once, { filter: (event) => event.text !== 'no' });
    for (const words of ['no', 'yes', 'maybe']) emitter.emit(text(words));
    expect(seen).toEqual(['yes']);
    expect(emitter.getMetrics().handlerCount).toBe(0);
  });

  it('removes a handler by the id that on gave', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    const id = emitter.on('*', ({ type }) => seen.push(type));
    expect(typeof id).toBe('string');
    expect(emitter.off(id)).toBe(true);
    expect(emitter.off(id)).toBe(false);
    emitter.emit(lost());
    expect(seen).toEqual([]);
  });

  it('tells a handler that is removed meanwhile no more, and one that is added of the next event', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    emitter.once('*', () => {
      emitter.off(later);
      emitter.on('*', () => seen.push('added'), { priority: 9 });
    });
    const later = emitter.on('*', () => seen.push('removed'));
    emitter.on('*', () => seen.push('other'));
    emitter.emit(text('1'));
    emitter.emit(text('2'));
    expect(seen).toEqual(['other', 'added', 'other']);
  });

  it('tells all handlers of events in the same order, also of those that arise in one', () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    emitter.on('text.input', ({ text: words }) => words === '1' && emitter.emit(text('2')));
    emitter.on('text.input', ({ text: words }) => seen.push(words));
    emitter.emit(text('1'));
    expect(seen).toEqual(['1', '2']);
  });

  it('goes on when a handler throws, rejects or never ends, and tells of it as one engine.error each', async () => {
    const emitter = createEmitter();
    const seen: string[] = [];
    const errors: string[] = [];
    emitter.on('engine.error', ({ errorMessage, error, recoverable, source }) => {
      errors.push(errorMessage);
      expect({ code: error.code, recoverable, source }).toEqual({ code: 'threw', recoverable: true, source: 'application' });
    });
    emitter.on('text.input', () => {
      throw new Error('the secret words');
    });
    emitter.on('text.*', () => Promise.reject(new Error('the secret words')));
    emitter.on('text.input', () => new Promise(() => undefined));
    emitter.on('text.input', () => seen.push('told'), {
      filter: () => {
        throw new Error('a filter');
      },
    });
    emitter.on('text.input', ({ text: words }) => seen.push(words));
    emitter.emit(text('hello'));
    expect(seen).toEqual(['hello']);
    await settle();
    expect(errors).toEqual([
      'a handler of text.input failed at text.input',
      'a handler of text.input failed at text.input',
      'a handler of text.* failed at text.input',
    ]);
    expect(emitter.getMetrics()).toMatchObject({ handlerErrors: 3, eventsEmitted: 4 });
  });

  it('does not tell of a handler that fails at engine.error, so that nothing goes round', async () => {
    const emitter = createEmitter();
    emitter.on('engine.error', () => {
      throw new Error('1');
    });
    emitter.on('*', () => Promise.reject(new Error('2')));
    emitter.emit(failure());
    await settle();
    expect(emitter.getMetrics()).toEqual({ eventsEmitted: 1, eventsHandled: 0, handlerErrors: 2, handlerCount: 2 });
    emitter.emit(lost());
    await settle();
    expect(emitter.getMetrics()).toEqual({ eventsEmitted: 3, eventsHandled: 0, handlerErrors: 5, handlerCount: 2 });
  });

  it('counts events, calls that ended well, failures and handlers', async () => {
    const emitter = createEmitter();
    emitter.on('text.input', () => undefined);
    emitter.on('*', () => Promise.resolve());
    emitter.emit(text('1'));
    expect(emitter.getMetrics()).toEqual({ eventsEmitted: 1, eventsHandled: 1, handlerErrors: 0, handlerCount: 2 });
    emitter.emit(lost());
    await settle();
    expect(emitter.getMetrics()).toEqual({ eventsEmitted: 2, eventsHandled: 3, handlerErrors: 0, handlerCount: 2 });
  });

  it('remembers what was told before there were handlers, newest last', () => {
    const emitter = createEmitter();
    for (let attempt = 1; attempt <= 12; attempt++) emitter.emit(starting(attempt));
    emitter.emit(text('hello'));
    emitter.emit(lost());
    expect(emitter.getHistory().map(({ type }) => type)).toEqual([
      ...Array.from({ length: 8 }, () => 'connection.starting'),
      'text.input',
      'connection.lost',
    ]);
    expect(emitter.getHistory({ type: 'connection.starting', limit: 2 }).map(({ attempt }) => attempt)).toEqual([11, 12]);
    expect(emitter.getHistory({ type: 'connection.*', limit: 2 }).map(({ type }) => type)).toEqual([
      'connection.starting',
      'connection.lost',
    ]);
    expect(emitter.getHistory({ limit: 0 })).toEqual([]);
  });

  it('remembers a bounded number of events of each type, fewer of audio', () => {
    const emitter = createEmitter();
    emitter.emit(lost());
    for (let index = 0; index < 150; index++) {
      emitter.emit(text(`${index}`));
      emitter.emit(stamped({ type: 'audio.input_chunk', audioData: new Uint8Array(2), durationMs: 20 }, 'device'));
    }
    const countOf = (type: EngineEvent['type']) => emitter.getHistory({ type, limit: 1000 }).length;
    expect(countOf('text.input')).toBe(rememberedEvents);
    expect(countOf('audio.input_chunk')).toBe(rememberedChunks);
    expect(countOf('connection.lost')).toBe(1);
    expect(emitter.getHistory({ type: 'text.input' }).at(-1)?.text).toBe('149');
  });
});
