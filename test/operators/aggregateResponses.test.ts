import fc from 'fast-check';
import { from, map, NEVER, Subject, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type AggregateResponsesConfig, aggregateResponses, type ResponseSummary } from '../../operators/aggregateResponses.js';
import type { VoiceEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { Item } from '../../src/wire/item.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const created = (id: string): ServerEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id, status: 'in_progress' },
});
const done = (id: string, status = 'completed', more: object = {}): ServerEvent => ({
  type: 'response.done',
  event_id: 'e',
  response: { id, status, ...more },
});
const place = (response_id: string, output_index = 0, content_index = 0) => ({
  event_id: 'e',
  response_id,
  item_id: `${response_id}_item_${output_index}`,
  output_index,
  content_index,
});
const says = (id: string, delta: string, ...at: number[]): ServerEvent => ({
  type: 'response.output_audio_transcript.delta',
  ...place(id, ...at),
  delta,
});
const writes = (id: string, delta: string, ...at: number[]): ServerEvent => ({
  type: 'response.output_text.delta',
  ...place(id, ...at),
  delta,
});
const sounds = (id: string, value: number, ...at: number[]): ServerEvent => ({
  type: 'response.output_audio.delta',
  ...place(id, ...at),
  delta: toBase64(Int16Array.of(value)),
});
const itemDone = (id: string, output_index: number, item: Item): ServerEvent => ({
  type: 'response.output_item.done',
  event_id: 'e',
  response_id: id,
  output_index,
  item,
});
const summaries = (events: readonly VoiceEvent[], config?: AggregateResponsesConfig): readonly ResponseSummary[] => {
  let all: readonly ResponseSummary[] = [];
  from(events)
    .pipe(aggregateResponses(config), toArray())
    .subscribe((found) => {
      all = found;
    });
  return all;
};
const idsOf = (found: readonly ResponseSummary[]): string => found.map(({ responseId }) => responseId).join(' ');

const call: Item = { type: 'function_call', id: 'c', call_id: 'call_1', name: 'time', arguments: '{}', status: 'completed' };
const message: Item = { type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [] };

