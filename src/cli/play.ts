import { accessSync, constants, createReadStream, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  concatMap,
  connect,
  defer,
  filter,
  from,
  lastValueFrom,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { type CallEvent, createCallReader } from '../call-events.js';
import { clock } from '../clock.js';
import type { PlayoutInput } from '../epic.js';
import { AudioError, ConfigError } from '../errors.js';
import type { PlayoutEvent } from '../events.js';
import { fileError } from '../node/file.js';
import { speaker } from '../node/speaker.js';
import { wavSink } from '../node/wav-sink.js';
import { wavSource } from '../node/wav-source.js';
import { codeOfSignal, endSignals } from './signals.js';
import { createTimeline } from './timeline.js';

export interface PlayOptions {
  readonly output?: string;
}

/**
 * Plays a recorded call: its sound, and its timeline at the pace of the call. Rejects with what could not be read or played.
 *
 * The first SIGINT or SIGTERM ends it, with the exit code of the signal.
 */
export const play = async (file: string, { output }: PlayOptions): Promise<void> => {
  const events = await readCall(file);
  const mixed = join(dirname(file), 'mixed.wav');
  checkFiles(mixed, output);
  console.log(`${mixed} → ${output ?? 'loudspeaker'}\n`);
  const signal$ = endSignals().pipe(
    tap((signal) => {
      process.exitCode = codeOfSignal(signal);
    }),
  );
  const call$ = sound(mixed, output).pipe(
    connect((sound$) =>
      merge(
        sound$,
        sound$.pipe(
          filter(isUnderWay),
          take(1),
          switchMap(() => timeline(file, events)),
        ),
      ),
    ),
    takeUntil(signal$),
  );
  await lastValueFrom(call$, { defaultValue: undefined });
  if (output !== undefined) console.log(`\nThe call is in ${output}`);
};

const readCall = async (file: string): Promise<readonly CallEvent[]> => {
  const readLine = createCallReader();
  const events: CallEvent[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) events.push(...readLine(line).map(withoutAudio));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw fileError('read', file, error);
    throw new ConfigError(`${file}: ${error.message}`, { code: error.code, cause: error });
  }
  return events;
};

/** The audio of an hour is 230 MB of text, and stands in the WAV. */
const withoutAudio = ({ at, event }: CallEvent): CallEvent => ({
  at,
  event: event.type === 'response.output_audio.delta' ? { ...event, delta: '' } : event,
});

/** What would go wrong later is said before anything is opened. */
const checkFiles = (mixed: string, output: string | undefined): void => {
  try {
    accessSync(mixed, constants.R_OK);
    if (output === undefined || !existsSync(output) || realpathSync(mixed) !== realpathSync(output)) return;
  } catch (error) {
    throw fileError('read', mixed, error);
  }
  throw new AudioError(`${output} is the recording itself: it would be replaced by what is read from it`, { code: 'file' });
};

const isUnderWay = ({ type }: PlayoutEvent): boolean => type === 'playout.sound_started' || type === 'playout.sound_ended';

/** The sound of the call, as an own sound: nobody says where a turn begins and ends. Completes when it is over. */
const sound = (mixed: string, output: string | undefined): Observable<PlayoutEvent> =>
  defer(() => {
    const over = new Subject<void>();
    const playout = output === undefined ? speaker() : wavSink(output);
    const command: PlayoutInput = { type: 'playout.play', id: 'call', source$: wavSource(mixed, { tailMs: 0 }) };
    return playout(merge(of(command), NEVER).pipe(takeUntil(over))).pipe(
      tap((event) => {
        if (event.type !== 'playout.sound_ended') return;
        if (event.reason === 'failed') throw event.error;
        over.next();
      }),
    );
  });

/** The timeline beside it, by deadline: what one line is late the next one is not. Completes after the last. */
const timeline = (file: string, events: readonly CallEvent[]): Observable<unknown> =>
  defer(() => {
    const startedAt = clock.now();
    const lanes = events.some(({ event: { type } }) => type === 'lane.switched');
    const { event: print, end } = createTimeline((text) => process.stdout.write(text), { lanes });
    const printed = ({ at, event }: CallEvent): void => {
      try {
        print(event);
      } catch (cause) {
        throw new ConfigError(`${file}: ${event.type} at ${at} ms is not as it was recorded`, { code: 'invalid_config', cause });
      }
    };
    const due = ({ at }: CallEvent): number => startedAt + at - clock.now();
    return from(events).pipe(
      concatMap((entry) => (due(entry) > 0 ? timer(due(entry)).pipe(map(() => entry)) : of(entry))),
      tap({ next: printed, finalize: end }),
    );
  });
