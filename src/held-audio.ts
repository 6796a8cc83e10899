import { durationOf, type Millis } from './audio.js';
import type { Command } from './events.js';
import type { WireFormat } from './state/audio-format.js';
import { bytesIn } from './wire/base64.js';

/** Length of the audio that a command appends; 0 for all others. */
export const appendedMs = (command: Command, { sampleRate, bytesPerSample }: WireFormat): Millis =>
  command.type === 'input_audio_buffer.append' ? durationOf((bytesIn(command.audio) ?? 0) / bytesPerSample, sampleRate) : 0;

export interface AudioLimits {
  /** Of what belongs to no turn yet. */
  readonly openMs: Millis;
  /** Of each turn that is over. */
  readonly turnMs: Millis;
}

/** Commands that wait, without the oldest audio beyond the limits, and how much that was. Nothing but audio is ever dropped. */
export const withoutOldAudio = (
  held: readonly Command[],
  format: WireFormat,
  { openMs, turnMs }: AudioLimits,
): { readonly kept: readonly Command[]; readonly droppedMs: Millis } => {
  const kept: Command[] = [];
  let droppedMs = 0;
  let left = openMs;
  for (const command of held.toReversed()) {
    if (command.type === 'input_audio_buffer.commit') left = turnMs;
    const ms = appendedMs(command, format);
    if (ms > left) {
      left = 0;
      droppedMs += ms;
    } else {
      left -= ms;
      kept.push(command);
    }
  }
  return { kept: kept.reverse(), droppedMs };
};
