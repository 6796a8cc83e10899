import type { Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';

import { type AudioFrame, type Hertz, samplesIn } from '../src/audio.js';
import { isSignalKind, signal } from './signal.js';
import type { SubscriptionLogs } from './subscription-logs.js';

/** How an audio diagram sounds and runs. */
export interface AudioMarblesConfig {
  /** @default 24000 */
  readonly sampleRate?: Hertz;
  /**
   * Whether the stream runs from the test's start (like a microphone that is already open) or from each subscription.
   * @default false
   */
  readonly hot?: boolean;
}

/** Frames, and a log of who listened when, for `expectSubscriptions`. */
export type AudioStream = Observable<AudioFrame> & { readonly subscriptions: SubscriptionLogs };

/**
 * A stream of 20 ms frames, one character each: `.` silence, `s` speech, `n` noise, `t` tone, `-` a gap of the device (nothing comes, and
 * `position` jumps by a frame), `|` end, `#` error, space ignored.
 *
 * Speech is equally loud throughout: an adaptive `vad` takes it for noise after three seconds without a pause.
 * Positions count from 0 at the first character. The same diagram always gives the same samples. `subscriptions` logs as `cold` and `hot` do.
 *
 * @throws RangeError at once, for any other character.
 */
export type AudioMarbles = (diagram: string, config?: AudioMarblesConfig) => AudioStream;

/** Frames by a character of their own each: positions differ, so no two frames may share one. */
const privateUse = 0xf0000;

/** Binds audio diagrams to a scheduler's `cold` and `hot`. */
export const audioMarbles =
  ({ cold, hot }: Pick<RunHelpers, 'cold' | 'hot'>): AudioMarbles =>
  (diagram, { sampleRate = 24_000, hot: isHot = false } = {}) => {
    const length = samplesIn(20, sampleRate);
    const values: Record<string, AudioFrame> = {};
    const marble = (character: string, index: number): string => {
      if (character === '-' || character === '|' || character === '#') return character;
      if (!isSignalKind(character)) throw new RangeError(`audio: '${character}' is none of . s n t - | #, in '${diagram}'`);
      const position = index * length;
      const letter = String.fromCodePoint(privateUse + index);
      values[letter] = { samples: signal(character, { position, length, sampleRate }), sampleRate, position };
      return letter;
    };
    const marbles = [...diagram.replaceAll(' ', '')].map(marble).join('');
    return isHot ? hot(marbles, values) : cold(marbles, values);
  };
