import { Observable, Subscription, tap } from 'rxjs';
import type { AudioFrame, Hertz, Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import type { Resampler } from '../src/dsp/resampler.js';
import type { Playout, PlayoutInput } from '../src/epic.js';
import type { AudioDeviceEvent, PlayoutFlush } from '../src/events.js';
import { createJitterDepth } from '../src/jitter-depth.js';
import { createPlayer, type Player } from '../src/player.js';
import { createSoundFeed } from '../src/sound-feed.js';
import { createSoundMixer } from '../src/sound-mixer.js';
import { outputFormatOf, type WireFormat } from '../src/state/audio-format.js';
import { droppedLimit } from '../src/state/playout-clock.js';
import type { AudioDelta } from '../src/wire/audio-delta.js';
import { decodePayload } from '../src/wire/payload.js';

/** A loudspeaker or a file, open. */
export interface AudioSink {
  /** Queues samples; the device takes them in order. The array is not changed afterwards. */
  write(samples: Int16Array): void;
  /**
   * Throws away what the device has not taken. What will still sound counts as taken, and is told by `taken$` before
   * this returns.
   */
  flush(): void;
  /** How many samples the device has taken since it was opened, at each take. Errors with `AudioError` when the device is lost. */
  readonly taken$: Observable<number>;
  /**
   * How many samples to keep queued ahead of the device: at least three of its buffers. Infinity for what takes all at
   * once, as a file may: it never runs dry.
   */
  readonly aheadSamples: number;
  /**
   * What becomes of a device that is not simply lost; a playout tells it among its own events.
   * @default nothing
   */
  readonly events$?: Observable<AudioDeviceEvent>;
  /**
   * What the device is given, when it is given it and silence included, from its own clock on: `position` counts the device's samples. For the cancelling of
   * echo, see `withReference`.
   * @default what was taken of what was written
   */
  readonly reference$?: Observable<AudioFrame>;
}

/** Opens a sink at a sample rate: subscribing opens, emits the sink once, unsubscribing closes. Errors with `AudioError`. */
export type OpenSink = (sampleRate: Hertz) => Observable<AudioSink>;

/** Settings of `playTo`. */
export interface PlayToConfig {
  /**
   * How much audio to gather before an answer is played, in milliseconds, when it comes steadily. The service sends
   * faster than it plays, so this costs less than it says.
   * @default 60
   */
  readonly prefillMs?: Millis;
  /**
   * How much to gather at the most, however unsteadily it comes.
   * @default 1000
   */
  readonly maxPrefillMs?: Millis;
  /**
   * For own sounds of another rate than the device's: `await loadResampler()`. Needed in virtual time, where promises do not run.
   * @default loaded when it is first needed
   */
  readonly resampler?: Resampler;
}

/**
 * A playout over a device: a jitter buffer that plays audio first in, first out, and reports what the device took.
 *
 * Keeps the sink `aheadSamples` ahead, in writes of at most 20 ms. Gathers `prefillMs` before it begins, and as much as
 * the unsteadiness of arrival calls for after the device has run dry (`playout.underrun`); what sounded last then fades
 * out. Opens the sink when subscribed, at 24 kHz, and again when the session's output format has another rate: not before its audio comes where
 * something still sounds, or where a later session has only begun.
 * Completes when its input has and all speech was taken; own sounds are faded out then. Audio that is not base64 is passed over with a
 * `diagnostic.malformed_event`.
 *
 * @throws RangeError on call, when a length is negative.
 * @throws AudioError in-stream, from the sink.
 */
export const playTo = (openSink: OpenSink, { prefillMs = 60, maxPrefillMs = 1000, resampler }: PlayToConfig = {}): Playout => {
  if (!(prefillMs >= 0 && maxPrefillMs >= prefillMs)) {
    throw new RangeError(`playTo: 0 <= prefillMs <= maxPrefillMs, got ${prefillMs} and ${maxPrefillMs}`);
  }

  return (input$) =>
    new Observable((subscriber) => {
      let format = outputFormatOf(undefined);
      /** What the session says that it will send, where that needs another device. */
      let coming: WireFormat | undefined;
      let isFirst = true;
      let device = new Subscription();
      let dropped: readonly string[] = [];
      let isInputOpen = true;

      const fail = (error: unknown): void => subscriber.error(error);
      /** What a sink throws when it is called is an error, too. */
      const follow = <T>(source$: Observable<T>, next: (value: T) => void, complete = () => {}): Subscription =>
        source$.pipe(tap({ next, complete })).subscribe({ error: fail });
      const mixer = createSoundMixer();
      const playerOf = ({ sampleRate }: WireFormat): Player =>
        createPlayer(sampleRate, createJitterDepth(prefillMs, maxPrefillMs, clock.now), mixer, (event) => subscriber.next(event));
      let player = playerOf(format);

      const tellSounds = (): void => {
        if (!mixer.isIdle()) for (const event of mixer.news()) subscriber.next(event);
      };
      const leave = (): void => {
        tellSounds();
        if (isInputOpen || !player.isDrained()) return;
        mixer.stop(() => true);
        tellSounds();
        if (mixer.isIdle()) subscriber.complete();
      };
      const feed = createSoundFeed(mixer, resampler, () => {
        // It runs where nobody listens for what a sink throws: in the subscriptions to the sources of sounds.
        try {
          player.wake();
          leave();
        } catch (error) {
          fail(error);
        }
      });
      const open = (next: WireFormat): void => {
        format = next;
        player = playerOf(next);
        feed.open(next.sampleRate);
        device.unsubscribe();
        device = new Subscription();
        device.add(follow(openSink(next.sampleRate), attach));
      };
      const attach = (sink: AudioSink): void => {
        player.attach(sink);
        const take = (total: number): void => {
          player.take(total);
          leave();
        };
        device.add(follow(sink.taken$, take));
        device.add(sink.events$?.subscribe({ next: (event) => subscriber.next(event), error: fail }));
        leave();
      };
      const change = (next: WireFormat): void => {
        coming = undefined;
        if (!player.isDrained()) flush({ type: 'playout.flush' });
        open(next);
      };
      /**
       * A later session says how it begins before it is told the settings of the first, while audio of that one may still sound: the device is
       * changed when there is audio for it.
       */
      const expectFormat = (next: WireFormat, isBeginning: boolean): void => {
        const isSameDevice = next.sampleRate === format.sampleRate;
        const isLater = isBeginning && !isFirst;
        isFirst = false;
        coming = isSameDevice ? undefined : next;
        if (isSameDevice) format = next;
        else if (!isLater && player.isDrained()) change(next);
      };
      const play = ({ item_id, response_id, delta, type }: AudioDelta): void => {
        if (dropped.includes(response_id)) return;
        if (coming) change(coming);
        const samples = decodePayload(delta, format.encoding);
        if (samples) player.push(item_id, response_id, samples);
        else subscriber.next({ type: 'diagnostic.malformed_event', eventType: type, paths: ['delta'] });
      };
      const flush = ({ responseIds = [] }: PlayoutFlush): void => {
        const items = player.flush();
        const gone = [...new Set([...items.map(({ responseId }) => responseId), ...responseIds])];
        dropped = [...dropped.filter((id) => !gone.includes(id)), ...gone].slice(-droppedLimit);
        subscriber.next({ type: 'playout.flushed', items, responseIds: gone });
      };
      const accept = (input: PlayoutInput): void => {
        switch (input.type) {
          case 'response.output_audio.delta':
            play(input);
            break;
          case 'response.output_audio.done':
            player.finish(({ itemId }) => itemId === input.item_id);
            break;
          case 'response.done':
            player.finish(({ responseId }) => responseId === input.response.id);
            break;
          case 'playout.flush':
            flush(input);
            break;
          case 'playout.pause':
            player.pause();
            break;
          case 'playout.resume':
            player.resume();
            break;
          case 'playout.duck':
            player.duck(input.gain);
            break;
          case 'playout.play':
            feed.play(input);
            break;
          case 'playout.stop':
            feed.stop(({ id }) => id === input.id);
            break;
          default:
            expectFormat(outputFormatOf(input.session), input.type === 'session.created');
        }
      };

      subscriber.add(() => {
        feed.close();
        device.unsubscribe();
      });
      open(format);
      subscriber.add(
        follow(input$, accept, () => {
          isInputOpen = false;
          player.finish(() => true);
          leave();
        }),
      );
    });
};
