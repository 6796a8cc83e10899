import { concat, EMPTY, ignoreElements, map, merge, NEVER, of, switchMap, throwError, timer } from 'rxjs';
import { expect } from 'vitest';
import { closes, type Fault, opens, scriptedSink, scriptedSocket } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openai } from '../../src/providers/openai.js';
import { marbles } from '../marbles.js';
import { ask, at, created, frames, key, mostWithin, numbers, run, say, utterance } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

/** A connection that ends at a moment; the ones after it last. */
const closing =
  (ms: number, code: number, connections = 1) =>
  (attempt: number) =>
    concat(of(opens, created(attempt)), attempt <= connections ? timer(ms).pipe(map(() => closes(code))) : EMPTY);

/** What the user says goes on over the end of the first connection: ten seconds, cut in the midst. */
const midUtterance = (code: number, kept: string, waitMs = 100): Omit<SurvivalRow, 'row'> => ({
  fault: `close ${code} in the midst of the user's words`,
  kept,
  test: marbles((t) => {
    const seen = run(t, { source: utterance(0, 100), script: closing(1000, code) });
    const [lost] = seen.timesOf('connection.lost');

    expect(lost).toBe(1000);
    expect(seen.timesOf('connection.restored')).toEqual([1000 + waitMs]);
    expect(seen.framesOf(2)).toEqual(numbers(0, 100));
    expect(seen.typesOf(2).filter((type) => !type.includes('append'))).toEqual([
      'session.update',
      'input_audio_buffer.commit',
      'response.create',
    ]);
    expect(seen.ofType('connection.restored')[0]).toMatchObject({ droppedMs: 0, gapMs: waitMs });
    expect(seen.error).toBeUndefined();
    expect(seen.sockets).toEqual([
      [0, 1000],
      [1000 + waitMs, seen.end?.at],
    ]);
  }),
});

const speaking = (t: Parameters<Parameters<typeof marbles>[0]>[0], code: number) => {
  const sink = scriptedSink();
  const seen = run(t, {
    source: concat(of(say('Count to five.', 'user_1')), merge(of(ask), timer(1500).pipe(map(() => say('Go on.'))))),
    script: closing(180, code),
    config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
  });
  return { seen, heard: sink.heard() };
};

