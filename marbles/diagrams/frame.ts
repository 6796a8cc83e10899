import { map, type Observable } from 'rxjs';
import { type FrameConfig, frame } from '../../operators/frame.js';
import type { AudioFrame } from '../../src/audio.js';
import { placeOf, type TimingDiagram } from '../timing-diagram.js';

const legend = { a: 'the first frame that is emitted', b: 'the second', c: 'the third' };

const framed =
  (config: FrameConfig) =>
  (source: Observable<AudioFrame>): Observable<string> =>
    source.pipe(frame(config), map(placeOf));

/** Timing of `frame`. */
export const frameDiagrams: readonly TimingDiagram[] = [
  {
    title: 'A frame comes with its last sample; what is left at the end is padded with silence.',
    code: 'frame({ ms: 40 })',
    source: 'sssss|',
    output: '-a-b-(c|)',
    legend,
    apply: framed({ ms: 40 }),
  },
  {
    title: 'Or it is dropped.',
    code: "frame({ ms: 40, tail: 'drop' })",
    source: 'sssss|',
    output: '-a-b-|',
    legend,
    apply: framed({ ms: 40, tail: 'drop' }),
  },
  {
    title: 'At a gap of the device what is left comes before the new audio.',
    code: 'frame({ ms: 40 })',
    source: 'sss--sss|',
    output: '-a---bc-(d|)',
    legend: { a: 'from 0 ms on', b: 'from 40 ms on, padded', c: 'from 100 ms on', d: 'from 140 ms on, padded' },
    apply: framed({ ms: 40 }),
  },
];
