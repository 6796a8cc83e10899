import { concat, EMPTY, merge, of, switchMap, tap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bigLane } from '../../src/engine/big-lane.js';
import { fastLane } from '../../src/engine/fast-lane.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { explicitRequest, multimodal, plainTalk } from '../../src/lane-rules.js';
import { realtimeCapabilities } from '../../src/providers/realtime-protocol.js';
import { marbles } from '../marbles.js';
import { say, utterance } from './peer.js';
import { type Plan, tokensOfResponse } from './service.js';
import { firstValues, idsOf, itemsOf, manual, type SeveralScene, several, typesOf } from './several.js';

const ask = (text: string, id: string): readonly Command[] => [say(text, id), { type: 'response.create' }];
const enter = (lane: string): VoiceEvent => ({ type: 'lane.request', lane });
const picture: Command = {
  type: 'conversation.item.create',
  item: {
    id: 'picture',
    type: 'message',
    role: 'user',
    content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }],
  },
};
const wait = (ms: number) => timer(ms).pipe(switchMap(() => EMPTY));
const lanes: SeveralScene['lanes'] = (provider) => [fastLane(), bigLane({ provider: provider('second') })];
/** 2 s of speech in pieces of 200 ms, which come four times as fast as they are spoken. */
const long: Plan = { kind: 'speak', pieces: Array.from({ length: 10 }, () => 200), everyMs: 50 };

