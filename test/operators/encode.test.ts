import { from, map, NEVER, Observable, of, Subject, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm, signal } from '../../marbles/index.js';
import { encode } from '../../operators/encode.js';
import { vad } from '../../operators/vad.js';
import type { VadState, VoiceFrame } from '../../src/audio.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { fromBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

/** One letter an entry: `u` session.update, `a` append, `S` and `E` speech started and stopped, `L` any other event. */
const letter = ({ type }: Command | VoiceEvent): string =>
  ({ 'session.update': 'u', 'input_audio_buffer.append': 'a', 'speech.started': 'S', 'speech.stopped': 'E' })[type as string] ??
  'L';
const other: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };

const states: Readonly<Record<string, VadState>> = { '.': 'silence', b: 'speech_starting', s: 'speech', e: 'speech_ending' };
/** Frames of 20 ms at 24 kHz in these states; `-` is a gap of the device. Samples tell the frame by its number. */
const frames = (diagram: string): VoiceFrame[] =>
  [...diagram].flatMap((character, index) => {
    const state = states[character];
    const samples = new Int16Array(480).fill(index);
    return state ? [{ samples, sampleRate: 24_000, position: index * 480, vad: state, level: 0.1 }] : [];
  });
const encoded = (diagram: string, config: Parameters<typeof encode>[0] = {}): string => {
  let text = '';
  from(frames(diagram))
    .pipe(encode(config), map(letter))
    .subscribe((entry) => {
      text += entry;
    });
  return text;
};