export const closeRows: readonly SurvivalRow[] = [
  { row: 10, ...midUtterance(1006, 'the second server hears the whole utterance once') },
  {
    row: 10,
    fault: 'close 1006 between the end of the words and their commit being confirmed',
    kept: 'the second server hears them once, with one commit and one request for an answer',
    test: marbles((t) => {
      const words$ = utterance(0, 50);
      const seen = run(t, { source: words$, faults: [{ type: 'destroy', on: 'input_audio_buffer.committed' }].map(once) });
      const late = run(t, {
        source: words$,
        faults: [
          { type: 'drop', on: '*committed', connection: 1 },
          { type: 'drop', on: 'conversation.item.*', connection: 1 },
          { type: 'destroy', on: 'response.created', connection: 1 },
        ],
      });

      // Confirmed: it is an item by now, and goes as what was recorded.
      expect(seen.framesOf(2)).toEqual([]);
      expect(seen.itemsOf(2)[0]).toBe('user: input_audio');
      expect(seen.typesOf(2).filter((type) => type === 'response.create')).toHaveLength(1);
      expect(late.framesOf(2)).toEqual(numbers(0, 50));
      expect(late.typesOf(2).filter((type) => type.endsWith('commit') || type === 'response.create')).toEqual([
        'input_audio_buffer.commit',
        'response.create',
      ]);
    }),
  },
  {
    row: 10,
    fault: 'two closes 1006 within one utterance',
    kept: 'the third server hears the whole utterance once',
    test: marbles((t) => {
      const seen = run(t, { source: utterance(0, 100), script: closing(600, 1006, 2) });

      expect(seen.framesOf(3)).toEqual(numbers(0, 100));
      expect(seen.typesOf(3).filter((type) => type.endsWith('commit'))).toHaveLength(1);
      expect(seen.ofType('connection.restored')).toHaveLength(2);
    }),
  },
  {
    row: 11,
    fault: "close 1006 in the midst of the assistant's words",
    kept: 'what has arrived is played to its end without a gap, and nothing twice; the new session gets the words that were heard',
    test: marbles((t) => {
      const { seen, heard } = speaking(t, 1006);
      const received = seen.ofType('response.output_audio.delta').length;

      expect(received).toBe(3);
      expect(heard.length).toBe(received * 2400);
      expect(heard.every((sample) => sample === 1000)).toBe(true);
      expect(seen.ofType('response.done')[0]?.response).toMatchObject({
        status: 'incomplete',
        status_details: { reason: 'connection_lost' },
      });
      expect(seen.error).toBeUndefined();
      const assistant = seen.itemsOf(2).filter((item) => item.startsWith('assistant'));
      expect(assistant).toEqual(['assistant: A B']);
      expect(seen.itemsOf(2)[0]).toBe('user: Count to five.');
      expect(seen.typesOf(2)).not.toContain('response.create');
    }),
  },
  ...[1011, 1012, 1014].map((code) => ({ row: 12, ...midUtterance(code, 'the second server hears the whole utterance once') })),
  { row: 12, ...midUtterance(1013, 'left alone for 1 s; then the second server hears the whole utterance once', 1100) },
  ...[1002, 1003, 1007, 1008, 1009].map(
    (code): SurvivalRow => ({
      row: 13,
      fault: `close ${code} each time`,
      kept: 'tried once more, and no more; the error names the code',
      test: marbles((t) => {
        const seen = run(t, { source: utterance(0, 100), script: closing(300, code, 99) });

        expect(seen.error).toMatchObject({ code: 'protocol', closeCode: code, retryable: false });
        expect(seen.sockets).toHaveLength(2);
        expect(seen.framesOf(2).slice(0, 15)).toEqual(numbers(0, 15));
      }),
    }),
  ),
  ...[3000, 4000, 4001].map(
    (code): SurvivalRow => ({
      row: 13,
      fault: `close ${code}`,
      kept: 'not tried again; the error names the code',
      test: marbles((t) => {
        const seen = run(t, { source: NEVER, script: closing(300, code, 99) });

        expect(seen.error).toMatchObject({ closeCode: code, retryable: false });
        expect(seen.sockets).toEqual([[0, 300]]);
      }),
    }),
  ),
  ...[1000, 1001].map((code) => ({ row: 14, ...midUtterance(code, 'the second server hears the whole utterance once') })),
  {
    row: 15,
    fault: 'the connection is reset',
    kept: 'as after close 1006: the second server hears the whole utterance once',
    test: marbles((t) => {
      const reset$ = timer(1000).pipe(switchMap(() => throwError(() => new Error('ECONNRESET'))));
      const seen = run(t, {
        source: utterance(0, 100),
        script: (attempt) => concat(of(opens, created(attempt)), attempt === 1 ? reset$ : EMPTY),
      });

      expect(seen.timesOf('connection.restored')).toEqual([1100]);
      expect(seen.framesOf(2)).toEqual(numbers(0, 100));
    }),
  },
  {
    row: 16,
    fault: "a half-open link in the midst of the user's words, which go on for 6 s",
    kept: 'noticed within 4 s; the second server hears all of them once',
    test: marbles((t) => {
      const seen = run(t, { source: utterance(0, 400), link: { bytesPerMs: 1000, rttMs: 60, deadAt: 2000 } });
      const [lostAt = 0] = seen.timesOf('connection.lost');

      expect(lostAt).toBeGreaterThan(2000);
      expect(lostAt).toBeLessThanOrEqual(6000);
      expect(seen.framesOf(2)).toEqual(numbers(0, 400));
      expect(seen.typesOf(2).slice(-2)).toEqual(['input_audio_buffer.commit', 'response.create']);
      expect(seen.ofType('connection.restored')[0]).toMatchObject({ droppedMs: 0 });
    }),
  },
  {
    row: 17,
    fault: 'a link of half the rate of the audio for a minute, where the socket seems to be empty',
    kept: 'the session is kept; no more is under way than 48 KiB and what is between two pings; what is dropped is told, to the frame; text is there within 3 s',
    test: marbles((t) => {
      const seen = run(t, {
        source: concat(merge(frames(0, 3000), at(30_000, say('Still here.', 'text'))), timer(15_000).pipe(ignoreElements())),
        link: { bytesPerMs: 33, rttMs: 60 },
      });
      const sent = seen.framesOf(1);
      const told = seen.ofType('connection.backpressure');

      expect(seen.ofType('connection.lost')).toEqual([]);
      expect(seen.mostUnderWay(5000, 60_000)).toBeLessThan(49_152 + 8192 + 2 * 1400);
      expect(sent).toEqual([...sent].sort((a, b) => a - b));
      expect(sent.length).toBeGreaterThan(1400);
      expect(told.at(-1)).toMatchObject({ isCongested: false });
      expect(told.reduce((sum, { droppedMs }) => sum + droppedMs, 0)).toBe((3000 - sent.length) * 20);
      const done = seen.told.find(({ event }) => event.type === 'conversation.item.done' && event.item.id === 'text');
      expect(done?.at).toBeLessThan(33_000);
    }),
  },
  ...[300, 500].map(
    (rttMs): SurvivalRow => ({
      row: 17,
      fault: `a link that is well, with ${rttMs} ms there and back`,
      kept: 'no audio waits',
      test: marbles((t) => {
        const seen = run(t, {
          source: concat(frames(0, 1000), timer(1000).pipe(ignoreElements())),
          link: { bytesPerMs: 200, rttMs },
        });

        expect(seen.framesOf(1)).toEqual(numbers(0, 1000));
        expect(seen.ofType('connection.backpressure')).toEqual([]);
      }),
    }),
  ),
  {
    row: 17,
    fault: 'a link that takes nothing for 20 s while the user is not speaking',
    kept: 'never more than 256 KiB and a frame wait in the socket; the session is not given up for it',
    test: marbles((t) => {
      const seen = run(t, {
        source: merge(frames(0, 1000), at(19_000, say('Still here.'))),
        faults: [{ type: 'stop_reading', on: 'session.created' }],
        until: 20_050,
      });
      const told = seen.ofType('connection.backpressure');

      expect(told[0]).toMatchObject({ isCongested: true });
      expect(Math.max(...told.map(({ bufferedBytes }) => bufferedBytes))).toBeLessThan(262_144 + 4096);
      expect(seen.ofType('connection.lost')).toEqual([]);
    }),
  },
  {
    row: 17,
    fault: 'a link that takes nothing for 10 s, and then all',
    kept: 'all before, the newest 3 s of what waited, all after, in order; the event says what was dropped, to the frame; text passes by',
    test: marbles((t) => {
      let isStuck = false;
      timer(1000).subscribe(() => {
        isStuck = true;
      });
      timer(11_000).subscribe(() => {
        isStuck = false;
      });
      const seen = run(t, {
        source: merge(frames(0, 1000), at(6000, say('Still here.'))),
        bufferedAmount: () => (isStuck ? 300_000 : 0),
      });
      const sent = seen.framesOf(1);
      const dropped = 1000 - sent.length;
      const told = seen.ofType('connection.backpressure');
      const gap = sent.findIndex((value, n) => value !== n);

      expect(sent).toEqual([...numbers(0, gap), ...numbers(gap + dropped, sent.length - gap)]);
      expect(gap).toBeLessThanOrEqual(50);
      expect(dropped).toBeGreaterThan(300);
      expect(told.map(({ isCongested }) => isCongested)).toEqual([true, false]);
      expect(told.reduce((sum, { droppedMs }) => sum + droppedMs, 0)).toBe(dropped * 20);
      const types = seen.typesOf(1);
      expect(types.slice(0, 60)).toContain('conversation.item.create');
    }),
  },
  {
    row: 17,
    fault: 'a link that takes nothing until the user has said everything, and a service that says nothing meanwhile',
    kept: 'all of it is sent when the link takes it, committed once and answered',
    test: marbles((t) => {
      const isStuck = () => t.now() > 300 && t.now() < 5000;
      const seen = run(t, {
        source: merge(utterance(0, 100), timer(8000).pipe(ignoreElements())),
        bufferedAmount: () => (isStuck() ? 300_000 : 0),
      });

      expect(seen.framesOf(1)).toEqual(numbers(0, 100));
      expect(seen.typesOf(1).slice(-2)).toEqual(['input_audio_buffer.commit', 'response.create']);
      expect(seen.timesOf('response.created')[0]).toBeLessThan(5200);
    }),
  },
  ...[0, 3000].map(
    (downMs): SurvivalRow => ({
      row: 20,
      fault: `a server with 200 conversations ${downMs === 0 ? 'restarts at once' : `is gone for ${downMs / 1000} s`}`,
      kept: 'all are restored with their words; no second sees as many as half of them try to connect',
      test: marbles((t) => {
        const count = 200;
        const { attempts, restored, heard, lastAt } = restart(t, { count, downMs });

        expect(restored).toBe(count);
        expect(heard).toBe(count);
        expect(mostWithin(attempts, 1000)).toBeLessThan(count / 2);
        expect(lastAt).toBeLessThan(1000 + downMs + 7000);
      }),
    }),
  ),
  {
    row: 21,
    fault: 'the time of a session is nearly up',
    kept: 'the second session is ready before the first is left, at a moment when nothing is under way; no audio is lost, no outage told',
    test: marbles((t) => {
      const provider = openai({ apiKey: key });
      const seen = run(t, {
        source: concat(of(say('Remember me.', 'user_1')), frames(0, 5500)),
        provider: { ...provider, capabilities: { ...provider.capabilities, maxSessionMs: 100_000 } },
      });
      const [first, second] = seen.sockets;

      expect(second?.[0]).toBe(90_000);
      expect(first?.[1]).toBeGreaterThanOrEqual(90_000);
      expect(seen.ofType('connection.rotating')).toHaveLength(1);
      expect(seen.ofType('connection.lost')).toEqual([]);
      expect(seen.itemsOf(2)[0]).toBe('user: Remember me.');
      const [one, two] = [seen.framesOf(1), seen.framesOf(2)];
      expect(one.at(-1)).toBeGreaterThanOrEqual(4498);
      expect(two.at(-1)).toBe(5499);
      expect(new Set([...one, ...two]).size).toBe(5500);
    }),
  },
  {
    row: 21,
    fault: 'the service ends the session for its age, in the midst of an utterance',
    kept: 'as after close 1006: the second server hears the whole utterance once; the event says why',
    test: marbles((t) => {
      const seen = run(t, {
        source: concat(of(say('Hello.', 'user_1')), utterance(0, 50)),
        faults: [{ type: 'expire', on: 'conversation.item.done', connection: 1 }],
      });

      expect(seen.ofType('connection.lost')).toMatchObject([{ closeCode: 1001, reason: 'session_expired' }]);
      expect(seen.framesOf(2)).toEqual(numbers(0, 50));
      expect(seen.itemsOf(2)[0]).toBe('user: Hello.');
    }),
  },
];