describe('a provider of a lane, in virtual time', () => {
  it(
    'answers while its lane is active, and both sides have the same items there and back',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(2000),
          of(enter('big'), ...ask('Two.', 'user_2')),
          wait(2000),
          of(enter('fast'), ...ask('Three.', 'user_3')),
          wait(2000),
        ),
      });
      const [there] = seen.services.second.sessions;
      const back = seen.services.first.sessions.at(-1);
      const upToTwo = ['user: One.', 'assistant: word0', 'user: Two.', 'assistant: word0'];

      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second, firstValues.first + 10]);
      expect(itemsOf(there)).toEqual(upToTwo);
      expect(itemsOf(back)).toEqual([...upToTwo, 'user: Three.', 'assistant: word0']);
      expect(idsOf(back)).toEqual(seen.ids);
      expect(seen.ofType('connection.restored')).toMatchObject([{ gapMs: 0 }, { gapMs: 0 }]);
      expect(seen.timesOf('connection.rotating')).toEqual([2000, 4000]);
      expect([...seen.services.first.refusals, ...seen.services.second.refusals]).toEqual([]);
      expect(seen.end?.error).toBeUndefined();
    }),
  );

  it(
    'keeps one session of each ready, no more, and counts the tokens of the answers that were heard',
    marbles((t) => {
      const open: number[][] = [];
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(2000),
          of(enter('big'), ...ask('Two.', 'user_2')),
          wait(2000),
          of(enter('fast')),
          wait(2000),
        ),
        happens: ({ first, second }) =>
          timer(100, 100).pipe(
            tap(() => {
              open.push([first.open, second.open]);
            }),
          ),
        until: 6500,
      });

      expect(new Set(open.slice(0, -5).map(String))).toEqual(new Set(['1,1']));
      // One is used up by each move, for what it knows is old.
      expect([seen.services.first.sessions.length, seen.services.second.sessions.length]).toEqual([2, 2]);
      expect(seen.ofType('response.done').map(({ response }) => response.id)).toEqual(['first_resp_1', 'second_resp_1']);
      expect(seen.state.conversation.usage).toMatchObject({ responses: 2, totalTokens: 2 * tokensOfResponse });
      expect([seen.services.first.open, seen.services.second.open]).toEqual([0, 0]);
    }),
  );

  it(
    'opens another session when the one that stands by is lost, and moves there all the same',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(10_000),
          of(enter('big'), ...ask('Two.', 'user_2')),
          wait(2000),
        ),
        happens: ({ second }) => timer(1000).pipe(tap(() => second.drop(1006))),
      });

      expect(seen.attempts.filter(({ name }) => name === 'second').map(({ at }) => at)).toEqual([11, 6000]);
      expect(itemsOf(seen.services.second.sessions[1])).toEqual([
        'user: One.',
        'assistant: word0',
        'user: Two.',
        'assistant: word0',
      ]);
      // Nobody was told of it: nothing that was in use was lost.
      expect(seen.timesOf('connection.lost')).toEqual([]);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second]);
    }),
  );

  it(
    'falls back to the first at once when it is lost in the midst of an answer, which is told as far as it was heard',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(2000),
          of(enter('big'), ...ask('Two.', 'user_2')),
          wait(3000),
          of(...ask('Three.', 'user_3')),
          wait(3000),
        ),
        plans: { second: [long] },
        happens: ({ second }) =>
          timer(2200).pipe(
            tap(() => {
              second.change('refuse');
              second.drop(1006);
            }),
          ),
      });
      const session = seen.services.first.sessions.at(-1);
      const [, , , cut = ''] = itemsOf(session);

      expect(seen.timesOf('connection.lost')).toEqual([2200]);
      expect(seen.timesOf('connection.restored')).toEqual([2000, 2200]);
      expect(cut).toMatch(/^assistant: word0/);
      expect(cut).not.toContain('word9');
      expect(itemsOf(session)).toEqual(['user: One.', 'assistant: word0', 'user: Two.', cut, 'user: Three.', 'assistant: word0']);
      expect(idsOf(session)).toEqual(seen.ids);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second, firstValues.first + 10]);
      expect(seen.end?.error).toBeUndefined();
    }),
  );

  it(
    'has the first answer what was asked of it and nothing had come of, when it is lost',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(2000), of(enter('big'), ...ask('Two.', 'user_2')), wait(3000)),
        happens: ({ second }) =>
          timer(2015).pipe(
            tap(() => {
              second.change('mute');
              second.drop(1006);
            }),
          ),
      });

      expect(seen.timesOf('connection.restored')).toEqual([2000, 2015]);
      expect(itemsOf(seen.services.first.sessions.at(-1))).toEqual([
        'user: One.',
        'assistant: word0',
        'user: Two.',
        'assistant: word0',
      ]);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.first + 10]);
    }),
  );

  it(
    'stays in its session when the other cannot be reached, and opens no further one of its own',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(2000),
          of(enter('big'), ...ask('Two.', 'user_2')),
          wait(20_000),
        ),
        happens: ({ second }) => of(undefined).pipe(tap(() => second.change('refuse'))),
      });

      expect(seen.timesOf('connection.rotating')).toEqual([]);
      expect(seen.services.first.sessions).toHaveLength(1);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.first + 10]);
      // Once every 5 s, so that it is there for the next time.
      expect(seen.attempts.filter(({ name }) => name === 'second').length).toBe(6);
    }),
  );

  it(
    'takes over in the midst of what the user says, and gets all of it',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: merge(
          concat(of(manual, ...ask('One.', 'user_1')), wait(2000), utterance(1, 100), wait(3000)),
          timer(3000).pipe(switchMap(() => of(enter('big')))),
        ),
      });
      const [session] = seen.services.second.sessions;

      expect(seen.timesOf('connection.rotating')).toEqual([3000]);
      expect(itemsOf(session)).toEqual(['user: One.', 'assistant: word0', 'user: 1 to 100, 100', 'assistant: word0']);
      expect(typesOf(session).filter((type) => type.startsWith('input_audio_buffer.'))).toEqual(['input_audio_buffer.commit']);
      expect(seen.heardValues()).toEqual([firstValues.first, firstValues.second]);
      expect(idsOf(session)).toEqual(seen.ids);
    }),
  );

  it(
    'takes over while the assistant sounds, lets it finish, and is told of it then, in its place',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(
          of(manual, ...ask('One.', 'user_1')),
          wait(1000),
          // All has come, and not half of it was heard.
          of(enter('big')),
          wait(200),
          of(say('Two.', 'user_2')),
          wait(3000),
          of<Command>({ type: 'response.create' }),
          wait(2000),
        ),
        plans: { first: [long] },
      });
      const [session] = seen.services.second.sessions;

      expect(seen.timesOf('connection.rotating')).toEqual([1000]);
      expect(seen.ofType('connection.restored')).toMatchObject([{ replayedItems: 1, dueItemIds: ['first_item_1'] }]);
      expect(seen.heardOf(firstValues.first)).toBe(2000 * 24);
      expect(itemsOf(session)).toEqual([
        'user: One.',
        `assistant: ${Array.from({ length: 10 }, (_, n) => `word${n}`).join(' ')}`,
        'user: Two.',
        'assistant: word0',
      ]);
      expect(idsOf(session)).toEqual(seen.ids);
    }),
  );

  it(
    'hears and counts nothing more of a session that was left',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(2000), of(enter('big')), wait(2000)),
        // What was under way when it was left.
        happens: ({ first }) =>
          timer(2000).pipe(
            tap(() => {
              first.mutter();
            }),
          ),
      });
      const after = seen.told.slice(seen.told.findIndex(({ event }) => event.type === 'connection.rotating'));

      expect(after.filter(({ event }) => event.type.startsWith('response.'))).toEqual([]);
      expect(seen.heardValues()).toEqual([firstValues.first]);
      expect(seen.state.conversation.usage).toMatchObject({ responses: 1, totalTokens: tokensOfResponse });
    }),
  );

  it(
    'is not taken for new words of the user what it is told again',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        rules: [explicitRequest, multimodal, plainTalk],
        source: concat(
          of(manual, picture, ...ask('One.', 'user_1')),
          wait(2000),
          of(enter('fast')),
          wait(2000),
          of(enter('big')),
          wait(2000),
        ),
      });

      expect(seen.ofType('lane.switched').map(({ to, reason }) => [to, reason])).toEqual([
        ['big', 'multimodal'],
        ['fast', 'plain_talk'],
        ['big', 'lane.request'],
      ]);
      expect(seen.timesOf('connection.rotating').at(-1)).toBe(4000);
    }),
  );

  it(
    'begins with the provider of the first lane',
    marbles((t) => {
      const seen = several(t, {
        lanes: (provider) => [bigLane({ provider: provider('second') }), fastLane()],
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(2000), of(enter('fast'), ...ask('Two.', 'user_2')), wait(2000)),
      });

      expect(seen.heardValues()).toEqual([firstValues.second, firstValues.first]);
      expect(itemsOf(seen.services.first.sessions[0])).toEqual([
        'user: One.',
        'assistant: word0',
        'user: Two.',
        'assistant: word0',
      ]);
    }),
  );

  it(
    'is replaced ahead of the end of its time, which runs while it stands by, too',
    marbles((t) => {
      const seen = several(t, {
        lanes,
        source: concat(of(manual, ...ask('One.', 'user_1')), wait(80_000), of(enter('big')), wait(40_000)),
        overrides: { second: { capabilities: { ...realtimeCapabilities, maxSessionMs: 100_000 } } },
      });
      const [moved = 0, replaced = 0] = seen.timesOf('connection.rotating');

      expect(moved).toBe(80_000);
      expect(replaced).toBeGreaterThan(90_000);
      expect(replaced).toBeLessThan(90_100);
    }),
  );
});
