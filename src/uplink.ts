import { interval, Subscription } from 'rxjs';
import type { Millis } from './audio.js';
import { clock } from './clock.js';
import type { Gate } from './epic.js';
import type { Command, DiagnosticEvent, VoiceEvent } from './events.js';
import { createJournal } from './journal.js';
import { createOutbox } from './outbox.js';
import type { Link } from './providers/connect.js';
import type { Provider } from './providers/provider.js';
import { createRecordings } from './recordings.js';
import { restore } from './restore.js';
import { addressed, isForProvider } from './routing.js';
import { createSentTools } from './sent-tools.js';
import { createShownImages } from './shown-images.js';
import { owedAnswer } from './state/owed-answer.js';
import type { SessionState } from './state/session-state.js';
import type { ClientEvent } from './wire/client-event.js';

/** What a conversation survives, and how. */
export interface SurvivalConfig {
  /**
   * How much of the user's voice is kept while there is no connection and nobody speaks, in milliseconds; the newest. Of what is
   * being said all is kept, up to 15 s.
   * @default 3000
   */
  readonly gapBufferMs?: Millis;
  /**
   * How much of the user's voice of which the words are not known is kept for a new session, in milliseconds.
   * @default 60000
   */
  readonly replayAudioMs?: Millis;
  /**
   * How much of the images that were shown is kept for a new session, in bytes of their URLs; the newest.
   * @default 4194304
   */
  readonly replayImageBytes?: number;
  /**
   * How much of the conversation a new session is told, in tokens as rxvox estimates them; the oldest is left out.
   * @default 12000: of the 28,672 that gpt-realtime reads, instructions and tools may take 16,384
   */
  readonly replayTokens?: number;
}

/** The way of commands to the provider, whichever session it is by now. */
export interface Uplink {
  /** Takes a command; gates decide about it. */
  submit(command: Command): void;
  /** Something has happened; the state knows of it already. */
  happened(event: VoiceEvent): void;
  /** All that it has caused was taken: gates are asked again for requests for responses. */
  ask(): void;
  /** A session is ready: the first, or one that is told the conversation so far. */
  connected(link: Link): void;
  /** A session is ready beside the one that there is, and takes its place when nothing is under way. */
  standby(link: Link, swap: Swap): void;
  /** Nothing came of the session that was asked for. */
  stay(): void;
  /** The session is gone. */
  lost(): void;
  /** Asks again for what waits. */
  release(): void;
  /** The conversation is over. */
  stop(): void;
  /** Says goodbye where the provider has a word for it. */
  leave(): boolean;
  isHolding(): boolean;
  /** Whether a gate holds a request for a response. */
  isAsking(): boolean;
  /** Whom the session is with, as long as there is one. */
  provider(): Provider;
}

/** A session that is to take the place of another. */
export interface Swap {
  /** Whether it may do so while the user speaks. */
  isUrgent(): boolean;
  /** Whether it is not there any more. */
  isGone(): boolean;
  /** It does: nothing of the old one is heard any more. */
  swap(): void;
}

/** What the uplink needs of the conversation. */
export interface UplinkConfig extends SurvivalConfig {
  readonly provider: Provider;
  readonly gates: readonly Gate[];
  state(): SessionState;
  /** Something was sent. */
  fold(command: Command): void;
  /** Something happens now. */
  happen(event: VoiceEvent): void;
  /** Something happens after all that waits. */
  later(event: VoiceEvent): void;
  /** It is time to call `release`, after all that waits. */
  look(): void;
  /** A command that is not for the provider. */
  local(command: Exclude<Command, ClientEvent>): void;
}

/** How often it is looked at whether a full socket has got over it: nothing else tells when the service is silent. */
const lookEveryMs: Millis = 100;

