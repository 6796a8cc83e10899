import fc from 'fast-check';
import { delay, from, identity, map, mergeMap, type Observable, of, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { delegateTurns } from '../../operators/delegateTurns.js';
import { encode } from '../../operators/encode.js';
import { playTo } from '../../operators/playTo.js';
import type { VoiceFrame } from '../../src/audio.js';
import { converse } from '../../src/engine/converse.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { contextual } from '../../src/lane-modifiers.js';
import { explicitRequest, functionCall, keywords, plainTalk } from '../../src/lane-rules.js';
import { tool } from '../../src/tool.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';
import { storyService } from './story-service.js';

const ms = (max: number) => fc.integer({ min: 0, max: max / 20 }).map((frames) => frames * 20);
const understanding = fc.record({
  words: fc.constantFrom('How are you?', "What's the weather?"),
  how: fc.constantFrom(
    'final' as const,
    'final' as const,
    'final' as const,
    'partial' as const,
    'failed' as const,
    'never' as const,
  ),
  afterMs: ms(600),
});
const answer = fc.record({
  afterMs: ms(400),
  audioMs: fc.constantFrom(100, 300, 800),
  calls: fc.constantFrom(0, 0, 0, 1, 2),
});
/** One thing after the other. */
const happening = fc.record({
  afterMs: ms(1500),
  what: fc.constantFrom('speech', 'speech', 'speech', 'noise', 'typed', 'big', 'fast', 'other'),
  lastsMs: ms(800).map((drawn) => drawn + 200),
  words: fc.constantFrom('How are you?', "What's the weather?"),
});
const story = fc.record({
  networkMs: fc.constantFrom(0, 20, 60, 200),
  understandings: fc.array(understanding, { minLength: 1, maxLength: 4 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 4 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 5 }),
  toolMs: fc.constantFrom(0, 50, 700),
  decideWithinMs: fc.constantFrom(0, 100, 150),
  cooldownMs: fc.constantFrom(0, 500),
  delegate: fc.constantFrom('none' as const, 'none' as const, 'quick' as const, 'slow' as const, 'failing' as const),
  isAlike: fc.boolean(),
});

const sampleRate = 24_000;
const chunkMs = 100;
/** Frames of 100 ms: speech, and a frame of hangover. */
const voice = (lastsMs: number, from: number): VoiceFrame[] => {
  const count = Math.ceil(lastsMs / chunkMs);
  const size = (sampleRate * chunkMs) / 1000;
  return Array.from({ length: count + 1 }, (_, index) => ({
    samples: new Int16Array(size),
    sampleRate,
    position: from + index * size,
    vad: index < count ? 'speech' : 'silence',
    level: 0.1,
  }));
};

type Logged = { readonly at: number } & ({ readonly sent: ClientEvent } | { readonly told: VoiceEvent });

describe('converse, whatever happens', () => {
  it('asks for an answer once a turn, unheard ones cancelled, sends settings in the order of the lanes, and ends', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(story, (drawn) => {
        marbles((t) => {
          const log: Logged[] = [];
          let isOver = false;
          const service = scriptedProvider(storyService(drawn));
          const work = tool({
            name: 'work',
            description: 'Works.',
            parameters: { type: 'object' },
            run: () => timer(drawn.toolMs).pipe(map(() => 'ok')),
          });
          const says = {
            none: undefined,
            quick: () => of('Yes. ', 'No.'),
            slow: () => of('Yes. No.').pipe(delay(900)),
            failing: () =>
              timer(100).pipe(
                map(() => {
                  throw new Error('no');
                }),
              ),
          }[drawn.delegate];
          const settings = (name: string) => (drawn.isAlike ? {} : { session: { instructions: name } });
          const lanes: readonly Lane[] = [
            { name: 'fast', audio: identity, ...settings('fast') },
            {
              name: 'big',
              audio: identity,
              ...settings('big'),
              ...(says
                ? { delegation: delegateTurns({ delegate: says, lane: 'big', filler: 'Well.', fillerAfterMs: 300 }) }
                : {}),
            },
            { name: 'other', audio: identity, ...settings('other') },
          ];
          let beginsMs = 300;
          let position = 0;
          const frames: (readonly [number, VoiceFrame])[] = [];
          const commands: (readonly [number, readonly (Command | VoiceEvent)[]])[] = [];
          for (const { what, afterMs, lastsMs, words } of drawn.happenings) {
            beginsMs += afterMs;
            if (what === 'speech' || what === 'noise') {
              const spoken = voice(what === 'noise' ? 50 : lastsMs, position);
              // The first frame of sound has already lasted.
              for (const frame of spoken) {
                beginsMs += chunkMs;
                frames.push([beginsMs, frame]);
              }
              position += spoken.length * 2400;
              beginsMs += 20;
            } else if (what === 'typed') {
              beginsMs += 1000;
              commands.push([
                beginsMs,
                [
                  {
                    type: 'conversation.item.create',
                    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] },
                  },
                  { type: 'response.create' },
                ],
              ]);
              beginsMs += 20;
            } else commands.push([beginsMs, [{ type: 'lane.request', lane: what }]]);
          }
          const inTime = <T>(entries: readonly (readonly [number, T])[]): Observable<T> =>
            from(entries).pipe(mergeMap(([at, entry]) => timer(at).pipe(map(() => entry))));

          service.sent$.subscribe((sent) => log.push({ at: t.now(), sent: sent as ClientEvent }));
          converse({
            provider: service,
            openSocket: service.openSocket,
            playout: playTo(scriptedSink({ blockMs: 100, aheadMs: 100 }).openSink, { prefillMs: 0 }),
            input: inTime(frames),
            vad: (frame$) => frame$ as Observable<VoiceFrame>,
            encode: encode({ preRollMs: 0 }),
            commands: inTime(commands).pipe(mergeMap((entries) => entries)),
            lanes,
            tools: [work],
            rules: [explicitRequest, ...[functionCall, keywords(['weather']), plainTalk].map(contextual)],
            hysteresis: { cooldownMs: drawn.cooldownMs },
            decideWithinMs: drawn.decideWithinMs,
          }).subscribe({
            next: (told) => log.push({ at: t.now(), told }),
            complete: () => {
              isOver = true;
            },
          });
          t.flush();
          const fails = check(log, drawn.isAlike);
          if (!isOver) fails.push('does not complete');
          if (fails.length > 0) throw new Error(`${fails.join('; ')}\n${render(log)}`);
        })();
      }),
      { numRuns: 500 },
    );
  });
});

