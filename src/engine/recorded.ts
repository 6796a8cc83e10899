import { catchError, defer, EMPTY, finalize, identity, merge, type Observable, of, Subject, tap } from 'rxjs';
import { encode } from '../../operators/encode.js';
import type { AudioFrame } from '../audio.js';
import { AudioError } from '../errors.js';
import { isFrame, type RecordingEvent, type VoiceEvent } from '../events.js';
import { type ConverseConfig, converse } from './converse.js';
import type { Recorder } from './recorder.js';
import { tapWire, type WireMessage } from './tap-wire.js';

/**
 * A conversation that is recorded: as `converse(config)`, with `recording.started` and `recording.failed` among its events.
 *
 * The user's audio is recorded as it leaves the lanes. Completes when the conversation has and all of it is saved; a recorder that fails costs the
 * conversation nothing. Errors as `converse` does; the recording is closed then, as it is when unsubscribed.
 *
 * @throws RangeError, ConfigError in-stream, where `converse` throws on call.
 */
export const recorded = (config: ConverseConfig, recorder: Recorder): Observable<VoiceEvent> =>
  defer(() => {
    const events = new Subject<VoiceEvent>();
    const voice = new Subject<AudioFrame>();
    const captured = new Subject<AudioFrame>();
    const wire = new Subject<WireMessage>();
    const { input = EMPTY as NonNullable<ConverseConfig['input']>, encode: send = encode(), wrapSocket = identity } = config;
    const { events$ } = input;
    const tapped = tapWire((message) => wire.next(message));

    const heard$ = input.pipe(tap((frame) => captured.next(frame)));
    const conversation$ = converse({
      ...config,
      wrapSocket: (open) => tapped(wrapSocket(open)),
      input: events$ ? Object.assign(heard$, { events$ }) : heard$,
      encode: (entry$) =>
        entry$.pipe(
          tap((entry) => {
            if (isFrame(entry)) voice.next(entry);
          }),
          send,
        ),
    }).pipe(
      tap((event) => events.next(event)),
      finalize(() => events.complete()),
    );
    const recording$ = defer(() => recorder({ events$: events, voice$: voice, captured$: captured, wire$: wire })).pipe(
      catchError((cause: unknown) => of(broken(cause))),
    );
    return merge(recording$, conversation$);
  });

const broken = (cause: unknown): RecordingEvent => ({
  type: 'recording.failed',
  error: cause instanceof AudioError ? cause : new AudioError('the recorder failed', { code: 'file', cause }),
});
