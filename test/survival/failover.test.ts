import { concat, EMPTY, merge, of, switchMap, tap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/events.js';
import type { SessionPatch } from '../../src/wire/session.js';
import { marbles } from '../marbles.js';
import { say, utterance } from './peer.js';
import type { Plan, Weather } from './service.js';
import { firstValues, idsOf, itemsOf, manual, type Name, type Services, several, typesOf } from './several.js';

interface Outage {
  readonly name: Name;
  readonly code: number;
  readonly weather: Weather;
}

/** A service goes, and whoever tries it is refused. */
const goes =
  (ms: number, { name = 'first', code = 1006, weather = 'refuse' }: Partial<Outage> = {}) =>
  (services: Services) =>
    timer(ms).pipe(
      tap(() => {
        services[name].change(weather);
        services[name].drop(code);
      }),
    );
const comesBack = (ms: number, name: keyof Services) => (services: Services) =>
  timer(ms).pipe(tap(() => services[name].change('fair')));

/** 2 s of speech in pieces of 200 ms, which come four times as fast as they are spoken. */
const long: Plan = { kind: 'speak', pieces: Array.from({ length: 10 }, () => 200), everyMs: 50 };
const ask = (text: string, id: string): readonly Command[] => [say(text, id), { type: 'response.create' }];
const wait = (ms: number) => timer(ms).pipe(switchMap(() => EMPTY));
/** From the loss to the session that goes on. */
const boundMs = 2000;

describe('fail-over in virtual time', () => {
  for (const weather of ['refuse', 'http503'] as const) {
    it(
      `goes on with the second within 2 s of a loss, with the longest waits there may be (${weather})`,
      marbles((t) => {
        const seen = several(t, {
          source: concat(of(manual, ...ask('One.', 'user_1')), wait(3000), of(...ask('Two.', 'user_2')), wait(4000)),
          happens: goes(2000, { weather }),
        });
        const [restored = Number.NaN] = seen.timesOf('connection.restored');

        expect(seen.timesOf('connection.lost')).toEqual([2000]);
        expect(restored - 2000).toBeLessThan(boundMs);
        expect(seen.ofType('connection.restored')).toMatchObject([{ gapMs: restored - 2000 }]);
        expect(seen.attempts.map(({ name }) => name)).toEqual(['first', 'first', 'first', 'first', 'first', 'second']);
        expect(itemsOf(seen.services.second.sessions[0])).toEqual([
          'user: One.',
          'assistant: word0',
          'user: Two.',
          'assistant: word0',
        ]);
        expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second]);
        expect(idsOf(seen.services.second.sessions[0])).toEqual(seen.ids);
        expect(seen.services.second.refusals).toEqual([]);
      }),
    );
  }

  it(
    'asks the second as soon as the first has taken the connection and said nothing for as long as is waited for it',
    marbles((t) => {
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(12_000)),
        happens: goes(2000, { weather: 'mute' }),
      });

      expect(seen.attempts.map(({ name }) => name)).toEqual(['first', 'first', 'second']);
      expect(seen.timesOf('connection.restored')[0]).toBeLessThan(2000 + 5500 + 200);
    }),
  );

  it(
    'costs nothing of what the user says over the assistant: the second hears all of it once, and what was heard of the answer',
    marbles((t) => {
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(700), utterance(1, 100), wait(6000)),
        plans: { first: [long] },
        // The answer was cut, and the service has not said so.
        happens: goes(705),
      });
      const [flushed] = seen.ofType('playout.flushed');
      const heardMs = seen.heardOf(firstValues.first) / 24;
      const [session] = seen.services.second.sessions;
      const [, assistant = '', ...rest] = itemsOf(session);

      expect(flushed?.items).toHaveLength(1);
      expect(heardMs).toBeLessThan(1000);
      // A word for each 200 ms, and none that was not heard.
      expect(assistant.split(' ').length - 1).toBeLessThanOrEqual(Math.ceil(heardMs / 200));
      expect(assistant).toMatch(/^assistant: word0/);
      expect(rest).toEqual(['user: 1 to 100, 100', 'assistant: word0']);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second]);
      expect(typesOf(session).filter((type) => type === 'response.create' || type === 'input_audio_buffer.commit')).toEqual([
        'input_audio_buffer.commit',
        'response.create',
      ]);
      expect(seen.services.second.refusals).toEqual([]);
      expect(idsOf(session)).toEqual(seen.ids);
    }),
  );

  for (const [when, toolMs] of [
    ['while nobody is there', 500],
    ['when the second is there', 4000],
  ] as const) {
    it(
      `runs a tool once that is open at the loss, and gives its result, which comes ${when}, to the second`,
      marbles((t) => {
        const seen = several(t, {
          source: concat(of(manual, ...ask('Look.', 'user_1')), wait(9000)),
          plans: { first: [{ kind: 'call' }] },
          toolMs,
          happens: goes(200),
        });
        const [session] = seen.services.second.sessions;
        const [call] = seen.services.first.calls;

        expect(seen.runs).toEqual([call]);
        expect(itemsOf(session)).toEqual(['user: Look.', `call ${call}`, `output ${call}`, 'assistant: word0']);
        expect(typesOf(session).filter((type) => type === 'response.create')).toHaveLength(1);
        expect(seen.ofType('tool.succeeded')).toHaveLength(1);
        expect(seen.heardValues()).toEqual([firstValues.second]);
        expect(seen.services.second.refusals).toEqual([]);
        expect(idsOf(session)).toEqual(seen.ids);
      }),
    );
  }

  it(
    'loses nothing of the user who speaks along with the assistant, plays what has come, and tells the second what was heard',
    marbles((t) => {
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(300), utterance(1, 150), wait(6000)),
        plans: { first: [{ kind: 'speak', pieces: Array.from({ length: 10 }, () => 500), everyMs: 100 }] },
        // Four pieces of ten have come.
        happens: goes(330),
        config: { interruptions: () => EMPTY },
      });
      const received = seen
        .ofType('response.output_audio.delta')
        .filter(({ response_id }) => response_id === 'first_resp_1').length;
      const [session] = seen.services.second.sessions;

      expect(received).toBeLessThan(10);
      expect(seen.heardOf(firstValues.first)).toBe(received * 500 * 24);
      expect(itemsOf(session)).toEqual([
        'user: One.',
        `assistant: ${Array.from({ length: received }, (_, n) => `word${n}`).join(' ')}`,
        'user: 1 to 150, 150',
        'assistant: word0',
      ]);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second]);
      expect(seen.ofType('connection.restored')).toMatchObject([{ droppedMs: 0 }]);
      expect(seen.services.second.refusals).toEqual([]);
      expect(idsOf(session)).toEqual(seen.ids);
    }),
  );

  it(
    'outlives that both are down, and goes back to the first by one probe when that is well again',
    marbles((t) => {
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(60_000), of(...ask('Two.', 'user_2')), wait(4000)),
        happens: (services) =>
          merge(goes(2000)(services), goes(3000, { name: 'second' })(services), comesBack(15_000, 'first')(services)),
        breaker: { restMs: 10_000 },
      });
      const working = seen.ofType('connection.restored').length;
      const last = seen.services.first.sessions.at(-1);

      expect(seen.end?.error).toBeUndefined();
      expect(working).toBeGreaterThanOrEqual(1);
      expect(itemsOf(last)).toEqual(['user: One.', 'assistant: word0', 'user: Two.', 'assistant: word0']);
      expect(seen.attempts.filter(({ at, name }) => at >= 15_000 && name === 'first')).toHaveLength(1);
      expect(seen.services.first.open + seen.services.second.open).toBe(0);
      expect(idsOf(last)).toEqual(seen.ids);
    }),
  );

  it(
    'goes back to the first when that is well again, without an outage, and leaves it again when it goes',
    marbles((t) => {
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(60_000), of(...ask('Two.', 'user_2')), wait(4000)),
        happens: (services) =>
          merge(goes(2000)(services), comesBack(10_000, 'first')(services), goes(50_000, { code: 1011 })(services)),
      });

      expect(seen.timesOf('connection.lost')).toEqual([2000, 50_000]);
      expect(seen.timesOf('connection.rotating')).toHaveLength(1);
      // One attempt, the probe, and no more when it gets ready.
      expect(seen.services.first.sessions).toHaveLength(2);
      expect(seen.services.second.sessions).toHaveLength(2);
      expect(seen.timesOf('connection.restored').at(-1)).toBeLessThan(50_000 + boundMs);
      expect(itemsOf(seen.services.second.sessions[1])).toEqual([
        'user: One.',
        'assistant: word0',
        'user: Two.',
        'assistant: word0',
      ]);
    }),
  );

  it(
    'still leaves the first after a session with it, that was to take the place of another, came to nothing',
    marbles((t) => {
      const rotate: Command = { type: 'connection.rotate' };
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(44_000), of(rotate), wait(20_000)),
        happens: (services) =>
          merge(
            goes(2000)(services),
            comesBack(10_000, 'first')(services),
            timer(43_000).pipe(tap(() => services.first.change('refuse'))),
            goes(46_000)(services),
          ),
      });

      expect(seen.end?.error).toBeUndefined();
      expect(seen.timesOf('connection.lost')).toEqual([2000, 46_000]);
      // What came to nothing and the loss count, too.
      expect(seen.attempts.flatMap(({ at, name }) => (at >= 46_000 ? [name] : []))).toEqual([
        'first',
        'first',
        'first',
        'second',
      ]);
      expect(seen.timesOf('connection.restored').at(-1)).toBeLessThan(46_000 + boundMs);
    }),
  );

  it(
    'leaves a provider that takes sessions and loses them, after five losses of sessions that ran',
    marbles((t) => {
      const losses = [1000, 2000, 3000, 4000, 5000];
      const seen = several(t, {
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(8000), of(...ask('Two.', 'user_2')), wait(4000)),
        happens: (services) => merge(...losses.map((ms) => timer(ms).pipe(tap(() => services.first.drop(1011))))),
      });

      expect(seen.timesOf('connection.lost')).toEqual(losses);
      expect(seen.attempts.map(({ name }) => name)).toEqual(['first', 'first', 'first', 'first', 'first', 'second']);
      expect(seen.timesOf('connection.restored').at(-1)).toBeLessThan(5000 + 100);
      expect(itemsOf(seen.services.second.sessions[0])).toEqual([
        'user: One.',
        'assistant: word0',
        'user: Two.',
        'assistant: word0',
      ]);
    }),
  );

  it(
    'tells a provider its own settings once, not again behind those of the conversation when it is the same as before',
    marbles((t) => {
      const own: SessionPatch = { type: 'realtime', instructions: 'Own.' };
      const seen = several(t, {
        source: concat(
          of(manual),
          wait(500),
          of<Command>({ type: 'session.update', session: { instructions: 'Newer.' } }),
          wait(4000),
        ),
        happens: ({ first }) => timer(2000).pipe(tap(() => first.drop(1006))),
        overrides: { first: { session: own }, second: { session: own } },
      });
      const instructions = seen.services.first.sessions.map(({ received }) =>
        received.flatMap((one) => (one.type === 'session.update' ? (one.session.instructions ?? []) : [])),
      );

      expect(instructions).toEqual([['Own.', 'Newer.'], ['Newer.']]);
    }),
  );
});
