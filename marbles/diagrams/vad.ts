import { map, type Observable } from 'rxjs';
import { type VadConfig, vad } from '../../operators/vad.js';
import type { AudioFrame, VadState } from '../../src/audio.js';
import type { TimingDiagram } from '../timing-diagram.js';

const letters: Readonly<Record<VadState, string>> = { silence: '.', speech_starting: 'b', speech: 's', speech_ending: 'e' };
const legend = { '.': 'silence', b: 'speech_starting', s: 'speech', e: 'speech_ending' };

const states =
  (config?: VadConfig) =>
  (source: Observable<AudioFrame>): Observable<string> =>
    source.pipe(
      vad(config),
      map((frame) => letters[frame.vad]),
    );

/** Timing of `vad`. */
export const vadDiagrams: readonly TimingDiagram[] = [
  {
    title: 'Sound is speech once it has lasted 100 ms, and speech is over once quiet has lasted 500 ms.',
    code: 'vad()',
    source: '..sssssss.........................|',
    output: '..bbbbssseeeeeeeeeeeeeeeeeeeeeeee.|',
    legend,
    apply: states(),
  },
  {
    title: 'A sound shorter than speechStartMs is no speech, a pause shorter than speechEndMs does not end it.',
    code: 'vad({ speechStartMs: 60, speechEndMs: 80 })',
    source: '.ss...ssss...s......|',
    output: '.bb...bbsseeeseee...|',
    legend,
    apply: states({ speechStartMs: 60, speechEndMs: 80 }),
  },
  {
    title: 'At a gap of the device everything begins anew.',
    code: 'vad({ speechStartMs: 60, speechEndMs: 80 })',
    source: '.ss-ssss-.ssss-sss|',
    output: '.bb-bbss-.bbss-bbs|',
    legend,
    apply: states({ speechStartMs: 60, speechEndMs: 80 }),
  },
];