describe('aggregateResponses', () => {
  it('gathers words by item and part, items, calls, status and usage', () => {
    const events = [
      created('r'),
      says('r', 'two', 1),
      says('r', 'on', 0),
      says('r', 'e', 0),
      writes('r', 'note', 2, 1),
      itemDone('r', 1, call),
      itemDone('r', 0, message),
      done('r', 'incomplete', { usage: { total_tokens: 7 } }),
    ];
    expect(summaries(events)).toEqual([
      {
        responseId: 'r',
        status: 'incomplete',
        items: [message, call],
        transcript: 'one two',
        text: 'note',
        toolCalls: [{ callId: 'call_1', name: 'time', arguments: '{}', itemId: 'c' }],
        usage: { total_tokens: 7 },
        firstAudioMs: undefined,
      },
    ]);
  });

  it('takes the items of response.done where it has them, and the whole text of a part instead of its pieces', () => {
    const whole: ServerEvent = { type: 'response.output_audio_transcript.done', ...place('r'), transcript: 'Right.' };
    const [summary] = summaries([created('r'), says('r', 'Rite'), whole, done('r', 'completed', { output: [call] })]);
    expect(summary).toMatchObject({ items: [call], transcript: 'Right.' });
  });

  it('leaves out calls that were cut short', () => {
    const [summary] = summaries([
      created('r'),
      itemDone('r', 0, { ...call, status: 'incomplete', arguments: '{"pl' }),
      done('r', 'cancelled'),
    ]);
    expect(summary?.toolCalls).toEqual([]);
  });

  it('collects audio in the order of its items, where asked for, in the format of the session', () => {
    const g711: ServerEvent = {
      type: 'session.created',
      event_id: 'e',
      session: { type: 'realtime', id: 's', audio: { output: { format: { type: 'audio/pcmu' } } } },
    };
    const events = [created('r'), sounds('r', 3, 1), sounds('r', 1, 0), sounds('r', 2, 0), done('r')];
    const frame = { samples: Int16Array.of(1, 2, 3), sampleRate: 24_000, position: 0 };
    expect(summaries(events, { audio: true })[0]?.audio).toEqual(frame);
    expect(summaries(events)[0]).not.toHaveProperty('audio');
    expect(summaries([g711, ...events], { audio: true })[0]?.audio).toMatchObject({ sampleRate: 8000, samples: { length: 6 } });
  });

  it(
    'tells how long the first audio took, in its time, and emits when the response is done',
    marbles((t) => {
      const source = t.hot('--c---a-a-d--|', { c: created('r'), a: sounds('r', 1), d: done('r') });
      const subs = '        ^------------!';
      const expected = '    ----------s--|';

      t.expectObservable(
        source.pipe(
          aggregateResponses(),
          map(({ firstAudioMs }) => firstAudioMs),
        ),
      ).toBe(expected, { s: 80 });
      t.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'holds a response back until those created before it are done',
    marbles((t) => {
      const values = { a: created('a'), b: created('b'), x: done('a'), y: done('b') };
      const source = t.hot('a-b---y---x---', values);
      const subs = '        ^-------------';
      const expected = '    ----------(ab)';

      t.expectObservable(
        source.pipe(
          aggregateResponses(),
          map(({ responseId }) => responseId),
        ),
      ).toBe(expected);
      t.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('gives the same summaries, in order of creation, for any interleaving', () => {
    const streams = ['a', 'b', 'c', 'd'].map((id) => [
      says(id, 'one '),
      sounds(id, id.charCodeAt(0)),
      writes(id, id, 1),
      says(id, `of ${id}`),
      sounds(id, 7),
      done(id),
    ]);
    const order = fc.shuffledSubarray(
      streams.flatMap((events, at) => events.map(() => at)),
      { minLength: 24 },
    );
    fc.assert(
      fc.property(order, (turns) => {
        const rest = streams.map((events) => [...events]);
        const events = turns.flatMap((at) => rest[at]?.shift() ?? []);
        const found = summaries([...['a', 'b', 'c', 'd'].map(created), ...events], { audio: true });
        const brief = found.map(({ responseId, text, transcript, audio }) => [
          responseId,
          text,
          transcript,
          ...(audio?.samples ?? []),
        ]);
        expect(brief).toEqual(['a', 'b', 'c', 'd'].map((id) => [id, id, `one of ${id}`, id.charCodeAt(0), 7]));
      }),
    );
  });

  it('emits the oldest as it stands when too many are under way, and those done behind it', () => {
    const events = [created('a'), created('b'), done('b'), created('c'), says('a', 'late'), done('a'), done('c')];
    const found = summaries(events, { maxOpen: 2 });
    expect(found.map(({ responseId, status }) => `${responseId} ${status}`)).toEqual([
      'a in_progress',
      'b completed',
      'c completed',
    ]);
  });

  it('emits what is left when its source completes', () => {
    expect(idsOf(summaries([created('a'), created('b'), done('b')]))).toBe('a b');
  });

  it('passes over what belongs to no response that it knows', () => {
    expect(summaries([says('x', 'lost'), sounds('x', 1), done('x')])).toEqual([]);
  });

  it(
    'never emits without responses, and errors with its source without a summary',
    marbles((t) => {
      t.expectObservable(NEVER.pipe(aggregateResponses())).toBe('-');
      t.expectObservable(t.cold<VoiceEvent>('--|').pipe(aggregateResponses())).toBe('--|');
      t.expectObservable(t.cold<VoiceEvent>('-a#', { a: created('a') }).pipe(aggregateResponses())).toBe('--#');
      const source = t.hot<VoiceEvent>('-----');
      t.expectObservable(source.pipe(aggregateResponses()), '^--!').toBe('-');
      t.expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('keeps a state of its own for each subscriber', () => {
    const source = new Subject<VoiceEvent>();
    const found$ = source.pipe(
      aggregateResponses(),
      map(({ responseId }) => responseId),
    );
    const [one, two]: [string[], string[]] = [[], []];
    found$.subscribe((id) => one.push(id));
    source.next(created('a'));
    found$.subscribe((id) => two.push(id));
    for (const event of [done('a'), created('b'), done('b')]) source.next(event);
    expect([one, two]).toEqual([['a', 'b'], ['b']]);
  });

  it('stops a synchronous source when its subscriber has enough', () => {
    let pulled = 0;
    const events = Array.from({ length: 100 }, (_, at) => [created(`${at}`), done(`${at}`)]).flat();
    from(events)
      .pipe(
        tap(() => pulled++),
        aggregateResponses(),
        take(1),
      )
      .subscribe();
    expect(pulled).toBe(2);
  });

  it('refuses a maximum below 1 when called', () => {
    expect(() => aggregateResponses({ maxOpen: 0 })).toThrow(RangeError);
  });
});
