import { defer, type Observable, type OperatorFunction, tap } from 'rxjs';
import type { AudioFrame, VadState, VoiceFrame } from '../../src/audio.js';
import { conversation } from '../../src/dsp/conversation.js';
import {
  type ConversationEvent,
  type ConversationMode,
  type ConversationTimes,
  conversationModes,
} from '../../src/dsp/conversation-sides.js';
import { levelOf } from '../../src/dsp/level.js';
import { transform } from '../../src/transform.js';
import { besides } from './besides.js';

/** How patient the conversation is. */
export interface ConversationEventsConfig extends Partial<ConversationTimes> {
  /**
   * Sets all times; each may be given beside it.
   * @default 'natural'
   */
  readonly mode?: ConversationMode;
  /**
   * The level (RMS, 0 to 1) from which the other side sounds, where its frames have not gone through `vad`.
   * @default 0.005
   */
  readonly farThreshold?: number;
}

/**
 * Tells what two sides of a conversation do to each other: speech of the user and its end, interruptions, back-channels, overlaps, long pauses.
 *
 * Emits with the frame of the user that makes a thing certain. All times are media time of the user's frames; `durationMs` and `atMs` are, too. Completes
 * and errors with its source.
 *
 * @param far$ The other side, as it is played; it need not say anything while it is silent. Subscribed before the source; its end and its error mean
 * nothing.
 * @throws RangeError on call, when a time is not above 0, or the mode is none.
 */
export function conversationEvents(
  far$: Observable<AudioFrame>,
  { mode = 'natural', farThreshold = 0.005, ...own }: ConversationEventsConfig = {},
): OperatorFunction<VoiceFrame, ConversationEvent> {
  const preset: ConversationTimes | undefined = conversationModes[mode];
  if (!preset) throw new RangeError(`conversationEvents: mode must be natural, formal or rapid, got ${mode}`);
  const times: ConversationTimes = { ...preset, ...own };
  for (const name of ['interruptMs', 'overlapMs', 'finishedMs', 'longPauseMs'] as const) {
    if (!(times[name] > 0)) throw new RangeError(`conversationEvents: ${name} must be above 0, got ${times[name]}`);
  }

  return (source) =>
    defer(() => {
      const { near, far } = conversation(() => times);
      const hearFar = (frame: AudioFrame & { readonly vad?: VadState }): void => {
        const sounds = frame.vad === undefined ? levelOf(frame.samples) >= farThreshold : frame.vad === 'speech';
        if (sounds) far(frame);
      };
      const told = transform<VoiceFrame, ConversationEvent>(() => ({ next: (frame, emit) => near(frame).forEach(emit) }));
      return source.pipe(told, besides(far$.pipe(tap(hearFar))));
    });
}
