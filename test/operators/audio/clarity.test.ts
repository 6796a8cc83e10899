import { from, map, of, reduce } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { clarity } from '../../../operators/audio/clarity.js';
import { controlGain } from '../../../operators/audio/controlGain.js';
import { voiceClarity } from '../../../src/dsp/clarity.js';
import { gainControl } from '../../../src/dsp/gain-control.js';
import { inFrames, treated } from '../../dsp/speech-in-noise.js';
import { marbles } from '../../marbles.js';

const samples = Int16Array.from({ length: 9600 }, (_, at) => 20_000 * Math.sin(at / 9));
const frames = inFrames(samples, 24_000, [480]);

describe.each([
  ['clarity', clarity({ presenceDb: 8 }), voiceClarity({ presenceDb: 8 }), () => clarity({ presenceDb: 40 })],
  ['controlGain', controlGain({ targetDbfs: -24 }), gainControl({ targetDbfs: -24 }), () => controlGain({ targetDbfs: 3 })],
] as const)('%s', (_, operator, create, wrong) => {
  it('does to a stream what its processor does, anew for each subscription', () => {
    const all: number[][] = [];
    const out = from(frames).pipe(
      operator,
      reduce((sum: number[], frame) => [...sum, ...frame.samples], []),
    );
    out.subscribe((sum) => all.push(sum));
    out.subscribe((sum) => all.push(sum));
    const expected = [...treated(create(), samples, 24_000)];
    expect(all).toEqual([expected, expected]);
  });

  it(
    'emits in the tick of each frame, and ends as its source does',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = { a: frames[0], b: frames[1] };
      const shown = map(({ position }: { position: number }) => position);
      for (const [diagram, subs] of [
        ['-a-b-|', '^----!'] as const,
        ['-a-b-#', '^----!'] as const,
        ['------', '^-----'] as const,
      ]) {
        const source = hot(diagram, values as Record<string, (typeof frames)[number]>);
        expectObservable(source.pipe(operator, shown)).toBe(diagram, { a: 0, b: 480 });
        expectSubscriptions(source.subscriptions).toBe(subs.includes('!') ? subs : '^');
      }
    }),
  );

  it('refuses what it cannot do, on call', () => {
    expect(() => of().pipe(wrong())).toThrow(RangeError);
  });
});
