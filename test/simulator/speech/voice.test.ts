import { spawnSync } from 'node:child_process';
import { firstValueFrom, type Observable, of } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startSimulator } from '../../../src/simulator/index.js';
import { babble, builtInVoice } from '../../../src/simulator/speech/built-in.js';
import { cached } from '../../../src/simulator/speech/cached.js';
import { espeakIsThere, espeakVoice } from '../../../src/simulator/speech/espeak.js';
import type { Speak } from '../../../src/simulator/speech/voice.js';

const rms = (samples: Int16Array) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) / 32768;

/** Share of 20 ms pieces that are loud enough to be speech. */
const loudShare = (samples: Int16Array) => {
  let loud = 0;
  for (let at = 0; at + 480 <= samples.length; at += 480) if (rms(samples.subarray(at, at + 480)) >= 0.02) loud++;
  return loud / Math.floor(samples.length / 480);
};

describe('the built-in voice', () => {
  it('says the same text in the same samples, and another in others', () => {
    expect(babble('hello there')).toEqual(babble('hello there'));
    expect(babble('hello there')).not.toEqual(babble('hello where'));
  });

  it('takes longer for more, about 70 ms a letter', () => {
    expect(babble('aaaaaaaaaa').length / 24).toBe(700);
    expect(babble('a bb').length / 24).toBe(260);
  });

  it('is as loud as speech for most of its length, and never clips', () => {
    const samples = babble('It is sunny in Tokyo today, about twenty two degrees.');
    expect(loudShare(samples)).toBeGreaterThan(0.7);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(32767);
  });

  it('has nothing to say to nothing', () => {
    expect(babble('')).toHaveLength(0);
  });

  it('answers synchronously', () => {
    const answers: Int16Array[] = [];
    builtInVoice('hi').subscribe({ next: (samples) => answers.push(samples), error: () => undefined });
    expect(answers).toEqual([babble('hi')]);
  });
});

const spoken = (voice$: Observable<Int16Array>) => firstValueFrom(voice$, { defaultValue: new Int16Array(0) });

const hasEspeak = spawnSync('espeak-ng', ['--version']).status === 0;

describe('the voice of espeak-ng', () => {
  it.skipIf(!hasEspeak)('speaks at 24 kHz, loud enough to be heard as speech', async () => {
    const samples = await spoken(espeakVoice()('It is sunny in Tokyo today.'));
    expect(samples.length / 24).toBeGreaterThan(1000);
    expect(samples.length / 24).toBeLessThan(4000);
    expect(loudShare(samples)).toBeGreaterThan(0.4);
  });

  it.skipIf(!hasEspeak)('takes a text that looks like an option for a text', async () => {
    const samples = await spoken(espeakVoice()('--help'));
    expect(loudShare(samples)).toBeGreaterThan(0.2);
  });

  it('gives way to the built-in voice where the command fails', async () => {
    expect(await spoken(espeakVoice('false')('hi'))).toEqual(babble('hi'));
    expect(await spoken(espeakVoice('no-such-command')('hi'))).toEqual(babble('hi'));
  });

  it('is found only where it is', async () => {
    expect(await firstValueFrom(espeakIsThere('no-such-command'), { defaultValue: undefined })).toBe(false);
    expect(await firstValueFrom(espeakIsThere(), { defaultValue: undefined })).toBe(hasEspeak);
  });

  it('is not said to speak where it is asked for and is not there', async () => {
    vi.stubEnv('PATH', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    await using simulator = await startSimulator({ voice: 'espeak-ng' });
    expect(simulator.voice).toBe('built-in');
  });
});

describe('cached', () => {
  const counting = () => {
    const asked: string[] = [];
    const speak: Speak = (text) => {
      asked.push(text);
      return of(new Int16Array(10));
    };
    return { asked, speak };
  };

  it('asks for a text once', async () => {
    const { asked, speak } = counting();
    const voice = cached(speak);
    for (const text of ['a', 'b', 'a']) await spoken(voice(text));
    expect(asked).toEqual(['a', 'b']);
  });

  it('forgets the oldest texts beyond its limit', async () => {
    const { asked, speak } = counting();
    const voice = cached(speak, 20);
    for (const text of ['a', 'b', 'c', 'c', 'a']) await spoken(voice(text));
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