const render = (log: readonly Logged[]): string =>
  log
    .filter(
      (entry) =>
        !('sent' in entry
          ? entry.sent.type === 'input_audio_buffer.append'
          : /progress|delta$/.test(entry.told.type) && !/transcription/.test(entry.told.type)),
    )
    .map((entry) => {
      if ('sent' in entry) return `${entry.at}  > ${entry.sent.type} ${JSON.stringify({ ...entry.sent, type: undefined })}`;
      return `${entry.at}    ${entry.told.type} ${JSON.stringify({ ...entry.told, type: undefined, session: undefined }).slice(0, 160)}`;
    })
    .join('\n');

/** Everything that contradicts what a conversation is to hold to. */
const check = (log: readonly Logged[], isAlike: boolean): string[] => {
  const fails: string[] = [];
  let turns = 0;
  let again = 0;
  // What follows from tools may wait behind another answer, and then comes although the user has begun to speak.
  const hasTools = log.some((entry) => 'told' in entry && entry.told.type === 'tool.invoked');
  let speaking = false;
  let unanswered = false;
  const heard = new Set<string>();
  const wanted: string[] = ['fast'];
  const updates: string[] = [];
  const asked = (at: number): void => {
    unanswered = false;
    if (turns > 0) turns--;
    else if (again > 0) again--;
    else fails.push(`${at}: answers nothing`);
  };
  for (const entry of log) {
    const { at } = entry;
    if ('sent' in entry) {
      const { sent } = entry;
      if (sent.type === 'session.update' && sent.session.instructions) updates.push(sent.session.instructions);
      if (sent.type === 'input_audio_buffer.commit') {
        turns++;
        again = 0;
        unanswered = true;
      }
      if (sent.type === 'conversation.item.create') {
        if (sent.item.type === 'function_call_output') again++;
        else if (sent.item.type === 'message' && sent.item.role === 'user') {
          turns++;
          again = 0;
          unanswered = true;
        }
      }
      if (sent.type === 'response.create' && sent.response?.conversation !== 'none') {
        if (speaking && !hasTools) fails.push(`${at}: asked while the user speaks`);
        asked(at);
      }
    } else {
      const { told } = entry;
      if (told.type === 'turn.delegated') asked(at);
      if (told.type === 'turn.delegation_failed') again++;
      if (told.type === 'speech.started') {
        speaking = true;
        unanswered = false;
      }
      if (told.type === 'speech.stopped') speaking = false;
      if (told.type === 'lane.switched') wanted.push(told.to);
      if (told.type === 'playout.started') heard.add(told.responseId);
      if (told.type === 'playout.started' && speaking && !hasTools) fails.push(`${at}: sounds while the user speaks`);
      if (told.type === 'playout.flushed') again += told.responseIds.filter((id) => !heard.has(id)).length;
      if (told.type === 'diagnostic.epic_failed') fails.push(`${at}: ${String(told.error)}`);
    }
  }
  if (unanswered) fails.push('a turn is not asked for');
  if (!isAlike && updates.join() !== wanted.join()) fails.push(`updates ${updates.join()} for ${wanted.join()}`);
  return fails;
};
