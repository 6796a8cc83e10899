import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateCost } from '../../src/engine/cost.js';
import { prices, pricesOf } from '../../src/engine/prices.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { recordings } from '../conformance/recordings.js';
import { hasShared } from '../shared.js';
import { type Counts, created, done, session, used } from './usage-events.js';

const spoken = (model: string, ...counts: readonly Counts[]) =>
  used(session(model), ...counts.flatMap((each, i) => [created(`r${i}`), done(`r${i}`, each)]));
const million = 1e6;

describe('estimateCost', () => {
  it('counts each class by its prices, the cached part of the input cheaper', () => {
    const cost = estimateCost(
      spoken('gpt-realtime', {
        input: [3 * million, 2 * million, million],
        cached: [million, million, million],
        output: [million, 2 * million],
      }),
    );
    // Text 2 × 4 + 1 × 0.40 + 1 × 16, audio 1 × 32 + 1 × 0.40 + 2 × 64, image 1 × 0.50.
    expect(cost.textCost).toBeCloseTo(24.4, 9);
    expect(cost.audioCost).toBeCloseTo(160.4, 9);
    expect(cost.imageCost).toBeCloseTo(0.5, 9);
    expect(cost.total).toBeCloseTo(185.3, 9);
    expect(cost).toMatchObject({ transcriptionCost: 0, currency: 'USD', pricesOf: '2026-11', complete: true });
  });

  it('costs nothing before anything was used', () => {
    expect(estimateCost(used())).toMatchObject({ audioCost: 0, textCost: 0, imageCost: 0, total: 0, complete: true });
  });

  it('leaves a class undefined that a model of unknown price has used, and counts the rest', () => {
    const cost = estimateCost(
      used(
        session('gpt-realtime'),
        done('r', { input: [million, million, 0], output: [0, 0] }),
        session('grok-voice', 'sess_2'),
        done('s', { input: [0, 50, 0], output: [0, 0] }),
      ),
    );
    expect(cost).toMatchObject({
      audioCost: undefined,
      textCost: 4,
      imageCost: 0,
      total: 36,
      complete: false,
      unpriced: ['grok-voice'],
    });
  });

  it('is not complete where a count is missing', () => {
    const known = { input: [100, 0, 0], output: [0, 0] } as const;
    expect(estimateCost(spoken('gpt-realtime', known)).complete).toBe(true);
    expect(estimateCost(used(session('gpt-realtime'), done('r', known), done('s', undefined, 'incomplete'))).complete).toBe(
      false,
    );
    const undivided = {
      ...done('r'),
      usage: { total_tokens: 100, input_tokens: 90, output_tokens: 10 },
    } as VoiceEvent;
    expect(estimateCost(used(session('gpt-realtime'), undivided))).toMatchObject({ total: 0, complete: false });
  });

  it('counts transcription by the minute, and leaves it undefined where nobody knows its price', () => {
    const basis = { byModel: {}, uncountedResponses: 0 };
    const minutes = { seconds: 120, inputTokens: 0, outputTokens: 0 };
    const known = estimateCost({ ...basis, transcription: { 'gpt-4o-transcribe': minutes } });
    expect(known).toMatchObject({ transcriptionCost: 0.012, total: 0.012, complete: true });
    const unknown = estimateCost({ ...basis, transcription: { 'gpt-4o-transcribe': minutes, other: minutes } });
    expect(unknown).toMatchObject({ transcriptionCost: undefined, total: 0.012, complete: false, unpriced: ['other'] });
  });

  it('takes prices of the user', () => {
    const own = { of: '2027-01', models: { ...prices.models, 'my-deployment': { text: [1, 1, 1] } } } as const;
    expect(estimateCost(spoken('my-deployment', { input: [million, 0, 0], output: [0, 0] }), own)).toMatchObject({
      total: 1,
      pricesOf: '2027-01',
      complete: true,
    });
  });

  const part = fc.nat(100_000);
  const counts: fc.Arbitrary<Counts> = fc
    .tuple(fc.tuple(part, part, part), fc.tuple(part, part, part), fc.tuple(part, part))
    .map(([fresh, cached, output]) => ({
      input: [fresh[0] + cached[0], fresh[1] + cached[1], fresh[2] + cached[2]] as const,
      cached,
      output,
    }));
  const model = fc.constantFrom('gpt-realtime', 'gpt-realtime-2.1', 'gpt-realtime-2.1-mini');

  it('is linear: two responses cost what each of them costs', () => {
    fc.assert(
      fc.property(model, counts, counts, (name, one, other) => {
        const together = estimateCost(spoken(name, one, other)).total;
        expect(together).toBeCloseTo(estimateCost(spoken(name, one)).total + estimateCost(spoken(name, other)).total, 9);
      }),
    );
  });

  it('is the sum of its classes, and never negative', () => {
    fc.assert(
      fc.property(model, counts, (name, one) => {
        const { audioCost = Number.NaN, textCost = Number.NaN, imageCost = Number.NaN, total } = estimateCost(spoken(name, one));
        expect(total).toBeCloseTo(audioCost + textCost + imageCost, 9);
        expect(Math.min(audioCost, textCost, imageCost)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  describe.skipIf(!hasShared)('of recorded sessions, as counted by hand (needs ../shared)', () => {
    const costOf = (wanted: string) => {
      const lines = recordings('openai', 'azure').find(({ name }) => name === wanted)?.lines ?? [];
      return estimateCost(used(...lines.map(({ ev }) => ev as unknown as VoiceEvent | Command)));
    };

    it('one spoken turn: 14 text and 27 audio tokens in, 28 and 136 out', () => {
      // 14 × 4 + 28 × 16 = 504 millionths for text, 27 × 32 + 136 × 64 = 9568 for audio; the words were written by a model without a price.
      const { textCost, audioCost, transcriptionCost, total, complete } = costOf('openai/audio_in_server_vad_turn.jsonl');
      expect(textCost).toBeCloseTo(0.000504, 9);
      expect(audioCost).toBeCloseTo(0.009568, 9);
      expect(total).toBeCloseTo(0.010072, 9);
      expect({ transcriptionCost, complete }).toEqual({ transcriptionCost: undefined, complete: false });
    });

    it('a call of a function: 63 text tokens in and 22 out, then 103, of which 64 cached, and 13', () => {
      // 63 × 4 + 22 × 16 + (103 - 64) × 4 + 64 × 0.40 + 13 × 16 = 993.6 millionths.
      const { textCost, audioCost, total, complete } = costOf('openai/tool_call_round.jsonl');
      expect(textCost).toBeCloseTo(0.0009936, 9);
      expect(total).toBeCloseTo(0.0009936, 9);
      expect({ audioCost, complete }).toEqual({ audioCost: 0, complete: true });
    });
  });
});

describe('pricesOf', () => {
  it('finds a model and its dated snapshots', () => {
    expect(pricesOf(prices, 'gpt-realtime-2.1')?.text).toEqual([4, 0.4, 24]);
    expect(pricesOf(prices, 'gpt-realtime-2025-08-28')?.text).toEqual([4, 0.4, 16]);
    expect(pricesOf(prices, 'gpt-realtime-mini-2025-12-15')?.audio).toEqual([10, 0.3, 20]);
  });

  it('prefers the longest row that fits', () => {
    const own = { of: '', models: { m: { perMinute: 1 }, 'm-2026-01-01': { perMinute: 2 } } };
    expect(pricesOf(own, 'm-2026-01-01')).toEqual({ perMinute: 2 });
    expect(pricesOf(own, 'm-2026-02-01')).toEqual({ perMinute: 1 });
  });

  it('knows nothing of other models, whatever their names begin with', () => {
    for (const model of [
      'gpt-realtime-translate',
      'gpt-realtime-3',
      'gpt-realtime-2.2',
      'gpt-realtime-global-standard',
      '',
      'grok',
    ]) {
      expect(pricesOf(prices, model)).toBeUndefined();
    }
  });
});
