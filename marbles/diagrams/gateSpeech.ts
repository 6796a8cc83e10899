import { map } from 'rxjs';
import { gateSpeech } from '../../operators/gateSpeech.js';
import { vad } from '../../operators/vad.js';
import { placeOf, type TimingDiagram } from '../timing-diagram.js';

const legend = { a: 'the first frame of the source', b: 'the second', c: 'the third, and so on' };

/** Timing of `gateSpeech`. */
export const gateSpeechDiagrams: readonly TimingDiagram[] = [
  {
    title: 'The gate opens with pre-roll and the beginning of the speech, all at once.',
    code: 'vad({ speechStartMs: 40, speechEndMs: 20 }), gateSpeech({ preRollMs: 40 })',
    source: '....ss.....|',
    output: '-----(cdef)|',
    legend,
    apply: (source) => source.pipe(vad({ speechStartMs: 40, speechEndMs: 20 }), gateSpeech({ preRollMs: 40 }), map(placeOf)),
  },
  {
    title: 'Then frames come as they are, hangover included, until speech is over.',
    code: 'vad({ speechStartMs: 20, speechEndMs: 60 }), gateSpeech({ preRollMs: 0 })',
    source: '...sss.s.....|',
    output: '---defghij---|',
    legend,
    apply: (source) => source.pipe(vad({ speechStartMs: 20, speechEndMs: 60 }), gateSpeech({ preRollMs: 0 }), map(placeOf)),
  },
  {
    title: 'Audio from before a gap of the device is no pre-roll.',
    code: 'vad({ speechStartMs: 20, speechEndMs: 20 }), gateSpeech({ preRollMs: 40 })',
    source: '...-.s....|',
    output: '-----(ef)-|',
    legend,
    apply: (source) => source.pipe(vad({ speechStartMs: 20, speechEndMs: 20 }), gateSpeech({ preRollMs: 40 }), map(placeOf)),
  },
];
