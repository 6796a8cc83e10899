import { describe, expect, it } from 'vitest';
import { type DebounceConfig, debounce } from '../../src/dsp/debounce.js';

/** States after steps of 1 kHz: `'5+ 3-'` is 5 ms loud, then 3 ms quiet. */
const states = (steps: string, config?: DebounceConfig): string => {
  const { step } = debounce(config)();
  return steps
    .split(' ')
    .map((text) => step(text.endsWith('+'), Number.parseInt(text, 10), 1000))
    .join(' ');
};

describe('debounce', () => {
  it('starts at the sample that completes speechStartMs', () => {
    expect(states('99+ 1+')).toBe('speech_starting speech');
    expect(states('100+')).toBe('speech');
  });

  it('starts anew after any quiet', () => {
    expect(states('99+ 1- 99+ 1+')).toBe('speech_starting silence speech_starting speech');
  });

  it('ends at the sample that completes speechEndMs', () => {
    expect(states('100+ 499- 1-')).toBe('speech speech_ending silence');
    expect(states('100+ 500-')).toBe('speech silence');
  });

  it('takes a pause shorter than speechEndMs for speech', () => {
    expect(states('100+ 499- 1+ 499- 1-')).toBe('speech speech_ending speech speech_ending silence');
  });

  it('needs nothing with times of 0', () => {
    expect(states('1+ 1- 1+', { speechStartMs: 0, speechEndMs: 0 })).toBe('speech silence speech');
  });

  it('begins with silence after a reset', () => {
    const { step, reset } = debounce({ speechStartMs: 10 })();
    step(true, 9, 1000);
    reset();
    expect(step(true, 9, 1000)).toBe('speech_starting');
    step(true, 9, 1000);
    reset();
    expect(step(false, 1, 1000)).toBe('silence');
  });

  it('refuses times that are negative or no numbers', () => {
    expect(() => debounce({ speechStartMs: -1 })).toThrow(RangeError);
    expect(() => debounce({ speechEndMs: Number.NaN })).toThrow(RangeError);
  });
});