const once = (fault: object): Fault => ({ ...fault, connection: 1 }) as Fault;

/** Conversations with one server that goes at 1 s and comes back; dice that are the same each time. */
const restart = (
  t: Parameters<Parameters<typeof marbles>[0]>[0],
  { count, downMs }: { readonly count: number; readonly downMs: number },
) => {
  const provider = openai({ apiKey: key });
  const attempts: number[] = [];
  let lastAt = 0;
  let restored = 0;
  let heard = 0;
  let dice = 1;
  const random = (): number => {
    dice = (dice * 48_271) % 2_147_483_647;
    return dice / 2_147_483_647;
  };
  const isUp = () => t.now() < 1000 || t.now() >= 1000 + downMs;
  for (let n = 0; n < count; n++) {
    const script = (attempt: number) => {
      if (t.now() > 0) attempts.push(t.now());
      if (!isUp()) return of(closes(1006));
      return concat(of(opens, created(attempt)), t.now() < 1000 ? timer(1000 - t.now()).pipe(map(() => closes(1012))) : EMPTY);
    };
    const service = scriptedSocket(({ attempt, sent$ }) => {
      if (attempt > 1) {
        sent$.subscribe((command) => {
          if (command.type === 'conversation.item.create' && command.item.id === `user_${n}`) heard++;
        });
      }
      return script(attempt);
    });
    const source = merge(of<Command | VoiceEvent>(say('Remember me.', `user_${n}`)), NEVER);
    const subscription = source
      .pipe(realtime(provider, { openSocket: service.openSocket, reconnect: { random } }))
      .subscribe(({ type }) => {
        if (type !== 'connection.restored') return;
        restored++;
        lastAt = t.now();
      });
    timer(60_000).subscribe(() => subscription.unsubscribe());
  }
  t.flush();
  return { attempts, restored, heard, lastAt };
};
