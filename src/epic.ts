import type { Observable } from 'rxjs';
import type { Command, PlayoutCommand, PlayoutEvent, VoiceEvent } from './events.js';
import type { SessionState } from './state/session-state.js';
import type { ServerEventOf } from './wire/server-event.js';

/**
 * Turns events into commands and further events: the end of a turn into a commit, a tool call into its output.
 *
 * On subscription it first acts on `state()`, for it may have been started by the very event that it needs. It ends
 * when the conversation does. An epic that throws becomes `diagnostic.epic_failed` and is started once more.
 */
export type Epic = (events$: Observable<VoiceEvent>, state: () => SessionState) => Observable<Command | VoiceEvent>;

/**
 * A pure rule, asked for every command; for one that it holds, asked again after each event, in order: `hasWaited` is then true. Requests for
 * responses are asked about behind all that the event itself has caused. `merge` holds such a request until it goes out or another one does, or waits,
 * that asks for the same: one answer serves both. An event in place of a verdict happens instead of the command.
 */
export type Gate = (
  state: SessionState,
  command: Command,
  hasWaited?: boolean,
) => 'send' | 'hold' | 'merge' | 'drop' | VoiceEvent;

/**
 * What a playout is told: commands, the audio, where audio of an item or response ends, and the session, for the format of the audio to come. A
 * session that takes over from another says how it begins while audio of that one still sounds, and only then is told the same format.
 */
export type PlayoutInput =
  | PlayoutCommand
  | ServerEventOf<
      'response.output_audio.delta' | 'response.output_audio.done' | 'response.done' | 'session.created' | 'session.updated'
    >;

/**
 * The loudspeaker side: plays audio first in, first out, and reports what the device took.
 *
 * Subscribing opens the device, unsubscribing closes it. Completes when its input has and everything was played;
 * errors with `AudioError` when the device is lost.
 */
export type Playout = (input$: Observable<PlayoutInput>) => Observable<PlayoutEvent>;
