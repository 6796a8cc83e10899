import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import type { Instruments } from './instruments.js';
import { attribute } from './names.js';

/** Measures sessions, lanes and lost audio of a call; what is counted up while it goes on is counted down by `end`. */
export interface SessionMetrics {
  /** An event at `at`, in milliseconds since 1970. */
  happened(event: VoiceEvent, at: Millis): void;
  end(at: Millis): void;
}

export const sessionMetrics = ({ record, count, move }: Instruments): SessionMetrics => {
  /** Since when there is the session that there is. */
  let since: Millis | undefined;
  /** Why there is none any more. */
  let lostBy: string | undefined;
  let lane: string | undefined;

  const begin = (at: Millis): void => {
    end(at);
    since = at;
    move('voice.session.active', 1);
  };
  const end = (at: Millis): void => {
    if (since === undefined) return;
    record('voice.session.duration', (at - since) / 1000);
    move('voice.session.active', -1);
    since = undefined;
  };
  const enter = (next: string | undefined): void => {
    if (lane !== undefined) move('voice.lane', -1, { [attribute.lane]: lane });
    if (next !== undefined) move('voice.lane', 1, { [attribute.lane]: next });
    lane = next;
  };
  const dropped = (ms: Millis, reason: string): void => {
    if (ms > 0) count('voice.audio.dropped', ms / 1000, { [attribute.direction]: 'input', [attribute.reason]: reason });
  };
  const finish = (at: Millis): void => {
    end(at);
    enter(undefined);
    lostBy = undefined;
  };

  return {
    happened(event, at) {
      switch (event.type) {
        case 'connection.established':
          dropped(event.droppedMs, 'connecting');
          begin(at);
          return;
        case 'connection.lost':
          end(at);
          lostBy = event.reason;
          return;
        case 'connection.restored':
          dropped(event.droppedMs, 'lost');
          // A rotation loses nothing.
          if (lostBy !== undefined) {
            count('voice.session.reconnects', 1, { [attribute.reason]: lostBy });
            record('voice.session.gap', event.gapMs / 1000);
          }
          lostBy = undefined;
          begin(at);
          return;
        case 'connection.backpressure':
          dropped(event.droppedMs, 'backpressure');
          return;
        case 'playout.underrun':
          count('voice.audio.underruns', 1);
          return;
        case 'lane.entered':
          enter(event.lane);
          return;
        case 'lane.switched':
          count('voice.lane.switches', 1, { [attribute.lane]: event.to });
          return;
        case 'connection.closed':
          finish(at);
          return;
        case 'connection.starting':
          // One conversation that failed is followed by another.
          if (event.attempt === 1) finish(at);
          return;
        default:
          return;
      }
    },
    end: finish,
  };
};
