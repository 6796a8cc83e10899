import { concat, merge, NEVER, type Observable, type OperatorFunction, of, takeWhile } from 'rxjs';
import { type AudioFrame, durationOf, endOf } from '../src/audio.js';
import { type Command, isFrame, type VoiceEvent } from '../src/events.js';
import { rateMismatch, withClientTurns } from '../src/input-audio.js';
import { type Transformer, transform } from '../src/transform.js';
import { type Encoding, encodePayload, sampleRateOf } from '../src/wire/payload.js';

/** Settings of `pushToTalk`. */
export interface PushToTalkConfig {
  /**
   * How samples are written on the wire; the session must have been told the same. G.711 takes frames at 8 kHz.
   * @default 'pcm16', which takes frames at 24 kHz
   */
  readonly encoding?: Encoding;
}

type Entry = Command | VoiceEvent;
type Input = AudioFrame | VoiceEvent | boolean;

/**
 * Turns frames into what `realtime` takes, while a key is down: it stands in the place of `vad` and `encode`.
 *
 * Opens with a `session.update` of `turn_detection: null`. A press clears what the service may still hold and says
 * `speech.started`, which interrupts the assistant; then every frame is sent, also across gaps of the device. The frame
 * that follows the release still holds the end of the last word: it is sent, too, and `speech.stopped` comes after it,
 * which commits the turn. On completion a turn that goes on ends; events among the frames pass through, in order.
 *
 * @param key$ True for down, false for up. Subscribed before the source; its error is an error, its end is not.
 * @throws AudioError in-stream with code `format_mismatch`, for frames of another rate than the wire's.
 */
export function pushToTalk(
  key$: Observable<boolean>,
  { encoding = 'pcm16' }: PushToTalkConfig = {},
): OperatorFunction<AudioFrame | VoiceEvent, Entry> {
  const sampleRate = sampleRateOf(encoding);

  const talk = transform((): Transformer<Input, Entry> => {
    let state: 'up' | 'down' | 'ending' = 'up';
    let end = 0;
    let sentMs = 0;

    const press = (emit: (entry: Entry) => void): void => {
      // Pressed again before the last frame came: it is one turn.
      if (state === 'up') {
        sentMs = 0;
        emit({ type: 'input_audio_buffer.clear' });
        emit({ type: 'speech.started', position: end });
      }
      state = 'down';
    };
    const stop = (emit: (entry: Entry) => void): void => {
      state = 'up';
      emit({ type: 'speech.stopped', position: end, durationMs: sentMs, sentMs });
    };
    const send = (frame: AudioFrame, emit: (entry: Entry) => void): void => {
      if (frame.sampleRate !== sampleRate) throw rateMismatch('pushToTalk', frame.sampleRate, sampleRate);
      end = endOf(frame);
      if (state === 'up') return;
      emit({ type: 'input_audio_buffer.append', audio: encodePayload(frame.samples, encoding) });
      sentMs += durationOf(frame.samples.length, sampleRate);
      if (state === 'ending') stop(emit);
    };
    return {
      open: (emit) => emit(withClientTurns),
      next(input, emit) {
        if (typeof input === 'boolean') {
          if (input) press(emit);
          else if (state === 'down') state = 'ending';
        } else if (isFrame(input)) send(input, emit);
        else emit(input);
      },
      flush(emit) {
        if (state !== 'up') stop(emit);
      },
    };
  });

  return (source) =>
    merge<(Input | typeof over)[]>(concat(key$, NEVER), concat(source, of(over))).pipe(
      takeWhile((input): input is Input => input !== over),
      talk,
    );
}

/** The source has ended: a key that may still be pressed keeps nothing open. */
const over = 'over' as const;
