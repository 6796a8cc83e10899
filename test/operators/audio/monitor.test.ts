import fc from 'fast-check';
import { filter, lastValueFrom, map, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm } from '../../../marbles/index.js';
import { analyzeContext } from '../../../operators/analyzeContext.js';
import { monitor } from '../../../operators/audio/monitor.js';
import { edgeTrigger } from '../../../src/edge-trigger.js';
import type { AudioQuality, VoiceEvent } from '../../../src/events.js';
import { poorQuality } from '../../../src/poor-quality.js';
import { marbles } from '../../marbles.js';

const quality = (atMs: number, figures: Partial<AudioQuality>): AudioQuality => ({
  type: 'audio.quality',
  position: atMs * 24,
  atMs,
  level: 0,
  peak: 0,
  clipping: 0,
  snrDb: undefined,
  speechRatio: 0,
  echoLikelihood: 0,
  lossPercent: 0,
  score: 1,
  ...figures,
});

/** Reports a second apart, by their scores in tenths: which of them begin to hold. */
const fired = (scores: string, config: Parameters<typeof edgeTrigger>[0]): string => {
  const isNew = edgeTrigger(config);
  return [...scores].map((score, at) => (isNew(Number(score) / 10, at * 1000) ? '!' : '-')).join('');
};

describe('edgeTrigger', () => {
  it.each([
    ['fires once while it holds', '974333', '--!---', { when: { below: 0.5 } }],
    ['fires at once', '433', '!--', { when: { below: 0.5 } }],
    ['needs the figure to be back beyond the band', '94555545', '-!------', { when: { below: 0.5 }, band: 0.1 }],
    ['fires again when it was back for long enough', '94666466', '-!---!--', { when: { below: 0.5 }, band: 0.1 }],
    [
      'does not when that was too short, and counts anew',
      '9466464664',
      '-!--------',
      { when: { below: 0.5 }, band: 0.1, clearMs: 2000 },
    ],
    ['fires above a limit, too', '169619', '--!---', { when: { above: 0.6 }, clearMs: 2000 }],
    ['goes by a function', '1919', '-!-!', { when: (value: number) => value > 0.5, clearMs: 0 }],
  ] as const)('%s', (_, scores, expected, config) => {
    expect(fired(scores, config)).toBe(expected);
  });

  it('fires again where a tenth of the limit is more than the figure can be', () => {
    const isNew = edgeTrigger({ when: { below: 0.95 }, clearMs: 0 });
    expect([0.9, 0.96, 0.9, 0.98, 0.9].map((score, at) => isNew(score, at * 1000))).toEqual([true, false, false, false, true]);
  });

  it('passes over what is not known', () => {
    const isNew = edgeTrigger({ when: { below: 10 } });
    expect([undefined, 12, undefined, 9, undefined, 9].map((snr, at) => isNew(snr, at))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('never fires twice without having been back beyond the band for the time between', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (values) => {
        const isNew = edgeTrigger({ when: { below: 0.5 }, band: 0.1, clearMs: 2000 });
        let calm = Number.POSITIVE_INFINITY;
        values.forEach((value, at) => {
          if (isNew(value, at * 1000)) {
            expect(value).toBeLessThan(0.5);
            expect(calm).toBeGreaterThanOrEqual(3);
            calm = 0;
          } else if (value >= 0.6) calm++;
          else if (calm < 3) calm = 0;
        });
      }),
    );
  });
});

describe('monitor', () => {
  it(
    'says once that a figure has passed its limit, behind the report, and lets all else pass',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const values = {
        f: pcm(1),
        a: quality(1000, { score: 0.9 }),
        b: quality(2000, { score: 0.4 }),
        c: quality(3000, { score: 0.3 }),
        A: { type: 'audio.alert', metric: 'score', value: 0.4, atMs: 2000 },
      };
      const source = cold<typeof values.f | AudioQuality>('fafbfcf|', values as never);
      const out = source.pipe(monitor({ on: { metric: 'voiceQuality', when: { below: 0.5 } } }));
      expectObservable(out, '^---!').toBe('faf(bA)', values);
      expectSubscriptions(source.subscriptions).toBe(['^---!', '-----^------!']);
      const alerts = out.pipe(filter((entry) => 'type' in entry && entry.type === 'audio.alert'));
      expectObservable(alerts, '-----^').toBe('--------A---|', values);
    }),
  );

  it('calls what is to happen, and tells what that throws', async () => {
    const calls: unknown[] = [];
    const error = new Error('no');
    const reports = of(quality(1000, { clipping: 0.2, snrDb: 3 }), quality(2000, { clipping: 0.2, snrDb: 3 }));
    const out = await lastValueFrom(
      reports.pipe(
        monitor({
          on: [
            { metric: 'clipping', when: { above: 0.01 }, then: (alert, { snrDb }) => calls.push([alert.value, snrDb]) },
            {
              metric: 'snrDb',
              when: { below: 10 },
              then: () => {
                throw error;
              },
            },
          ],
        }),
        toArray(),
      ),
    );
    expect(calls).toEqual([[0.2, 3]]);
    expect(out.slice(1, 3)).toEqual([
      { type: 'audio.alert', metric: 'clipping', value: 0.2, atMs: 1000 },
      { type: 'audio.alert', metric: 'snrDb', value: 3, atMs: 1000, error },
    ]);
    expect(out.length).toBe(4);
  });

  it('ends no process with what a promise rejects with', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const then = async (): Promise<void> => {
      throw new Error('no');
    };
    const out$ = of(quality(1000, { score: 0.3 })).pipe(
      monitor({ on: { metric: 'score', when: { below: 0.5 }, then } }),
      toArray(),
    );
    expect(await lastValueFrom(out$)).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('refuses a band or a time below 0', () => {
    expect(() => monitor({ on: { metric: 'score', when: { below: 0.5 }, band: -1 } })).toThrow(
      'monitor: band must be 0 or more, got -1',
    );
    expect(() => monitor({ on: [{ metric: 'score', when: { below: 0.5 }, clearMs: Number.NaN }] })).toThrow('clearMs');
  });
});

describe('poorQuality', () => {
  it(
    'leads to the big lane while the voice comes in badly, and holds it until it is clearly better',
    marbles(({ cold, expectObservable }) => {
      const values = {
        g: quality(0, { score: 0.8 }),
        m: quality(0, { score: 0.55 }),
        p: quality(0, { score: 0.4 }),
        s: { type: 'lane.switched', from: 'fast', to: 'big', reason: 'poor_quality', confidence: 1, heldFrames: 0, gapMs: 0 },
      } as const;
      const source = cold<VoiceEvent>('gmpsmmgm|', values);
      const lanes = source.pipe(
        analyzeContext([poorQuality()]),
        map(({ lane, reason }) => `${lane} ${reason}`),
      );
      expectObservable(lanes).toBe('--b-bb-b|', { b: 'big poor_quality' });
    }),
  );

  it.each([{ below: 2 }, { below: 0.5, recovered: 0.4 }, { below: Number.NaN }])('refuses %j', (config) => {
    expect(() => poorQuality(config)).toThrow(RangeError);
  });
});
