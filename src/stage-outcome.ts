import { catchError, defaultIfEmpty, from, map, type Observable, of, take } from 'rxjs';
import type { VoiceFrame } from './audio.js';
import type { AudioStage } from './audio-stage.js';
import { AudioError } from './errors.js';
import type { AudioStageBypassed } from './events.js';

/** What a stage made of a frame, or how it failed. */
export type StageOutcome = VoiceFrame | Required<Pick<AudioStageBypassed, 'reason' | 'error'>>;

/** Gives a frame to a stage. Never throws, and what it may return never errors and emits once. */
export const askStage = ({ name, process }: AudioStage, frame: VoiceFrame): StageOutcome | Observable<StageOutcome> => {
  try {
    const given = process(frame);
    if ('samples' in given) return checked(name, given, frame);
    return from(given).pipe(
      take(1),
      defaultIfEmpty(undefined),
      map((answer) => checked(name, answer, frame)),
      catchError((error: unknown) => of(threw(error))),
    );
  } catch (error) {
    return threw(error);
  }
};

const threw = (error: unknown): StageOutcome => ({ reason: 'threw', error });

/** A lane has promised to keep number, rate and position of its samples; what came in has them. */
const checked = (name: string, answer: VoiceFrame | undefined, frame: VoiceFrame): StageOutcome =>
  answer !== undefined &&
  answer.samples.length === frame.samples.length &&
  answer.sampleRate === frame.sampleRate &&
  answer.position === frame.position
    ? answer
    : { reason: 'bad_result', error: new AudioError(unfit(name, answer, frame), { code: 'format_mismatch' }) };

const unfit = (name: string, answer: VoiceFrame | undefined, frame: VoiceFrame): string =>
  `stage ${name}: gave ${answer ? described(answer) : 'nothing'} for ${described(frame)}; keep number, rate and position of the samples`;

const described = ({ samples, sampleRate, position }: VoiceFrame): string => `${samples.length} at ${position}, ${sampleRate} Hz`;
