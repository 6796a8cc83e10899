import { concatMap, defer, type OperatorFunction } from 'rxjs';
import { ofType } from '../../operators/ofType.js';
import { type AudioFrame, durationOf, endOf, type Millis, samplesIn } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import { outputFormatOf } from '../state/audio-format.js';
import type { CallTimeline } from './call-timeline.js';
import { createUnheardAudio, type HeardPiece } from './unheard-audio.js';

/** Reports of a device come unevenly; what they say within a frame goes on without a break. */
const slackMs: Millis = 20;

/**
 * What the user heard of the assistant, put on the time line of the call: samples that the device took, when it took them.
 *
 * Emits frames of varying length as the playout reports them, in the rate of the session, none over another; silence is a jump of `position`. Own sounds
 * are no events, and not in it. Completes and errors as its source does.
 */
export const heardAudio =
  (timeline: CallTimeline): OperatorFunction<VoiceEvent, AudioFrame> =>
  (event$) =>
    defer(() => {
      const unheard = createUnheardAudio();
      let format = outputFormatOf(undefined);
      let isBegun = false;
      let last: AudioFrame | undefined;

      const put = ({ samples, format: { sampleRate }, at }: HeardPiece, behind: number): AudioFrame => {
        // Not before it came: who takes all at once has played none of it yet.
        const due = samplesIn(Math.max(at, timeline.now() - durationOf(behind, sampleRate)), sampleRate);
        const next = last ? Math.round((endOf(last) * sampleRate) / last.sampleRate) : 0;
        const isUnbroken = last && due - next <= samplesIn(slackMs, sampleRate);
        last = { samples, sampleRate, position: isUnbroken ? next : due };
        return last;
      };
      const heard = (itemId: string, playedSamples: number): readonly AudioFrame[] => {
        const pieces = unheard.take(itemId, playedSamples);
        let behind = pieces.reduce((sum, { samples }) => sum + samples.length, 0);
        return pieces.map((piece) => {
          const frame = put(piece, behind);
          behind -= piece.samples.length;
          return frame;
        });
      };

      return event$.pipe(
        ofType(
          'session.created',
          'session.updated',
          'response.output_audio.delta',
          'playout.progress',
          'playout.item_done',
          'playout.flushed',
        ),
        concatMap((event): readonly AudioFrame[] => {
          switch (event.type) {
            case 'response.output_audio.delta':
              unheard.push(event, format, timeline.now());
              return [];
            case 'playout.progress':
              return heard(event.itemId, event.playedSamples);
            case 'playout.item_done': {
              const rest = heard(event.itemId, event.playedSamples);
              unheard.finish(event.itemId);
              return rest;
            }
            case 'playout.flushed': {
              const rest = event.items.flatMap(({ itemId, playedSamples }) => heard(itemId, playedSamples));
              unheard.flush(event.responseIds);
              return rest;
            }
            default:
              // A later session begins with settings of its own, and is told those of the first.
              if (event.type === 'session.updated' || !isBegun) format = outputFormatOf(event.session);
              isBegun = true;
              return [];
          }
        }),
      );
    });
