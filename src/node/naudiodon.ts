import {
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  type OperatorFunction,
  Subject,
  share,
  take,
  tap,
  throwError,
} from 'rxjs';
import type { AudioSink } from '../../operators/playTo.js';
import { type AudioFrame, type Hertz, type Millis, samplesIn } from '../audio.js';
import { AudioError } from '../errors.js';
import { watchdog } from '../watchdog.js';
import type { AudioDevice, InputConfig } from './device.js';
import type { HostCommand, HostReply } from './host-messages.js';
import { findHostProgram, type Host, type HostProgram, startHost } from './host-process.js';

/** A sound server may take seconds to wake a device. */
const FIRST_MS = 5000;
const SILENT_MS = 500;
/** What naudiodon and PortAudio hold; it sounds whatever happens. */
const DEVICE_MS = 60;
/** On top of it, in the host process: a stall of this process that is shorter is not heard. */
const QUEUE_MS = 100;
const RECEIPT_MS = 100;

type Reply<T extends HostReply['type']> = Extract<HostReply, { readonly type: T }>;

/** Replies of one type; the device is lost when they stop. */
const alive = <T extends HostReply['type']>(
  type: T,
  what: string,
  ms: Millis = SILENT_MS,
): OperatorFunction<HostReply, Reply<T>> => {
  const lost = (): AudioError =>
    new AudioError(`the ${what} has stopped: was it unplugged?`, { code: 'device_lost', retryable: true });
  return (reply$) =>
    reply$.pipe(
      filter((reply): reply is Reply<T> => reply.type === type),
      watchdog({ firstMs: FIRST_MS, ms, lost }),
    );
};

const framesOf = (host: Host, { sampleRate, chunkMs }: InputConfig): Observable<AudioFrame> => {
  let received = 0;
  return host.reply$.pipe(
    alive('frame', 'microphone', Math.max(SILENT_MS, 2 * chunkMs)),
    map(({ samples, position }) => ({ samples, sampleRate, position })),
    tap(({ samples, position }) => {
      const end = position + samples.length;
      if (end - received < samplesIn(RECEIPT_MS, sampleRate)) return;
      received = end;
      host.send({ type: 'received', position: end });
    }),
  );
};

const referenceOf = (host: Host, sampleRate: Hertz): Observable<AudioFrame> =>
  defer(() => {
    host.send({ type: 'listen' });
    return host.reply$.pipe(
      filter((reply): reply is Reply<'given'> => reply.type === 'given'),
      map(({ samples, position }) => ({ samples, sampleRate, position })),
    );
  });

/** The device as a playout sees it. What it held at a flush counts as taken, for it is heard. */
const sinkOf = (host: Host, report$: Observable<Reply<'taken'>>, sampleRate: Hertz): AudioSink => {
  let written = 0;
  let taken = 0;
  let base = 0;
  let flushes = 0;
  const held$ = new Subject<number>();
  return {
    write(samples) {
      written += samples.length;
      host.send({ type: 'write', samples });
    },
    flush() {
      const held = Math.min(written - taken, samplesIn(DEVICE_MS, sampleRate));
      taken += held;
      if (held > 0) held$.next(taken);
      // Only now: the report may have been answered with more to write.
      flushes += 1;
      base = written = taken;
      host.send({ type: 'flush', flushes });
    },
    taken$: merge(
      held$,
      report$.pipe(
        filter((report) => report.flushes === flushes && base + report.samples > taken),
        map((report) => {
          taken = base + report.samples;
          return taken;
        }),
      ),
    ),
    aheadSamples: samplesIn(DEVICE_MS + QUEUE_MS, sampleRate),
    reference$: referenceOf(host, sampleRate),
  };
};

const sinks = (host: Host, sampleRate: Hertz): Observable<AudioSink> => {
  const report$ = host.reply$.pipe(alive('taken', 'loudspeaker'), share());
  return merge(
    report$.pipe(ignoreElements()),
    host.reply$.pipe(
      filter(({ type }) => type === 'opened'),
      map(() => sinkOf(host, report$, sampleRate)),
    ),
  );
};

const missing = (): Observable<never> =>
  throwError(
    () => new AudioError('the program naudiodon-host is not beside rxvox: was it bundled?', { code: 'backend_missing' }),
  );

/**
 * PortAudio through the package naudiodon, each device in a process of its own.
 *
 * @param program What to fork; found by itself where it is not given.
 */
export const naudiodon = (program: HostProgram | undefined = findHostProgram()): AudioDevice => {
  const talk = <T>(command: HostCommand, listen: (host: Host) => Observable<T>): Observable<T> =>
    program === undefined
      ? missing()
      : startHost(program).pipe(
          mergeMap((host) => {
            host.send(command);
            return listen(host);
          }),
        );
  return {
    name: 'naudiodon',
    devices: () =>
      talk({ type: 'devices' }, (host) =>
        host.reply$.pipe(
          alive('devices', 'list of devices'),
          map(({ devices }) => devices),
        ),
      ).pipe(take(1)),
    input: (config) => talk({ type: 'input', ...config }, (host) => framesOf(host, config)),
    output: (config) => talk({ type: 'output', ...config }, (host) => sinks(host, config.sampleRate)),
  };
};
