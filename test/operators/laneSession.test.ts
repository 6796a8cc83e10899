import { finalize, map, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, scriptedProvider } from '../../marbles/index.js';
import { laneSession } from '../../operators/laneSession.js';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { Session, SessionPatch } from '../../src/wire/session.js';
import { marbles } from '../marbles.js';

const lane = (name: string, session?: SessionPatch, ...epics: readonly Epic[]): Lane => ({
  name,
  audio: (input) => input,
  ...(session ? { session } : {}),
  epics,
});
const switched = (from: string, to: string): VoiceEvent => ({
  type: 'lane.switched',
  from,
  to,
  reason: 'test',
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
});
const created = (session: Session): VoiceEvent => ({ type: 'session.created', event_id: 'e', session });
const transcribed: SessionPatch = { audio: { input: { transcription: { model: 'whisper-1' } } } };

/** The epic alone, with the state that events and its own commands add up to; what it says of lanes that are entered is apart. */
const drive = (lanes: readonly Lane[], first: SessionState = initialState) => {
  const events$ = new Subject<VoiceEvent>();
  const all: (Command | VoiceEvent)[] = [];
  const out: (Command | VoiceEvent)[] = [];
  let state = first;
  const subscription = laneSession(lanes)(events$, () => state).subscribe((entry) => {
    all.push(entry);
    if (entry.type !== 'lane.entered') out.push(entry);
    state = sessionState(state, entry);
  });
  const happen = (event: VoiceEvent): void => {
    state = sessionState(state, event);
    events$.next(event);
  };
  return { happen, out, all, subscription };
};
const sessions = (out: readonly (Command | VoiceEvent)[]): readonly unknown[] =>
  out.map((entry) => (entry.type === 'session.update' ? entry.session : entry.type));

