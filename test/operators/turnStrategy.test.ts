import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { turnStrategyDiagrams } from '../../marbles/diagrams/turnStrategy.js';
import type { Marbles } from '../../marbles/index.js';
import { checkTurns, type TurnDiagram } from '../../marbles/turn-diagram.js';
import { heardByService, type Reason, type TurnCondition } from '../../operators/turnConditions.js';
import { turnStrategy } from '../../operators/turnStrategy.js';
import { type Command, isCommand, type VoiceEvent } from '../../src/events.js';
import { createFifo } from '../../src/fifo.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

describe('turnStrategy', () => {
  for (const diagram of turnStrategyDiagrams) {
    it(
      diagram.title,
      marbles((t) => checkTurns(diagram, t)),
    );
  }

  const held =
    (reason: string, diagram: string) =>
    (_: unknown, { cold }: Marbles) => ({
      [reason]: () => cold<Reason>(diagram, { y: reason, n: undefined }),
    });
  const more: readonly Omit<TurnDiagram, 'code'>[] = [
    {
      title: 'throws away speech that began no turn when other speech begins',
      user: '   --S-P-E---S-P-E---',
      turns: '  ------------s-e---',
      sent: '   ----------c---(mq)',
      strategy: held('start', '------------y-----'),
    },
    {
      title: 'begins none while it is muted, and throws away what was said until then when that ends',
      user: '   --S-P-P-P-E-------',
      turns: '  --------s-e-------',
      sent: '   -------c--(mq)',
      strategy: held('mute', ' -y-----n----------'),
    },
    {
      title: 'answers what was said before a turn once',
      user: '   --S-P-E-----------------',
      service: '(oc)-------rd----------',
      turns: '  ---------(se)---(sx)----',
      sent: '   ------m--q--------------',
      strategy: (key$, t) => ({
        ...held('start', '---------y---n--y---')(key$, t),
        ...held('stop', 'y')(key$, t),
        unstarted: 'commit',
      }),
    },
    {
      title: 'asks at once where the service has committed already, and not again at its next commit',
      user: '   ---------------',
      service: 'on-1-2m--rd-m--',
      turns: '  ---s----e------',
      sent: '   --------q------',
      strategy: (key$, t) => ({ start: heardByService(), ...held('stop', '--------y--')(key$, t) }),
    },
    {
      title: 'leaves the answer to the next turn where that begins before the service has committed',
      user: '   ---------------',
      service: 'on-1----1-m----',
      turns: '  ---s--e-s---e--',
      sent: '   ------------q--',
      strategy: (key$, t) => ({
        ...held('start', '---y--n-y--')(key$, t),
        ...held('stop', '------y-n---y')(key$, t),
      }),
    },
  ];
  for (const diagram of more) {
    it(
      diagram.title,
      marbles((t) => checkTurns({ code: '', ...diagram }, t)),
    );
  }

  it('asks once for each turn that has ended, and never for one that was abandoned, whatever the conditions do', () => {
    const length = fc.integer({ min: 0, max: 300 });
    const step = fc.oneof(
      fc.record({ type: fc.constantFrom('start', 'stop', 'mute'), holds: fc.boolean() }),
      fc.record({ type: fc.constant('say'), ms: length }),
      fc.record({ type: fc.constantFrom('begin', 'end') }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom('clear', 'commit'),
        fc.boolean(),
        (steps, unstarted, isReady) => {
          const given = { start: new Subject<Reason>(), stop: new Subject<Reason>(), mute: new Subject<Reason>() };
          const of$ =
            (name: keyof typeof given): TurnCondition =>
            () =>
              given[name];
          const strategy = turnStrategy({ start: of$('start'), stop: of$('stop'), mute: of$('mute'), unstarted });
          const log = conversation(strategy, isReady);
          let spokenMs: number | undefined;
          let sentMs = 0;
          for (const next of steps) {
            if ('holds' in next) given[next.type as keyof typeof given].next(next.holds ? next.type : undefined);
            else if ('ms' in next && spokenMs !== undefined) {
              spokenMs += next.ms;
              sentMs += next.ms;
              log.push({ type: 'input_audio_buffer.append', audio: Buffer.alloc(48 * next.ms).toString('base64') });
              log.push({ type: 'speech.progress', position: 0, durationMs: spokenMs });
            } else if (next.type === 'begin' && spokenMs === undefined) {
              spokenMs = sentMs = 0;
              log.push({ type: 'speech.started', position: 0 });
            } else if (next.type === 'end' && spokenMs !== undefined) {
              log.push({ type: 'speech.stopped', position: 0, durationMs: spokenMs, sentMs });
              spokenMs = undefined;
            }
          }
          const all = log.types();
          const turns = all.filter((type) => /^turn\.(started|ended|abandoned)$/.test(type));
          for (const [at, type] of turns.entries()) expect(type === 'turn.started').toBe(at % 2 === 0);
          const count = (type: string): number => all.filter((other) => other === type).length;
          expect(count('response.create')).toBe(count('turn.ended'));
          if (isReady) expect(log.shortCommits()).toBe(0);
        },
      ),
    );
  });
});

/** What `realtime` does with what an epic says: it is handled one by one, events are told to the epic, too. */
const conversation = (epic: ReturnType<typeof turnStrategy>, isReady: boolean) => {
  const ready: readonly VoiceEvent[] = [
    { type: 'connection.starting', attempt: 1 },
    {
      type: 'session.created',
      event_id: 'e',
      session: { type: 'realtime', id: 's', audio: { input: { turn_detection: null } } },
    },
    { type: 'connection.established', connectionId: 's', latencyMs: 1, droppedMs: 0 },
  ];
  let state: SessionState = isReady ? ready.reduce(sessionState, initialState) : initialState;
  let shortCommits = 0;
  const types: string[] = [];
  const events$ = new Subject<VoiceEvent>();
  const fifo = createFifo<Command | VoiceEvent>({
    handle(entry) {
      types.push(entry.type);
      const { appendedBytes, committedBytes } = state.conversation;
      if (entry.type === 'input_audio_buffer.commit' && appendedBytes - committedBytes < 4800) shortCommits++;
      if (!isCommand(entry)) {
        state = sessionState(state, entry);
        events$.next(entry);
      } else if (isReady) state = sessionState(state, entry);
    },
    idle: () => {},
    overflow: () => expect.unreachable('it feeds itself'),
    limit: 20,
  });
  epic(events$, () => state).subscribe((entry) => fifo.push(entry));
  fifo.start();
  return { push: fifo.push, types: () => types, shortCommits: () => shortCommits };
};
