import { concat, concatMap, from, map, NEVER, of, timer } from 'rxjs';
import { expect } from 'vitest';
import { closes, type Fault, opens, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';
import { ask, at, created, delta, frames, numbers, responseCreated, run, say } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

const rubbish = (count: number, everyMs: number) => (attempt: number) =>
  concat(
    of(opens, created(attempt)),
    attempt === 1 ? from(numbers(0, count)).pipe(concatMap(() => timer(everyMs).pipe(map(() => '{"type":"response.do')))) : NEVER,
  );

/** A question, and its answer through a loudspeaker. */
const conversation = (t: Parameters<Parameters<typeof marbles>[0]>[0], faults: readonly Fault[], seconds = 3) => {
  const sink = scriptedSink();
  const seen = run(t, {
    source: concat(of(say('Count.', 'user_1'), ask), timer(seconds * 1000).pipe(map(() => say('Thanks.', 'user_2')))),
    faults,
    config: { playout: playTo(sink.openSink, { prefillMs: 250 }) },
  });
  return { seen, heard: sink.heard() };
};

const answerAudio = 500 * 24;

export const framesRows: readonly SurvivalRow[] = [
  {
    row: 22,
    fault: '20 messages within 2 s that are no JSON',
    kept: 'passed over and told of; the session lives',
    test: marbles((t) => {
      const seen = run(t, { source: at(4000, say('Hello.')), script: rubbish(20, 100) });

      expect(seen.ofType('diagnostic.malformed_event')).toHaveLength(20);
      expect(seen.sockets).toHaveLength(1);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 22,
    fault: '21 messages within 3 s that are no JSON',
    kept: 'another session; what is said goes on there',
    test: marbles((t) => {
      const seen = run(t, { source: frames(0, 200), script: rubbish(21, 100) });

      expect(seen.ofType('connection.lost')).toMatchObject([{ reason: 'protocol' }]);
      expect(seen.sockets).toHaveLength(2);
      expect(seen.framesOf(2)).toEqual(numbers(0, 200));
    }),
  },
  {
    row: 22,
    fault: 'JSON that breaks off, in one piece of audio of five',
    kept: 'the other four are played',
    test: marbles((t) => {
      const { seen, heard } = conversation(t, [{ type: 'malformed', on: 'response.output_audio.delta', from: 3, times: 1 }]);

      expect(seen.ofType('diagnostic.malformed_event')).toHaveLength(1);
      expect(heard.filter((sample) => sample === 1000)).toHaveLength((answerAudio * 4) / 5);
      expect(seen.sockets).toHaveLength(1);
    }),
  },
  ...[
    'session.created',
    'response.created',
    'conversation.item.added',
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'conversation.item.done',
    'response.done',
  ].map(
    (on): SurvivalRow => ({
      row: 23,
      fault: `a field of ${on} of another type, or missing, for 50 dice`,
      kept: 'passed over and told of, or of no consequence; the conversation goes on, and nothing throws',
      test: () => {
        for (let seed = 0; seed < 50; seed++) {
          marbles((t) => {
            const sink = scriptedSink();
            const seen = run(t, {
              source: concat(of(say('Count.', 'user_1'), ask), timer(3000).pipe(map(() => say('Thanks.', 'user_2')))),
              faults: [{ type: 'wrong_types', on, times: 1, connection: 1 }],
              seed,
              config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
              until: 30_000,
            });
            const told = JSON.stringify(seen.ofType('diagnostic.epic_failed').concat());

            expect([seed, told, seen.error]).toEqual([seed, '[]', undefined]);
            expect(seen.sent.flat().filter(({ type }) => type === 'conversation.item.create').length).toBeGreaterThan(1);
          })();
        }
      },
    }),
  ),
  {
    row: 24,
    fault: 'an event that nobody knows before each event, and fields that nobody knows',
    kept: 'told of and passed over; the answer is heard whole',
    test: marbles((t) => {
      const { seen, heard } = conversation(t, [{ type: 'unknown_event' }]);

      expect(seen.ofType('diagnostic.unknown_event').length).toBeGreaterThan(10);
      expect(heard.filter((sample) => sample === 1000)).toHaveLength(answerAudio);
      expect(seen.sockets).toHaveLength(1);

      const strange = Object.assign({}, delta('resp_x', 'item_x', 7), { news: { deep: [1] } });
      const fields = run(t, {
        source: NEVER,
        script: () => of(opens, created(1), responseCreated('resp_x'), strange),
        until: 100,
      });
      expect(fields.ofType('response.output_audio.delta')).toHaveLength(1);
    }),
  },
  {
    row: 27,
    fault: 'an event of 3 MB that nobody knows, before each piece of audio',
    kept: 'passed over; the answer is heard whole',
    test: marbles((t) => {
      const { seen, heard } = conversation(t, [{ type: 'giant', on: 'response.output_audio.delta', bytes: 3_000_000 }]);

      expect(heard.filter((sample) => sample === 1000)).toHaveLength(answerAudio);
      expect(seen.sockets).toHaveLength(1);
    }),
  },
  {
    row: 27,
    fault: 'a message above 16 MiB, which the socket does not take',
    kept: 'another session; what is said goes on there',
    test: marbles((t) => {
      const tooLong = { ...(closes(1009, 'message too long') as object), isOurs: true } as ReturnType<typeof closes>;
      const seen = run(t, {
        source: frames(0, 100),
        script: (attempt) => concat(of(opens, created(attempt)), attempt === 1 ? timer(1000).pipe(map(() => tooLong)) : NEVER),
      });

      expect(seen.ofType('connection.lost')).toMatchObject([{ closeCode: 1009 }]);
      expect(seen.framesOf(2)).toEqual(numbers(0, 100));
      expect(seen.error).toBeUndefined();
    }),
  },
  {
    row: 28,
    fault: 'characters that are not base64 in two pieces of audio of five',
    kept: 'never played, and told of; the others are played as they are',
    test: marbles((t) => {
      const { seen, heard } = conversation(t, [{ type: 'bad_base64', from: 2, times: 2 }]);

      expect(seen.ofType('diagnostic.malformed_event')).toHaveLength(2);
      expect(heard.filter((sample) => sample === 1000)).toHaveLength((answerAudio * 3) / 5);
      expect(heard.every((sample) => sample >= 0 && sample <= 1000)).toBe(true);
    }),
  },
  {
    row: 28,
    fault: 'half a sample too few in each piece of audio',
    kept: 'never played, for it would be noise at full scale, and told of; the conversation goes on',
    test: marbles((t) => {
      const { seen, heard } = conversation(t, [{ type: 'odd_bytes' }]);

      expect(heard.filter((sample) => sample !== 0)).toHaveLength(0);
      expect(seen.ofType('diagnostic.malformed_event')).toHaveLength(5);
      expect(seen.itemsOf(1)).toEqual(['user: Count.', 'user: Thanks.']);
    }),
  },
  {
    row: 28,
    fault: 'audio of the application that is not base64',
    kept: 'the session lives, and audio that is good goes on',
    test: marbles((t) => {
      const bad = { type: 'input_audio_buffer.append', audio: 'not base64!' } as const;
      const seen = run(t, { source: concat(of(bad), frames(0, 20)) });

      expect(seen.framesOf(1).slice(-20)).toEqual(numbers(0, 20));
      expect(seen.error).toBeUndefined();
    }),
  },
  {
    row: 29,
    fault: 'a frame that is no WebSocket frame, which the socket ends with 1006 or 1007',
    kept: 'another session; what is said goes on there',
    test: () => {
      for (const code of [1006, 1007]) {
        marbles((t) => {
          const seen = run(t, {
            source: frames(0, 100),
            script: (attempt) =>
              concat(of(opens, created(attempt)), attempt === 1 ? timer(1000).pipe(map(() => closes(code))) : NEVER),
          });

          expect(seen.framesOf(2)).toEqual(numbers(0, 100));
          expect(seen.error).toBeUndefined();
        })();
      }
    },
  },
  {
    row: 30,
    fault: 'an error of the service that concerns no command',
    kept: 'told of; the session lives',
    test: marbles((t) => {
      const error = {
        type: 'error',
        event_id: 'e',
        error: { type: 'server_error', code: 'server_error', message: 'Something.', param: null, event_id: null },
      } as ServerEvent;
      const seen = run(t, {
        source: at(1000, say('Hello.')),
        script: (attempt) => concat(of(opens, created(attempt)), timer(500).pipe(map(() => error)), NEVER),
      });

      expect(seen.ofType('error')).toHaveLength(1);
      expect(seen.sockets).toHaveLength(1);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 30,
    fault: 'an error of the service for one command of two',
    kept: 'it is known which; only the other one is still to be answered, and is sent again when the connection is lost',
    test: marbles((t) => {
      let refused = 0;
      const error = (event_id: string) =>
        ({
          type: 'error',
          event_id: 'e',
          error: { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', param: null, event_id },
        }) as ServerEvent;
      const seen = run(t, {
        source: concat(of(say('First.'), say('Second.')), timer(1000).pipe(map(() => say('Third.')))),
        faults: [{ type: 'drop', on: 'conversation.item.*', connection: 1 }],
        script: (attempt) =>
          concat(of(opens, created(attempt)), attempt === 1 ? timer(500).pipe(map(() => closes(1006))) : NEVER),
        react: (command, attempt) =>
          attempt === 1 && command.type === 'conversation.item.create' && refused++ === 0
            ? of(error(command.event_id ?? ''))
            : undefined,
      });

      expect(seen.ofType('error')).toHaveLength(1);
      expect(seen.itemsOf(2)).toEqual(['user: Second.', 'user: Third.']);
    }),
  },
];