describe('laneSession', () => {
  it('sends the settings of the first lane at once', () => {
    const { out } = drive([lane('fast', { instructions: 'Be brief.' }), lane('big')]);
    expect(out).toEqual([{ type: 'session.update', session: { instructions: 'Be brief.' } }]);
  });

  it('says that a lane is entered between its settings and its epics', () => {
    const asks: Epic = () => of({ type: 'response.create' });
    const { all, happen } = drive([lane('fast'), lane('big', { instructions: 'B' }, asks)]);
    happen(switched('fast', 'big'));
    expect(all.map((entry) => (entry.type === 'lane.entered' ? entry.lane : entry.type))).toEqual([
      'fast',
      'session.update',
      'big',
      'response.create',
    ]);
  });

  it('sends nothing for lanes without settings', () => {
    const { out, happen } = drive([lane('fast'), lane('big')]);
    happen(switched('fast', 'big'));
    expect(out).toEqual([]);
  });

  it('sends every setting that any lane names', () => {
    const { out, happen } = drive([lane('fast', { instructions: 'F' }), lane('big', { instructions: 'B', tool_choice: 'auto' })]);
    happen(created({ tool_choice: 'none' }));
    happen(switched('fast', 'big'));
    happen(switched('big', 'fast'));
    expect(sessions(out)).toEqual([
      { instructions: 'F' },
      { instructions: 'B', tool_choice: 'auto' },
      { instructions: 'F', tool_choice: 'none' },
    ]);
  });

  it('sets back what only another lane names, null included, and nothing beside it', () => {
    const { out, happen } = drive([lane('fast'), lane('big', transcribed)]);
    happen(created({ audio: { input: { transcription: null, turn_detection: null } } }));
    happen(switched('fast', 'big'));
    happen(switched('big', 'fast'));
    expect(sessions(out)).toEqual([transcribed, { audio: { input: { transcription: null } } }]);
  });

  it('sets back what was sent and not yet answered', () => {
    const sent: ClientEvent = { type: 'session.update', session: { instructions: 'Sent.' } };
    const { out, happen } = drive([lane('fast'), lane('big', { instructions: 'B' })], sessionState(initialState, sent));
    happen(switched('fast', 'big'));
    happen(switched('big', 'fast'));
    expect(sessions(out)).toEqual([{ instructions: 'B' }, { instructions: 'Sent.' }]);
  });

  it('takes what a lane has set for no setting of before', () => {
    const { out, happen } = drive([lane('fast'), lane('big', { instructions: 'B' }), lane('own', { instructions: 'O' })]);
    happen(created({ instructions: 'Before.' }));
    happen(switched('fast', 'big'));
    happen(created({ instructions: 'B' }));
    happen(switched('big', 'own'));
    happen(switched('own', 'fast'));
    expect(sessions(out).at(-1)).toEqual({ instructions: 'Before.' });
  });

  it('leaves as it is what nobody knows', () => {
    const { out, happen } = drive([lane('fast'), lane('big', { instructions: 'B' })]);
    happen(switched('fast', 'big'));
    happen(switched('big', 'fast'));
    expect(sessions(out)).toEqual([{ instructions: 'B' }]);
  });

  it('sets back what the first lane changed before the session was known', () => {
    const { out, happen } = drive([lane('fast', { instructions: 'F' }), lane('big')]);
    happen(created({ instructions: 'Before.' }));
    happen(created({ instructions: 'F' }));
    happen(switched('fast', 'big'));
    expect(sessions(out)).toEqual([{ instructions: 'F' }, { instructions: 'Before.' }]);
  });

  it('says again what the lane wants when the session gets known, if another lane has changed it by then', () => {
    const { out, happen } = drive([lane('fast'), lane('big', { instructions: 'B' })]);
    happen(switched('fast', 'big'));
    happen(switched('big', 'fast'));
    happen(created({ instructions: 'Before.' }));
    expect(sessions(out)).toEqual([{ instructions: 'B' }, { instructions: 'Before.' }]);
  });

  it('stays as it is for a lane that it does not know', () => {
    const asking: Epic = (events$) =>
      events$.pipe(
        ofType('speech.started'),
        map((): Command => ({ type: 'response.create' })),
      );
    const { out, happen } = drive([lane('fast', { instructions: 'F' }, asking)]);
    happen(switched('fast', 'none'));
    happen({ type: 'speech.started', position: 0 });
    expect(sessions(out)).toEqual([{ instructions: 'F' }, 'response.create']);
  });

  it('lets epics live while their lane is active, and act on the state first', () => {
    const log: string[] = [];
    const noting =
      (name: string): Epic =>
      (events$, state) => {
        log.push(`${name} begins ${state().connection.status}`);
        return events$.pipe(
          ofType('speech.started'),
          map((): Command => ({ type: 'response.create', response: { instructions: name } })),
          finalize(() => log.push(`${name} ends`)),
        );
      };
    const speech: VoiceEvent = { type: 'speech.started', position: 0 };
    const { out, happen, subscription } = drive([lane('fast', undefined, noting('f')), lane('big', undefined, noting('b'))]);
    happen(speech);
    happen({ type: 'connection.starting', attempt: 1 });
    happen(switched('fast', 'big'));
    happen(speech);
    subscription.unsubscribe();
    expect(log).toEqual(['f begins idle', 'f ends', 'b begins connecting', 'b ends']);
    expect(out.map((entry) => (entry.type === 'response.create' ? entry.response?.instructions : entry.type))).toEqual([
      'f',
      'b',
    ]);
  });

  it('sends the settings ahead of what the epics of the lane do', () => {
    const asking: Epic = () => of({ type: 'response.create' });
    const { out } = drive([lane('fast', { instructions: 'F' }, asking)]);
    expect(out.map(({ type }) => type)).toEqual(['session.update', 'response.create']);
  });

  it('starts an epic that throws once more, tells it, and lets the others live', () => {
    const throwing: Epic = (events$) =>
      events$.pipe(
        ofType('speech.started'),
        map(() => {
          throw new Error('broken');
        }),
      );
    const asking: Epic = (events$) =>
      events$.pipe(
        ofType('speech.started'),
        map((): Command => ({ type: 'response.create' })),
      );
    const { out, happen } = drive([lane('fast', undefined, throwing, asking)]);
    for (let count = 0; count < 3; count++) happen({ type: 'speech.started', position: 0 });
    expect(out.filter(({ type }) => type === 'diagnostic.epic_failed')).toMatchObject([
      { restarted: true },
      { restarted: false },
    ]);
    expect(out.filter(({ type }) => type === 'response.create')).toHaveLength(3);
  });

  it('ends with the conversation', () => {
    let isOver = false;
    const events$ = new Subject<VoiceEvent>();
    laneSession([lane('fast')])(events$, () => initialState).subscribe({
      complete() {
        isOver = true;
      },
    });
    events$.complete();
    expect(isOver).toBe(true);
  });

  it(
    'follows the events in the conversation: no settings of an old lane after those of the new one',
    marbles(({ hot, cold, flush }) => {
      const session = { type: 'realtime', instructions: 'Before.' };
      const provider = scriptedProvider(() => cold('(oc)', { o: opens, c: { type: 'session.created', event_id: 'e', session } }));
      const source = hot('--b-(fb)f--', { b: switched('fast', 'big'), f: switched('big', 'fast') });
      const lanes = [lane('fast'), lane('big', { instructions: 'B' })];
      const sent: (Command | VoiceEvent)[] = [];
      provider.sent$.subscribe((command) => sent.push(command as Command));
      source.pipe(realtime(provider, { openSocket: provider.openSocket, epics: [laneSession(lanes)] })).subscribe();
      flush();
      expect(sessions(sent)).toMatchObject(['B', 'Before.', 'B', 'Before.'].map((instructions) => ({ instructions })));
    }),
  );
});
