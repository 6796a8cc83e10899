import { filter, from, map, mergeMap, NEVER, type Observable, of, takeUntil } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { laneSession } from '../../operators/laneSession.js';
import { playSound } from '../../operators/playSound.js';
import { playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import type { VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { initialState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const created: VoiceEvent = {
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', audio: { input: { turn_detection: null } } },
};
const switched = (to: string): VoiceEvent => ({
  type: 'lane.switched',
  from: '',
  to,
  reason: 'test',
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
});
const speechStarted: VoiceEvent = { type: 'speech.started', position: 0 };
const letters: Readonly<Record<string, string>> = {
  'playout.sound_started': 'b',
  'playout.sound_ended': 'e',
  'turn.interrupted': 'i',
  'playout.flushed': 'f',
};
const music = new Int16Array(24 * 1000).fill(1000);

describe('playSound', () => {
  it(
    'begins the sound when subscribed, and stops it when unsubscribed',
    marbles((t) => {
      const config = { id: 'm', source$: t.cold<Int16Array>('-'), gain: 0.5 };
      const commands$ = playSound(config)(NEVER, () => initialState).pipe(takeUntil(t.hot('----x')));
      const stop$ = commands$.pipe(
        mergeMap((command) => {
          expect(command).toMatchObject({ type: 'playout.play', ...config });
          return command.type === 'playout.play' && command.stop$ ? from(command.stop$ as Observable<unknown>) : [];
        }),
        map(() => 's'),
      );
      t.expectObservable(stop$).toBe('----s');
    }),
  );

  it(
    'plays while its lane is active, and anew when the lane is entered again',
    marbles((t) => {
      const lanes: readonly Lane[] = [
        { name: 'fast', audio: (input) => input },
        { name: 'big', audio: (input) => input, epics: [playSound({ id: 'm', source$: of(music) })] },
      ];
      const service = scriptedProvider(t.cold('(oc)', { o: opens, c: created }));
      const source = t.hot('  ----b----f---------b----', { b: switched('big'), f: switched('fast') });
      const expected = '      -----b------e-------b---';
      const sink = scriptedSink();
      const run = source.pipe(
        realtime(service, { ...service, playout: playTo(sink.openSink), epics: [laneSession(lanes)] }),
        map(({ type }) => letters[type] ?? ''),
        filter((letter) => letter !== ''),
      );
      t.expectObservable(run, '^-----------------------!').toBe(expected);
    }),
  );

  it(
    'is no speech of the assistant: who speaks meanwhile interrupts nothing, and half duplex hears them',
    marbles((t) => {
      const service = scriptedProvider(t.cold('(oc)', { o: opens, c: created }));
      const source = t.hot('-----s--', { s: speechStarted });
      const sounding: boolean[] = [];
      const epic = playSound({ id: 'm', source$: of(music) });
      const run = source.pipe(
        realtime(service, {
          ...service,
          playout: playTo(scriptedSink().openSink),
          epics: [
            epic,
            (events$, state) =>
              events$.pipe(
                filter(({ type }) => {
                  if (type === 'speech.started') sounding.push(state().playout.isSounding);
                  return false;
                }),
                map(() => speechStarted),
              ),
          ],
        }),
        map(({ type }) => letters[type] ?? ''),
        filter((letter) => letter !== ''),
      );
      t.expectObservable(run, '^-------!').toBe('-b-------');
      t.flush();
      expect(sounding).toEqual([false]);
    }),
  );

  it(
    'holds up no end of the conversation',
    marbles((t) => {
      const service = scriptedProvider(t.cold('(oc)', { o: opens, c: created }));
      const run = t.hot<VoiceEvent>('-----|').pipe(
        realtime(service, {
          ...service,
          playout: playTo(scriptedSink().openSink),
          epics: [playSound({ id: 'm', source$: of(music) })],
        }),
        map(({ type }) => letters[type] ?? ''),
        filter((letter) => letter !== ''),
      );
      t.expectObservable(run).toBe('-b------(e|)');
    }),
  );
});
