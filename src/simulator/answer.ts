import type { ObservableInput } from 'rxjs';
import type { Millis } from '../audio.js';
import type { Tool } from './shapes.js';

/** A function that the simulated model asks for. */
export interface ToolRequest {
  readonly name: string;
  /**
   * An object, or JSON text that is sent as it is.
   * @default {}
   */
  readonly arguments?: Readonly<Record<string, unknown>> | string;
}

/** What the simulated model says to a turn; with neither text nor calls it says nothing. */
export interface Answer {
  readonly text?: string;
  readonly toolCalls?: readonly ToolRequest[];
  /**
   * Thinking time before the first output, in milliseconds.
   * @default what `pace` has: 300, or 0 when instant
   */
  readonly delayMs?: Millis;
}

/** One turn of a script: what the user says and what the model answers. */
export interface ScriptedTurn {
  /** What the model says; with `toolCall`, what it says once the tool's output is there. */
  readonly text?: string;
  /** What the user said, told as input transcription when the session asked for it. */
  readonly transcript?: string;
  /** Asked for before `text` is said: one call, or several at once. */
  readonly toolCall?: ToolRequest | readonly ToolRequest[];
  /**
   * Silence after which `semantic_vad` finds that the user has finished, in milliseconds; where the `eagerness` waits less
   * (low 8000, medium and auto 4000, high 2000), its wait counts.
   * @default 500
   */
  readonly finishedAfterMs?: Millis;
  /** Thinking time before the first output, in milliseconds. */
  readonly delayMs?: Millis;
}

/** One turn each; a string is a turn in which the model says it. */
export type Script = readonly (string | ScriptedTurn)[];

/** The result of a function call that the conversation holds. */
export interface ToolResult {
  readonly name: string;
  readonly output: string;
}

/** What the simulated model is asked to answer. */
export interface Turn {
  /** Number of the user's turn in this session, from 0. Answers to tool outputs belong to the turn that made the call. */
  readonly index: number;
  /** What the user said or wrote last; empty after an idle time-out, undefined for speech of which nobody told the words. */
  readonly text: string | undefined;
  /** Outputs of tools that came after the last thing the model said. */
  readonly toolResults: readonly ToolResult[];
  /** The tools that may be called. */
  readonly tools: readonly Tool[];
  readonly toolChoice: string | { readonly type: string; readonly name?: string };
  readonly instructions: string;
}

/** A model in a few lines: what to say to a turn. Throwing makes the response fail as the service's do. */
export type Respond = (turn: Turn) => Answer | ObservableInput<Answer>;

const turnOf = (entry: string | ScriptedTurn | undefined): ScriptedTurn | undefined =>
  typeof entry === 'string' ? { text: entry } : entry;

/** What the user says in a scripted turn, where the script tells. */
export const scriptedTranscript = (script: Script, index: number): string | undefined => turnOf(script[index])?.transcript;

/** When the user has finished a scripted turn, where the script tells. */
export const scriptedPause = (script: Script, index: number): Millis | undefined => turnOf(script[index])?.finishedAfterMs;

/** What the script has for a turn; undefined after its end, and for the output of a tool that it has no words for. */
export const scriptedAnswer = (script: Script, { index, toolResults }: Turn): Answer | undefined => {
  const turn = turnOf(script[index]);
  if (!turn) return undefined;
  const { text, toolCall, delayMs } = turn;
  const delay = delayMs === undefined ? {} : { delayMs };
  if (toolCall && toolResults.length === 0) return { toolCalls: [toolCall].flat(), ...delay };
  return text === undefined ? undefined : { text, ...delay };
};