describe('encode with client turns', () => {
  it(
    'turns the service off first, then sends speech with its pre-roll and hangover alone',
    marbles((t) => {
      const source = t.audio('...............ssssssss.........................|');
      const subs = '          ^-----------------------------------------------!';
      const turned = source.pipe(vad(), encode(), map(letter));

      t.expectSubscriptions(source.subscriptions).toBe(subs);
      const seen: string[] = [];
      turned.subscribe((entry) => seen.push(`${entry}@${t.now()}`));
      t.flush();
      // 15 frames of pre-roll, five to be sure; hangover of 25 frames less the one that ends it
      expect(seen.slice(0, 3)).toEqual(['u@0', 'S@380', 'a@380']);
      expect(seen.filter((entry) => entry.startsWith('a')).length).toBe(15 + 8 + 24);
      expect(seen.at(-1)).toBe('E@940');
    }),
  );

  it('asks its source for nothing when its first command was enough', () => {
    let isAsked = false;
    const source = new Observable<VoiceFrame>(() => {
      isAsked = true;
    });
    const seen: string[] = [];
    source.pipe(encode(), take(1), map(letter)).subscribe((entry) => seen.push(entry));
    expect(seen).toEqual(['u']);
    expect(isAsked).toBe(false);
  });

  it('says that speech started ahead of its first audio, and that it stopped after the last', () => {
    expect(encoded('..bbssee.', { preRollMs: 20 })).toBe('uSaaaaaaaE');
  });

  it('sends nothing of sound that was no speech', () => {
    expect(encoded('..bb..bb..')).toBe('u');
  });

  it('sends each sample of an utterance once and in order', () => {
    const sent: number[] = [];
    from(frames('....bbsssee..bbss'))
      .pipe(encode({ preRollMs: 40 }))
      .subscribe((entry) => {
        if (entry.type === 'input_audio_buffer.append') sent.push(fromBase64(entry.audio)?.[0] ?? -1);
      });
    expect(sent).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('tells with each turn what was sent of it, and of it alone', () => {
    const told: unknown[] = [];
    from(frames('bbss.bbssee.'))
      .pipe(encode({ preRollMs: 0 }))
      .subscribe((entry) => {
        if (entry.type === 'speech.stopped') told.push(entry.sentMs);
      });
    expect(told).toEqual([80, 120]);
  });

  it('stops speech that still goes on when its source completes', () => {
    expect(encoded('bbss')).toBe('uSaaaaE');
  });

  it('stops speech at a gap of the device, and begins anew after it', () => {
    expect(encoded('bbss-bbss')).toBe('uSaaaaESaaaaE');
  });

  it('passes events among the frames, in order', () => {
    const [first, second, ...rest] = frames('bbss');
    const text: string[] = [];
    from([first, second, other, ...rest] as (VoiceFrame | VoiceEvent)[])
      .pipe(encode(), map(letter))
      .subscribe((entry) => text.push(entry));
    expect(text.join('')).toBe('uLSaaaaE');
  });

  it(
    'emits nothing more when its source errors',
    marbles((t) => {
      const [a, b] = frames('bs') as [VoiceFrame, VoiceFrame];
      const source = t.hot('-a-b----#', { a, b });
      const subs = '        ^-------!';
      const expected = '    u--(Saa)#';

      t.expectObservable(source.pipe(encode(), map(letter))).toBe(expected);
      t.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'opens with its session.update also when nothing follows',
    marbles((t) => {
      t.expectObservable(NEVER.pipe(encode(), map(letter))).toBe('u');
      t.expectObservable(t.cold<VoiceFrame>('--|').pipe(encode(), map(letter))).toBe('u-|');
    }),
  );

  it(
    'lets go of its source when it is unsubscribed',
    marbles((t) => {
      const source = t.hot<VoiceFrame>('-----');
      t.expectObservable(source.pipe(encode(), map(letter)), '^--!').toBe('u');
      t.expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('keeps a state of its own for each subscriber', () => {
    const source = new Subject<VoiceFrame>();
    const run = source.pipe(encode(), map(letter));
    const [one, two]: [string[], string[]] = [[], []];
    run.subscribe((entry) => one.push(entry));
    for (const frame of frames('bb')) source.next(frame);
    run.subscribe((entry) => two.push(entry));
    for (const frame of frames('--ss')) source.next(frame);
    expect([one.join(''), two.join('')]).toEqual(['uSaaaa', 'uSaa']);
  });

  it('stops a synchronous source when its subscriber has enough', () => {
    let pulled = 0;
    const source = from(frames('s'.repeat(1000))).pipe(tap(() => pulled++));
    source.pipe(encode(), take(4)).subscribe();
    expect(pulled).toBeLessThan(5);
  });

  it('errors with format_mismatch for frames of another rate, and says what to do', () => {
    const errors: unknown[] = [];
    of({ ...pcm(1, 2), vad: 'silence' as const, level: 0 })
      .pipe(encode())
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([
      expect.objectContaining({ code: 'format_mismatch', message: expect.stringContaining('resample({ to: 24000 })') }),
    ]);
  });

  it('refuses a negative pre-roll when called', () => {
    expect(() => encode({ preRollMs: -1 })).toThrow(RangeError);
  });

  it('refuses a name that is none of its own when called', () => {
    expect(() => encode(JSON.parse('{ "turns": "sever" }'))).toThrow(
      new RangeError('encode: turns must be one of client, server, manual, got "sever"'),
    );
    // It would have been A-law.
    expect(() => encode(JSON.parse('{ "encoding": "mulaw" }'))).toThrow(
      new RangeError('encode: encoding must be one of pcm16, pcmu, pcma, got "mulaw"'),
    );
  });
});

describe('encode with server turns', () => {
  it('sends every frame, leaves the session alone, and still tells of speech', () => {
    expect(encoded('..bbsse..', { turns: 'server' })).toBe('aaaaSaaaEaa');
  });
});

describe('encode in G.711', () => {
  it('writes a byte a sample, and wants frames of 8 kHz', () => {
    const samples = signal('s', { position: 0, length: 160, sampleRate: 8000 });
    const frame: VoiceFrame = { samples, sampleRate: 8000, position: 0, vad: 'speech', level: 0.1 };
    const bytes: number[] = [];
    of(frame, frame)
      .pipe(encode({ encoding: 'pcmu' }))
      .subscribe((entry) => {
        if (entry.type === 'input_audio_buffer.append') bytes.push(atob(entry.audio).length);
      });
    expect(bytes[0]).toBe(160);
  });
});

describe('encode with manual turns', () => {
  it('turns the service off, sends every frame, and tells of no speech', () => {
    expect(encoded('..bsse..', { turns: 'manual' })).toBe('uaaaaaaaa');
  });
});
