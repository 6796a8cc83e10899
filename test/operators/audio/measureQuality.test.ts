import { filter, from, lastValueFrom, map, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm, signal } from '../../../marbles/index.js';
import { measureQuality } from '../../../operators/audio/measureQuality.js';
import { vad } from '../../../operators/vad.js';
import type { AudioFrame } from '../../../src/audio.js';
import type { AudioNetwork, AudioQuality, VoiceEvent } from '../../../src/events.js';
import { isFrame } from '../../../src/events.js';
import { marbles } from '../../marbles.js';

const isReport = (entry: AudioFrame | VoiceEvent): entry is AudioQuality => !isFrame(entry) && entry.type === 'audio.quality';
const report = filter(isReport);

const network = (lossPercent: number): AudioNetwork => ({
  type: 'audio.network',
  received: 0,
  lost: 0,
  late: 0,
  duplicates: 0,
  discarded: 0,
  concealedMs: 0,
  jitterMs: 0,
  depthMs: 0,
  lossPercent,
});

describe('measureQuality', () => {
  it(
    'passes frames and events on at once',
    marbles(({ audio, cold, expectObservable, expectSubscriptions }) => {
      const source = audio('sssssssss|');
      const subs = '        ^--------!';
      expectObservable(
        source.pipe(
          measureQuality({ everyMs: 100 }),
          filter(isFrame),
          map(() => 'f'),
        ),
      ).toBe('fffffffff|');
      expectSubscriptions(source.subscriptions).toBe(subs);
      const event: VoiceEvent = { type: 'lane.request', lane: 'big' };
      expectObservable(cold('-e-|', { e: event }).pipe(measureQuality())).toBe('-e-|', { e: event });
    }),
  );

  it(
    'reports each time so much audio has come, whatever the clock says',
    marbles(({ audio, expectObservable }) => {
      const source = audio('  sssss--ssssssss|');
      const expected = '      ----a------b---|';
      const reports = source.pipe(
        measureQuality({ everyMs: 100 }),
        report,
        map(({ position, atMs }) => ({ position, atMs })),
      );
      expectObservable(reports).toBe(expected, { a: { position: 2400, atMs: 100 }, b: { position: 5760, atMs: 200 } });
    }),
  );

  it(
    'reports at the end what was not reported yet, where that is wanted, and nothing twice',
    marbles(({ audio, expectObservable }) => {
      const at = map(({ position, atMs }: AudioQuality) => ({ position, atMs }));
      const reports = (diagram: string, tail: 'report' | 'drop') =>
        audio(diagram).pipe(measureQuality({ everyMs: 100, tail }), report, at);
      const [a, b] = [
        { position: 2400, atMs: 100 },
        { position: 3360, atMs: 140 },
      ];
      expectObservable(reports('sssssss|', 'report')).toBe('----a--(b|)', { a, b });
      expectObservable(reports('sssssss|', 'drop')).toBe(' ----a--|', { a });
      expectObservable(reports('sssss|', 'report')).toBe('  ----a|', { a });
      expectObservable(reports('|', 'report')).toBe('      |');
    }),
  );

  it('reports with everything in it, and goes by the states of a vad', async () => {
    const samples = signal('s', { position: 0, length: 24_000 });
    const frames = Array.from({ length: 50 }, (_, at) => ({
      samples: samples.subarray(at * 480, at * 480 + 480),
      sampleRate: 24_000,
      position: at * 480,
    }));
    const [only, ...more] = await lastValueFrom(
      from(frames).pipe(vad({ speechStartMs: 0 }), measureQuality(), report, toArray()),
    );
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      position: 24_000,
      atMs: 1000,
      speechRatio: 1,
      lossPercent: 0,
      echoLikelihood: 0,
      level: expect.closeTo(0.1, 2),
    });
  });

  it('knows of the network what it loses', async () => {
    const position = (at: number): number => at * 480;
    const frames = Array.from({ length: 400 }, (_, at) => ({
      samples: signal((at * at) % 97 < 40 ? 's' : '.', { position: position(at), length: 480 }),
      sampleRate: 24_000,
      position: position(at),
    }));
    const all = await lastValueFrom(from(frames).pipe(measureQuality({ network$: of(network(25.1)) }), report, toArray()));
    expect(all.map(({ lossPercent }) => lossPercent)).toEqual(all.map(() => 25.1));
    expect(all[0]?.score).toBeCloseTo(0.5, 1);
  });

  it('hears an echo of what the other side plays in step', () => {
    const frame = (at: number): AudioFrame => ({
      samples: signal((at * at) % 13 < 6 ? 's' : '.', { position: at * 480, length: 480 }),
      sampleRate: 24_000,
      position: at * 480,
    });
    const reference$ = new Subject<AudioFrame>();
    const near$ = new Subject<AudioFrame>();
    const reports: AudioQuality[] = [];
    near$.pipe(measureQuality({ reference$, everyMs: 4000 }), report).subscribe((quality) => reports.push(quality));
    for (let at = 0; at < 200; at++) {
      reference$.next(frame(at));
      near$.next({ ...frame(at - 3), position: at * 480 });
    }
    expect(reports.map(({ echoLikelihood }) => echoLikelihood)).toEqual([1]);
  });

  it(
    'listens to the other side before its source, and leaves it with the source',
    marbles(({ hot, audio, expectObservable, expectSubscriptions }) => {
      const far$ = hot('    ------');
      const net$ = hot('    -|    ');
      const measured = audio('....|').pipe(
        measureQuality({ reference$: far$ as never, network$: net$ as never }),
        map(() => 'f'),
      );
      expectObservable(measured, '--^----').toBe('--ffff|');
      expectSubscriptions(far$.subscriptions).toBe('--^---!');
      expectSubscriptions(net$.subscriptions).toBe('--(^!)');
    }),
  );

  it('goes on when the other streams fail, and errors with its source', async () => {
    const failing = throwError(() => new Error('gone'));
    const out = of(pcm(1)).pipe(measureQuality({ reference$: failing, network$: failing }), toArray());
    expect(await lastValueFrom(out)).toEqual([pcm(1)]);
    await expect(lastValueFrom(failing.pipe(measureQuality()))).rejects.toThrow('gone');
  });

  it('has a state of its own for each subscription', async () => {
    const measured = from(
      Array.from({ length: 60 }, (_, at) => pcm(...new Array<number>(20).fill(1000), { position: at * 20 })),
    ).pipe(measureQuality(), report, toArray());
    expect(await lastValueFrom(measured)).toEqual(await lastValueFrom(measured));
  });

  it.each([0, -1, 99, Number.NaN])('refuses to report each %d ms', (everyMs) => {
    expect(() => measureQuality({ everyMs })).toThrow(
      new RangeError(`measureQuality: everyMs must be 100 or more, got ${everyMs}`),
    );
  });
});
