import type { OperatorFunction } from 'rxjs';
import { durationOf, type VoiceFrame } from '../src/audio.js';
import { type SpeechEdge, speechEdges } from '../src/dsp/speech-edges.js';
import { type SpeechGateConfig, speechGate } from '../src/dsp/speech-gate.js';
import { type Command, isFrame, type VoiceEvent } from '../src/events.js';
import { rateMismatch, withClientTurns } from '../src/input-audio.js';
import { assertOneOf } from '../src/one-of.js';
import { type Transformer, transform } from '../src/transform.js';
import { type Encoding, encodePayload, sampleRateOf } from '../src/wire/payload.js';

export interface EncodeConfig extends SpeechGateConfig {
  /**
   * Who finds the end of a turn: the client's VAD, so that only speech is sent, with its pre-roll and hangover; or the
   * service's own detector, which is then sent every frame; or nobody: every frame is sent, and a turn ends where the application commits it.
   * @default 'client'
   */
  readonly turns?: 'client' | 'server' | 'manual';
  /**
   * How samples are written on the wire; the session must have been told the same. G.711 takes frames at 8 kHz.
   * @default 'pcm16', which takes frames at 24 kHz
   */
  readonly encoding?: Encoding;
}

type Entry = Command | VoiceEvent;

/**
 * Turns voice frames into what `realtime` takes: `input_audio_buffer.append` commands, and `speech.started` and
 * `speech.stopped` where the VAD found them. Events among the frames pass through, in order.
 *
 * With client and manual turns it opens with a `session.update` of `turn_detection: null`. `speech.started` comes ahead of the
 * first audio of the speech, `speech.stopped` after the last. On completion speech that still goes on is stopped; on
 * error nothing more is emitted.
 *
 * @throws AudioError in-stream with code `format_mismatch`, for frames of another rate than the wire's.
 * @throws RangeError on call, when `preRollMs` is negative, or `turns` or `encoding` are none of theirs.
 */
export function encode({
  turns = 'client',
  encoding = 'pcm16',
  preRollMs = 300,
}: EncodeConfig = {}): OperatorFunction<VoiceFrame | VoiceEvent, Entry> {
  assertOneOf('encode: turns', turns, ['client', 'server', 'manual']);
  assertOneOf('encode: encoding', encoding, ['pcm16', 'pcmu', 'pcma']);
  const gateOf = speechGate({ preRollMs });
  const sampleRate = sampleRateOf(encoding);
  const append = (frame: VoiceFrame): Entry => ({
    type: 'input_audio_buffer.append',
    audio: encodePayload(frame.samples, encoding),
  });

  return transform((): Transformer<VoiceFrame | VoiceEvent, Entry> => {
    const edges = speechEdges();
    const gate = gateOf();
    let sent = 0;

    const send = (frame: VoiceFrame, emit: (entry: Entry) => void): void => {
      sent += frame.samples.length;
      emit(append(frame));
    };
    const tell = (edge: SpeechEdge, emit: (entry: Entry) => void): void => {
      const isTurn = edge.type === 'speech.stopped' && turns === 'client';
      emit(isTurn ? { ...edge, sentMs: durationOf(sent, sampleRate) } : edge);
      if (isTurn) sent = 0;
    };
    return {
      open(emit) {
        if (turns !== 'server') emit(withClientTurns);
      },
      next(entry, emit) {
        if (!isFrame(entry)) return emit(entry);
        if (entry.sampleRate !== sampleRate) throw rateMismatch('encode', entry.sampleRate, sampleRate);
        if (turns !== 'manual') for (const edge of edges.push(entry)) tell(edge, emit);
        const verdict = turns === 'client' ? gate.push(entry) : 'pass';
        if (verdict === 'pass') send(entry, emit);
        else if (verdict === 'open') for (const frame of gate.release()) send(frame, emit);
      },
      flush(emit) {
        if (turns !== 'manual') for (const edge of edges.end()) tell(edge, emit);
      },
    };
  });
}
