import { createInterface, emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { filter, fromEvent, map, Observable, scan, switchMap, take } from 'rxjs';

/** A key that begins and ends a turn in turns: terminals tell of presses, not of releases. */
export interface TalkKey {
  /** True while the user has the word. Subscribing reads standard input, unsubscribing leaves it as it was. */
  readonly down$: Observable<boolean>;
  /** Emits when no further press can come. */
  readonly gone$: Observable<unknown>;
  /** What to do, for people. */
  readonly hint: string;
}

/** The space key of a terminal, or the lines of anything else. */
export const talkKey = (input: ReadStream = process.stdin): TalkKey => ({
  down$: (input.isTTY ? spaces(input) : lines(input)).pipe(scan((isDown) => !isDown, false)),
  gone$: fromEvent(input, 'end').pipe(take(1)),
  hint: `push to talk: ${input.isTTY ? 'the space key' : 'each line of standard input'} begins or ends your turn`,
});

const lines = (input: ReadStream): Observable<unknown> =>
  new Observable<ReturnType<typeof createInterface>>((subscriber) => {
    const reader = createInterface({ input, terminal: false });
    subscriber.next(reader);
    return () => {
      reader.close();
      input.pause();
    };
  }).pipe(switchMap((reader) => fromEvent(reader, 'line')));

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Reads keys one by one. The terminal then passes Ctrl-C on as a key: it is made the signal that it was. */
const spaces = (input: ReadStream): Observable<unknown> =>
  new Observable<ReadStream>((subscriber) => {
    emitKeypressEvents(input);
    input.setRawMode(true).resume();
    subscriber.next(input);
    return () => {
      input.setRawMode(false).pause();
    };
  }).pipe(
    switchMap((terminal) => fromEvent(terminal, 'keypress', (_: unknown, key: Key) => key)),
    map((key) => {
      if (key.ctrl && key.name === 'c') process.kill(process.pid, 'SIGINT');
      return key.name;
    }),
    filter((name) => name === 'space'),
  );