export const createUplink = ({
  provider,
  gates,
  gapBufferMs = 3000,
  replayAudioMs = 60_000,
  replayImageBytes = 4_194_304,
  replayTokens = 12_000,
  state,
  fold,
  happen,
  later,
  look,
  local,
}: UplinkConfig): Uplink => {
  const recordings = createRecordings({ keepMs: replayAudioMs });
  const images = createShownImages({ keepBytes: replayImageBytes });
  const tools = createSentTools();
  const journal = createJournal(recordings);
  let link: Link | undefined;
  let waiting: { readonly link: Link; readonly swap: Swap } | undefined;
  /** Whether the conversation is to move to another provider, which is to answer from now on. */
  let isMoving = false;
  /** The name of the provider that was told its own settings last. */
  let toldOf: string | undefined;
  let sentCount = 0;
  let looking = Subscription.EMPTY;
  let startedAt = clock.now();
  /** Whether what the user said was a turn of which the provider had to find the end. */
  let wasDue = false;
  let gap: { readonly since: Millis; readonly owed: ReturnType<typeof owedAnswer> } | undefined;

  const transmit = (command: ClientEvent): DiagnosticEvent | undefined => {
    try {
      const isKnown = link?.send(command);
      return isKnown === false ? { type: 'diagnostic.command_unsupported', commandType: command.type } : undefined;
    } catch (error) {
      return { type: 'diagnostic.command_failed', commandType: command.type, error };
    }
  };
  const send = (command: Command): void => {
    if (!isForProvider(command)) {
      fold(command);
      if (command.type === 'connection.rotate') isMoving ||= command.to !== undefined;
      local(command);
      return;
    }
    const sent = command.type === 'input_audio_buffer.append' ? command : addressed(command, ++sentCount, state());
    const trouble = transmit(sent);
    if (trouble) {
      later(trouble);
      return;
    }
    fold(sent);
    journal.sent(sent, state().conversation);
    images.sent(sent);
    tools.sent(sent);
  };
  const outbox = createOutbox({
    gates,
    way: {
      isOpen: () => link !== undefined,
      isMoving: () => isMoving,
      bufferedBytes: () => link?.bufferedBytes() ?? 0,
      isLate: () => link?.isLate() ?? false,
      isSilent: () => link?.isSilent() ?? false,
    },
    gapBufferMs,
    state,
    send,
    happen: later,
  });

  /** What another provider than before is told of its own, behind the settings of the conversation. */
  const ofOther = (): Command | undefined => {
    const of = link?.provider;
    // Not the object: a choice of providers makes one for each attempt.
    const isOther = of?.name !== toldOf;
    toldOf = of?.name;
    return isOther && of?.session ? { type: 'session.update', session: of.session } : undefined;
  };
  /** Tells a new session the conversation so far. */
  const rebuild = (owed: ReturnType<typeof owedAnswer>): void => {
    const commands = journal.commands();
    journal.clear();
    const { secretsOf } = tools;
    const unconfirmed = { commands, recordingOf: recordings.recordingOf, imagesOf: images.imagesOf, secretsOf };
    const plan = restore(state(), unconfirmed, { budgetTokens: replayTokens, owesAnswer: owed ?? false });
    const settings = ofOther();
    for (const command of plan.commands) {
      send(command);
      if (settings && command === plan.commands[0]) send(settings);
    }
    isMoving = false;
    const { replayedItems, replayedMs, droppedImages, droppedItemIds, dueItemIds } = plan;
    const gapMs = gap === undefined ? 0 : clock.now() - gap.since;
    gap = undefined;
    happen({
      type: 'connection.restored',
      gapMs,
      replayedItems,
      replayedMs,
      droppedMs: outbox.takeDroppedMs(),
      droppedImages,
      droppedItemIds,
      dueItemIds,
    });
  };
  const swap = ({ link: ready, swap: { swap: leaveOld } }: NonNullable<typeof waiting>): void => {
    waiting = undefined;
    // What is held goes to the new one.
    link = undefined;
    happen({ type: 'connection.rotating' });
    link = ready;
    leaveOld();
    rebuild(undefined);
  };
  const isQuiet = ({ connection, conversation, speech }: SessionState, isUrgent: boolean): boolean =>
    connection.status === 'ready' &&
    conversation.responses.length === 0 &&
    conversation.unacknowledged.every(({ type }) => type === 'session.update') &&
    (isUrgent || !speech.isSpeaking);

  const swapWhenQuiet = (): void => {
    if (waiting?.swap.isGone()) waiting = undefined;
    if (waiting && isQuiet(state(), waiting.swap.isUrgent())) swap(waiting);
  };

  return {
    submit: outbox.submit,
    happened(event) {
      if (event.type === 'connection.starting') startedAt = clock.now();
      journal.happened(event, state().conversation);
      images.happened(event);
      swapWhenQuiet();
      if (event.type === 'response.created' && wasDue && isOwn(state())) outbox.answered();
      wasDue = isDue(state());
      outbox.release();
      if (event.type !== 'connection.backpressure') return;
      looking.unsubscribe();
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      if (event.isCongested) looking = interval(lookEveryMs).subscribe(look);
    },
    release: outbox.release,
    stop: () => looking.unsubscribe(),
    connected(ready) {
      link = ready;
      if (gap) {
        rebuild(gap.owed);
        return;
      }
      const settings = ofOther();
      if (settings) send(settings);
      const connectionId = state().conversation.session?.id ?? '';
      const latencyMs = clock.now() - startedAt;
      happen({ type: 'connection.established', connectionId, latencyMs, droppedMs: outbox.takeDroppedMs() });
    },
    standby(ready, how) {
      waiting = { link: ready, swap: how };
      // Perhaps nothing happens for a long time.
      swapWhenQuiet();
    },
    stay() {
      isMoving = false;
      outbox.release();
      outbox.ask();
    },
    ask: outbox.ask,
    lost() {
      isMoving = false;
      gap ??= { since: clock.now(), owed: owedAnswer(state()) };
      link = waiting = undefined;
    },
    leave: () => link?.leave() ?? false,
    provider: () => link?.provider ?? provider,
    isAsking: outbox.isAsking,
    isHolding() {
      // What the lost session did not confirm or answer is still to be said.
      const isOwed = gap !== undefined && (gap.owed !== undefined || journal.commands().length > 0);
      return isOwed || outbox.isHolding();
    },
  };
};

/** Whether the user was quiet after words that are not answered. */
const isDue = ({ speech }: SessionState): boolean => speech.isDue && !speech.isSpeaking;

/** Whether the provider began the latest response by itself. */
const isOwn = ({ conversation: { responses } }: SessionState): boolean => {
  const latest = responses.at(-1);
  return latest !== undefined && latest.conversationId !== null && latest.request === undefined;
};
