import { concat, defer, filter, ignoreElements, map, merge, NEVER, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, refused, scriptedPlayout, scriptedProvider } from '../../marbles/index.js';
import type { ConverseConfig } from '../../src/engine/converse.js';
import { recorded } from '../../src/engine/recorded.js';
import type { RecordedCall, Recorder } from '../../src/engine/recorder.js';
import type { RecordingEvent, VoiceEvent } from '../../src/events.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { delayed } from '../lane-stages.js';
import { marbles } from '../marbles.js';

const ready: ServerEvent = {
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 'sess_1', audio: { input: { turn_detection: null } } },
};
const started: RecordingEvent = { type: 'recording.started', path: 'x' };

const call = (t: Marbles, more: Partial<ConverseConfig> = {}): ConverseConfig => {
  const service = scriptedProvider(t.cold('-(os)', { o: opens, s: ready }));
  return { ...service, provider: service, playout: scriptedPlayout(), input: t.audio('......|'), ...more };
};
const letters: Readonly<Record<string, string>> = {
  'recording.started': 'r',
  'recording.failed': 'f',
  'connection.established': 'e',
  'connection.closed': 'c',
};
const shown = (event: VoiceEvent): string => letters[event.type] ?? '';
const run = (config: ConverseConfig, recorder: Recorder) =>
  recorded(config, recorder).pipe(
    map(shown),
    filter((letter) => letter !== ''),
  );

describe('recorded', () => {
  it(
    'is the conversation, and ends when all of it is saved',
    marbles((t) => {
      const recorder: Recorder = ({ events$ }) =>
        concat(of(started), events$.pipe(ignoreElements()), timer(60).pipe(ignoreElements()));
      t.expectObservable(run(call(t), recorder)).toBe('re----c--|');
    }),
  );

  it(
    'gives a recorder what happens, the wire, and the audio as it comes and as it leaves the lanes',
    marbles((t) => {
      const seen: string[] = [];
      const recorder: Recorder = ({ events$, voice$, captured$, wire$ }: RecordedCall) =>
        merge(
          events$.pipe(map(({ type }) => `event ${type}`)),
          wire$.pipe(map(({ dir, data }) => `${dir} ${(JSON.parse(String(data)) as { type: string }).type}`)),
          captured$.pipe(map(({ position }) => `in ${position}`)),
          voice$.pipe(map(({ position }) => `out ${position}`)),
        ).pipe(
          map((what) => seen.push(`${what} @${t.now()}`)),
          ignoreElements(),
        );
      const lane = { name: 'slow', audio: delayed(1) };
      recorded(call(t, { lanes: [lane], input: t.audio('..|') }), recorder).subscribe();
      t.flush();
      expect(seen.filter((what) => /^(in|out)/.test(what))).toEqual(['in 0 @0', 'in 480 @20', 'out 0 @20', 'out 480 @40']);
      const at = (what: string): number => seen.findIndex((each) => each.startsWith(what));
      expect(at('s2c session.created')).toBeGreaterThanOrEqual(0);
      expect(at('event session.created')).toBe(at('s2c session.created') + 1);
      expect(at('c2s session.update')).toBeGreaterThan(at('event session.created'));
    }),
  );

  it(
    'goes on when the recorder fails',
    marbles((t) => {
      const broken: Recorder = () => throwError(() => new Error('no'));
      t.expectObservable(run(call(t), broken)).toBe('fe----(c|)');
      const throwing: Recorder = () => {
        throw new Error('no');
      };
      t.expectObservable(run(call(t), throwing)).toBe('fe----(c|)');
    }),
  );

  it(
    'ends the recording with the conversation, whether that fails or is left',
    marbles((t) => {
      const life = t.cold<RecordingEvent>('r', { r: started });
      const failing = scriptedProvider(t.cold('--#', {}, refused()));
      const failed$ = recorded(call(t, { ...failing, provider: failing, reconnect: false, input: NEVER }), () => life).pipe(
        ignoreElements(),
      );
      t.expectObservable(failed$).toBe('--#', {}, expect.objectContaining({ code: 'refused' }));
      t.expectObservable(defer(() => recorded(call(t, { input: NEVER }), () => life)).pipe(ignoreElements()), '----^---!').toBe(
        '-',
      );
      t.expectSubscriptions(life.subscriptions).toBe(['^-!', '----^---!']);
    }),
  );

  it(
    'tells the recorder that the call is over also when it has failed',
    marbles((t) => {
      const failing = scriptedProvider(t.cold('--#', {}, refused()));
      const ends: string[] = [];
      const recorder: Recorder = ({ events$ }) => {
        events$.subscribe({ complete: () => ends.push(`|@${t.now()}`) });
        return NEVER;
      };
      const call$ = recorded(call(t, { ...failing, provider: failing, reconnect: false, input: NEVER }), recorder);
      call$.subscribe({ error: () => ends.push(`#@${t.now()}`) });
      t.flush();
      expect(ends.toSorted()).toEqual(['#@40', '|@40']);
    }),
  );

  it(
    'listens to what becomes of the microphone, as the conversation does',
    marbles((t) => {
      const drift: VoiceEvent = { type: 'audio.drift', device: 'mic', direction: 'input', ratio: 0.98 };
      const input = Object.assign(t.audio('.....|'), { events$: t.cold<VoiceEvent>('--d--|', { d: drift }) });
      const types$ = recorded(call(t, { input }), () => NEVER).pipe(
        filter(({ type }) => type === 'audio.drift'),
        map(() => 'd'),
      );
      t.expectObservable(types$, '^-----!').toBe('--d');
    }),
  );
});
