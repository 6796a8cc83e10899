import { concatMap, identity, map, share } from 'rxjs';
import { switchLanes } from '../operators/switchLanes.js';
import type { VoiceFrame } from '../src/audio.js';
import { isFrame, type LaneDecision, type VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import type { Marbles } from './create-marbles.js';

/** Audio through lanes that change, as documentation and test. */
export interface SwitchDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /** What the big lane does with the audio, as one would write it. */
  readonly code: string;
  /** What comes in: a letter is a frame of 120 ms, six characters. */
  readonly audio: string;
  /** What is decided: `b` for the big lane, `f` for the fast one. */
  readonly decides: string;
  /** What is told: `b` the big lane is entered, `f` the fast one, `x` the big lane has failed. */
  readonly tells: string;
  /** What comes out: a small letter is a frame as it came in, a capital one has been through the big lane. */
  readonly out: string;
  /** What these letters say in full. */
  readonly meanings: Readonly<Record<string, string>>;
  /** The same as `code`. */
  readonly big: Lane['audio'];
}

const frameMs = 120;
const first = 'a'.charCodeAt(0);
const frameOf = (letter: string): VoiceFrame => ({
  samples: new Int16Array(frameMs),
  sampleRate: 1000,
  position: (letter.charCodeAt(0) - first) * frameMs,
  vad: 'speech',
  level: 0,
});
const letterOf = ({ position, level }: VoiceFrame): string => {
  const letter = String.fromCharCode(first + position / frameMs);
  return level === throughBig ? letter.toUpperCase() : letter;
};
/** A level that no frame has that comes in. */
const throughBig = 1;

const decision = (letter: string): LaneDecision => ({
  lane: letter === 'b' ? 'big' : 'fast',
  reason: 'test',
  confidence: 1,
  at: 0,
});

const told = (event: VoiceEvent): string => {
  if (event.type === 'lane.switched') return `${event.from} → ${event.to}, ${event.heldFrames} frames held`;
  return event.type === 'lane.failed' ? `${event.lane} failed` : event.type;
};

/** Holds a diagram equal to what `switchLanes` does. */
export const checkSwitch = ({ audio, decides, tells, out, meanings, big }: SwitchDiagram, marbles: Marbles): void => {
  const { hot, expectObservable } = marbles;
  const lanes: readonly Lane[] = [
    { name: 'fast', audio: identity },
    {
      name: 'big',
      audio: (input) =>
        input.pipe(
          big,
          map((frame) => ({ ...frame, level: throughBig })),
        ),
    },
  ];
  const entries$ = hot(audio).pipe(map(frameOf), switchLanes(hot(decides).pipe(map(decision)), lanes), share());
  expectObservable(entries$.pipe(concatMap((entry) => (isFrame(entry) ? [letterOf(entry)] : [])))).toBe(out);
  expectObservable(entries$.pipe(concatMap((entry) => (isFrame(entry) ? [] : [told(entry)])))).toBe(tells, meanings);
};

/** A diagram as text, for documentation. */
export const printSwitch = ({ title, code, audio, decides, tells, out, meanings }: SwitchDiagram): string =>
  [
    title,
    '',
    `  big lane: ${code}`,
    '',
    `  audio    ${audio.trim()}`,
    `  decides  ${decides.trim()}`,
    `  tells    ${tells.trim()}`,
    `  out      ${out.trim()}`,
    ...(Object.keys(meanings).length > 0 ? [''] : []),
    ...Object.entries(meanings).map(([letter, meaning]) => `  ${letter} = ${meaning}`),
  ].join('\n');
