import { durationOf, endOf, type Millis, type VoiceFrame } from '../audio.js';
import { clock } from '../clock.js';
import type { Command, VoiceEvent } from '../events.js';
import type { Frame } from '../providers/provider.js';
import { initialLaneMetrics, type LaneMetrics, type LaneShare, laneMetrics, laneShares } from '../state/lane-metrics.js';

/** The figures of a conversation. */
export interface Summary {
  readonly type: 'summary';
  /** Audio messages sent. */
  readonly framesSent: number;
  readonly samplesSent: number;
  /** Bytes of all messages from the provider. */
  readonly bytesReceived: number;
  readonly samplesPlayed: number;
  /** Turns that were committed. */
  readonly turns: number;
  /** From the end of the user's speech to the first sample of the answer that the device took, in the first turn; null without one. */
  readonly firstAudioMs: Millis | null;
  /** The part of `firstAudioMs` in which the silence showed that the turn was over. */
  readonly endOfTurnMs: Millis | null;
  /** What the assistant said. */
  readonly transcript: string;
  /** What each lane had of the time. */
  readonly lanes: Readonly<Record<string, LaneShare>>;
  readonly laneSwitches: number;
}

/** Takes the figures while a conversation runs. */
export interface Meter {
  /** A frame that the VAD has looked at. */
  frame(frame: VoiceFrame): void;
  /** Something on its way to `realtime`. */
  entry(entry: Command | VoiceEvent): void;
  /** A message of the provider. */
  message(frame: Frame): void;
  event(event: VoiceEvent): void;
  summary(): Summary;
}

export const createMeter = (): Meter => {
  const transcripts: string[] = [];
  let latest: VoiceFrame | undefined;
  let framesSent = 0;
  let samplesSent = 0;
  let bytesReceived = 0;
  let samplesPlayed = 0;
  let turns = 0;
  let endOfTurnMs: Millis | null = null;
  let turnEndedAt: Millis | undefined;
  let firstAudioMs: Millis | null = null;
  let lanes: LaneMetrics = initialLaneMetrics('fast', clock.now());

  return {
    frame(frame) {
      latest = frame;
    },
    entry(entry) {
      if (entry.type === 'input_audio_buffer.append') {
        framesSent++;
        // base64 of 16-bit samples
        samplesSent += Math.floor((entry.audio.replace(/=+$/, '').length * 3) / 8);
      }
      if (entry.type === 'speech.stopped' && latest && firstAudioMs === null) {
        endOfTurnMs = Math.round(durationOf(endOf(latest) - entry.position, latest.sampleRate));
        turnEndedAt = clock.now();
      }
    },
    message(frame) {
      bytesReceived += typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
    },
    event(event) {
      lanes = laneMetrics(lanes, event, clock.now());
      if (event.type === 'input_audio_buffer.committed') turns++;
      if (event.type === 'response.output_audio_transcript.done') transcripts.push(event.transcript);
      if (event.type === 'response.output_text.done') transcripts.push(event.text);
      if (event.type === 'playout.started' && turnEndedAt !== undefined && endOfTurnMs !== null) {
        firstAudioMs ??= Math.round(clock.now() - turnEndedAt + endOfTurnMs);
      }
      if (event.type === 'playout.item_done') samplesPlayed += event.playedSamples;
      if (event.type === 'playout.flushed') samplesPlayed += event.items.reduce((sum, item) => sum + item.playedSamples, 0);
    },
    summary: () => ({
      type: 'summary',
      framesSent,
      samplesSent,
      bytesReceived,
      samplesPlayed,
      turns,
      firstAudioMs,
      endOfTurnMs: firstAudioMs === null ? null : endOfTurnMs,
      transcript: transcripts.join(' '),
      lanes: laneShares(lanes, clock.now()),
      laneSwitches: lanes.switches,
    }),
  };
};
