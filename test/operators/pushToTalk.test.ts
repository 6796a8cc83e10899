import fc from 'fast-check';
import { EMPTY, from, map, NEVER, of, Subject, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, pcm, type SocketStep, scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { pushToTalk } from '../../operators/pushToTalk.js';
import { realtime } from '../../operators/realtime.js';
import type { AudioFrame } from '../../src/audio.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

const frame: AudioFrame = { samples: new Int16Array(480), sampleRate: 24_000, position: 0 };

type Entry = Command | VoiceEvent;

/** One letter an entry: `u` session.update, `x` clear, `S` and `E` speech started and stopped, `a` append, `L` any other event. */
const letter = ({ type }: Entry): string =>
  ({
    'session.update': 'u',
    'input_audio_buffer.clear': 'x',
    'input_audio_buffer.append': 'a',
    'speech.started': 'S',
    'speech.stopped': 'E',
  })[type as string] ?? 'L';

/** What comes out, each with its moment. The key is pressed at `D` and let go at `U`. */
const trace = ({ hot, audio, now, flush, expectSubscriptions }: Marbles, key: string, frames: string, until: string): string => {
  const seen: string[] = [];
  const key$ = hot(key, { D: true, U: false });
  const source = audio(frames);
  source.pipe(pushToTalk(key$), map(letter)).subscribe({
    next: (entry) => seen.push(`${entry}@${now()}`),
    complete: () => seen.push(`|@${now()}`),
  });
  expectSubscriptions(source.subscriptions).toBe(until);
  expectSubscriptions(key$.subscriptions).toBe(until);
  flush();
  return seen.join(' ');
};

describe('pushToTalk', () => {
  it(
    'lets audio through while the key is down, and the frame that holds the end of the last word',
    marbles((t) => {
      expect(trace(t, '--D---U---', 'ssssssssss|', '^---------!')).toBe('u@0 x@40 S@40 a@60 a@80 a@100 a@120 a@140 E@140 |@200');
    }),
  );

  it(
    'clears and says that speech began in the moment of the press, though no frame comes',
    marbles((t) => {
      expect(trace(t, '--D-------', '----------|', '^---------!')).toBe('u@0 x@40 S@40 E@200 |@200');
    }),
  );

  it(
    'makes one turn of a press, also over a gap of the device',
    marbles((t) => {
      expect(trace(t, '-D----U---', 's-s--s--s-|', '^---------!')).toBe('u@0 x@20 S@20 a@40 a@100 a@160 E@160 |@200');
    }),
  );

  it(
    'makes one turn of a key that is let go and pressed again between two frames',
    marbles((t) => {
      expect(trace(t, '-D-UD--U--', 's-s--s--s-|', '^---------!')).toBe('u@0 x@20 S@20 a@40 a@100 a@160 E@160 |@200');
    }),
  );

  it(
    'ends a turn that goes on when its source completes, whatever the key does',
    marbles((t) => {
      expect(trace(t, 'D---------', 'sss|', '^--!')).toBe('u@0 x@0 S@0 a@20 a@40 E@60 |@60');
    }),
  );

  it(
    'sends nothing without a key',
    marbles((t) => {
      expect(trace(t, '----------', 'sss|', '^--!')).toBe('u@0 |@60');
    }),
  );

  it('sends each sample between press and release once and in order, however it is cut', () => {
    const step = fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 700 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const key$ = new Subject<boolean>();
        const frames$ = new Subject<AudioFrame>();
        const sent: number[] = [];
        const turns: number[] = [];
        frames$.pipe(pushToTalk(key$)).subscribe((entry) => {
          if (entry.type === 'input_audio_buffer.append') sent.push(...(fromBase64(entry.audio) ?? []));
          if (entry.type === 'speech.stopped') turns.push(entry.sentMs ?? Number.NaN);
        });
        const wanted: number[] = [];
        let position = 0;
        let isDown = false;
        let isEnding = false;
        for (const next of steps) {
          if (typeof next === 'boolean') {
            isEnding = !next && (isDown || isEnding);
            isDown = next;
            key$.next(next);
          } else {
            const samples = Int16Array.from({ length: next }, (_, at) => (position + at) % 30_000);
            if (isDown || isEnding) wanted.push(...samples);
            isEnding = false;
            frames$.next({ samples, sampleRate: 24_000, position });
            position += next;
          }
        }
        frames$.complete();
        expect(sent).toEqual(wanted);
        expect(turns.reduce((sum, ms) => sum + ms, 0) * 24).toBeCloseTo(wanted.length, 3);
      }),
    );
  });

  it(
    'interrupts the assistant on press, and commits and asks on release, in a conversation',
    marbles((t) => {
      const place = { event_id: 'e', response_id: 'resp_1', item_id: 'a', output_index: 0, content_index: 0 };
      const session = { type: 'realtime', id: 'sess_1', audio: { input: { turn_detection: null } } } as const;
      const response = { id: 'resp_1', status: 'in_progress' } as const;
      const item = { id: 'a', type: 'message', role: 'assistant', status: 'in_progress', content: [] } as const;
      const service = scriptedProvider(
        t.cold<SocketStep>('oc---ria----d', {
          o: opens,
          c: { type: 'session.created', event_id: 'e', session },
          r: { type: 'response.created', event_id: 'e', response },
          i: { type: 'conversation.item.added', event_id: 'e', item },
          a: { type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(24_000)) },
          d: { type: 'response.done', event_id: 'e', response: { ...response, status: 'cancelled' } },
        }),
      );
      const playout = playTo(scriptedSink().openSink, { prefillMs: 0 });
      const sent: string[] = [];
      service.sent$.subscribe((command) => {
        const { type, ...rest } = command as ClientEvent;
        sent.push(`${type}${'audio_end_ms' in rest ? ` ${rest.audio_end_ms}` : ''}@${t.now()}`);
      });
      t.audio('....................')
        .pipe(pushToTalk(t.hot('----------D-----U', { D: true, U: false })), realtime(service, { ...service, playout }))
        .subscribe();
      t.flush();
      expect(sent.filter((line) => !line.includes('append'))).toEqual([
        'session.update@20',
        'input_audio_buffer.clear@200',
        'response.cancel@200',
        'conversation.item.truncate 40@200',
        'input_audio_buffer.commit@340',
        'response.create@340',
      ]);
      expect(sent.filter((line) => line.includes('append')).length).toBe(7);
    }),
  );

  it(
    'errors with its source, and with its key, and says nothing more',
    marbles((t) => {
      const broken = t.cold<AudioFrame>('------#');
      t.expectObservable(broken.pipe(pushToTalk(t.hot('-D-', { D: true })), map(letter))).toBe('u(xS)-#');
      const source = t.audio('..........');
      t.expectObservable(source.pipe(pushToTalk(t.hot<boolean>('--#')), map(letter))).toBe('u-#');
      t.expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'opens with its session.update, and neither emits nor ends more than its source',
    marbles((t) => {
      t.expectObservable(NEVER.pipe(pushToTalk(NEVER), map(letter))).toBe('u');
      t.expectObservable(EMPTY.pipe(pushToTalk(NEVER), map(letter))).toBe('(u|)');
    }),
  );

  it(
    'lets go of source and key when it is unsubscribed',
    marbles((t) => {
      const source = t.hot<AudioFrame>('-----');
      const key$ = t.hot<boolean>('-----');
      t.expectObservable(source.pipe(pushToTalk(key$), map(letter)), '^--!').toBe('u');
      t.expectSubscriptions(source.subscriptions).toBe('^--!');
      t.expectSubscriptions(key$.subscriptions).toBe('^--!');
    }),
  );

  it('stops a synchronous source when its subscriber has enough', () => {
    let pulled = 0;
    const frames = Array.from({ length: 1000 }, (_, at) => ({ ...frame, position: at * 480 }));
    from(frames)
      .pipe(
        tap(() => pulled++),
        pushToTalk(of(true)),
        take(5),
      )
      .subscribe();
    expect(pulled).toBe(2);
  });

  it('keeps a state of its own for each subscriber', () => {
    const source = new Subject<AudioFrame>();
    const out$ = source.pipe(pushToTalk(of(true)), map(letter));
    const [one, two]: [string[], string[]] = [[], []];
    out$.subscribe((entry) => one.push(entry));
    source.next(frame);
    out$.subscribe((entry) => two.push(entry));
    source.next(frame);
    source.complete();
    expect([one.join(''), two.join('')]).toEqual(['uxSaaE', 'uxSaE']);
  });

  it('passes events among the frames', () => {
    const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };
    const seen: string[] = [];
    from([frame, lost, frame])
      .pipe(pushToTalk(of(true)), map(letter))
      .subscribe((entry) => seen.push(entry));
    expect(seen.join('')).toBe('uxSaLaE');
  });

  it('errors with format_mismatch for frames of another rate, also while nothing is sent', () => {
    const errors: unknown[] = [];
    of(pcm(1, 2))
      .pipe(pushToTalk(NEVER))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([
      expect.objectContaining({ code: 'format_mismatch', message: expect.stringContaining('resample({ to: 24000 })') }),
    ]);
  });
});
