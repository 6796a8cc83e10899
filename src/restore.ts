import { acceptable, answeredCall } from './acceptable.js';
import { durationOf, type Millis } from './audio.js';
import { anchorPrefix, isOwn, ownMessage, summaryPrefix } from './own-message.js';
import type { Recording } from './recordings.js';
import { type Candidate, costOf, inPairs, withinBudget } from './replay-budget.js';
import { type ReplayedItem, replayItem } from './replay-item.js';
import { restorableSettings } from './restorable-settings.js';
import type { McpSecrets } from './sent-tools.js';
import { isAsk } from './state/asks.js';
import { inputFormatOf } from './state/audio-format.js';
import { type ConversationItem, itemOf } from './state/conversation.js';
import { toArray } from './state/item-list.js';
import { get } from './state/persistent-map.js';
import type { SessionState } from './state/session-state.js';
import { isToBeHeard } from './state/transcript.js';
import { sortUnconfirmed } from './unconfirmed.js';
import { bytesIn } from './wire/base64.js';
import type { ClientEvent, ClientEventOf } from './wire/client-event.js';

/** What a session was sent and has not confirmed, and what was recorded of it. */
export interface RestoreSource {
  /** Commands that were sent and not confirmed, in order, audio included. */
  readonly commands: readonly ClientEvent[];
  /** The user's audio in an item, in the session's input format, where its words are not known. */
  recordingOf(itemId: string): Recording | undefined;
  /**
   * URLs of the images in an item, in order, where the service does not tell them.
   * @default none
   */
  imagesOf?(itemId: string): readonly string[];
  /**
   * What opens the door to an MCP server, by its label, where the service does not tell.
   * @default nothing
   */
  secretsOf?(serverLabel: string): McpSecrets;
}

/** How much of a conversation a new session is told, and how. */
export interface RestoreConfig {
  /**
   * About how many tokens the items may take; the oldest are left out. Function calls that wait for their output, and what the session has
   * already, are sent or stay all the same.
   * @default 12000: of the 28,672 that gpt-realtime reads, instructions and tools may take 16,384
   */
  readonly budgetTokens?: number;
  /**
   * Ids of the items that the session has already, for it was prepared.
   * @default none
   */
  readonly has?: ReadonlySet<string>;
  /**
   * Whether an answer is owed of which nothing has come (`owesAnswer`), or the command that asks for it (`owedAnswer`).
   * @default false
   */
  readonly owesAnswer?: boolean | ClientEventOf<'response.create'>;
  /**
   * What the model is told after the items, as a system message; `''` for nothing.
   * @default that it is to go on, without greeting or repeating itself
   */
  readonly reanchor?: string | undefined;
}

/** What rebuilds a conversation in a new session, and what it comes to. */
export interface RestorePlan {
  /** To be sent in this order, ahead of anything else. */
  readonly commands: readonly ClientEvent[];
  /** How many items are sent again. */
  readonly replayedItems: number;
  /** Audio of the user that is sent again. */
  readonly replayedMs: Millis;
  /** Images that the session does not get of items that it gets; these say so in their place. */
  readonly droppedImages: number;
  /** Items of the state that the session does not get. */
  readonly droppedItemIds: readonly string[];
  /** Items of the assistant that still sound: `replayHeard` sends them when it is known what was heard. */
  readonly dueItemIds: readonly string[];
}

const goOn =
  'The connection was interrupted and has been restored; the conversation so far is above. Do not greet the user again, do not mention the interruption, and do not repeat what you have already said. Go on from where the conversation stopped.';

/**
 * The commands that rebuild a conversation in a new session: settings, summary, items under their own ids, a word to the model, what was sent and
 * not confirmed, and the request for an answer that is owed.
 *
 * Items are text: the user's words, or his audio where there are none, with his images; of the assistant's what was heard, or received where nobody plays. A function
 * call goes with its output or not at all, unless it still waits for it. Pure: the state follows when the commands are sent and
 * `connection.restored` is told.
 */
export const restore = (
  state: SessionState,
  { commands, recordingOf, imagesOf, secretsOf }: RestoreSource,
  { budgetTokens = 12_000, has = new Set(), owesAnswer = false, reanchor = goOn }: RestoreConfig = {},
): RestorePlan => {
  const { conversation } = state;
  const all = toArray(conversation.items);
  const unconfirmed = sortUnconfirmed(commands, (id) => itemOf(conversation, id) !== undefined);
  const { deleted, cuts } = unconfirmed;
  const answered = new Set(unconfirmed.commands.map(answeredCall));
  const isPending = ({ item }: ConversationItem): boolean =>
    item.type === 'function_call' &&
    item.call_id !== undefined &&
    (get(conversation.pendingCalls, item.call_id) !== undefined || answered.has(item.call_id));
  const isPinned = (held: ConversationItem): boolean => isPending(held) || held.id.startsWith(summaryPrefix);

  const summarized = all.findIndex(({ id }) => id === conversation.summary?.throughItemId) + 1;
  const recent = all.filter((held, at) => (at >= summarized || isPending(held)) && !deleted.has(held.id));
  const isDue = (held: ConversationItem): boolean => isToBeHeard(state, held) && !cuts.has(held.id) && !has.has(held.id);
  const due = recent.filter(isDue);
  const last = recent.at(-1)?.id;
  const isOldAnchor = ({ id }: ConversationItem): boolean => id.startsWith(anchorPrefix) && id !== last && reanchor !== '';

  const known = recent.flatMap((held): readonly Candidate[] => {
    if (has.has(held.id)) return [{ held, replayed: undefined }];
    if (isDue(held) || isOldAnchor(held)) return [];
    const { id } = held;
    const replayed = replayItem(state, held, { recording: recordingOf(id), images: imagesOf?.(id), cutMs: cuts.get(id) });
    return replayed ? [{ held, replayed }] : [];
  });
  const candidates = inPairs(known, isPending);
  const summary = conversation.summary && summarized > 0 ? ownMessage(all, summaryPrefix, conversation.summary.text) : undefined;
  const isAnchored = reanchor === '' || (last?.startsWith(anchorPrefix) ?? false) || candidates.length + due.length === 0;
  const anchor = isAnchored ? undefined : ownMessage(all, anchorPrefix, reanchor);

  const own = [summary, anchor].reduce((sum, item) => sum + (item ? costOf(item) : 0), 0);
  const kept = withinBudget(candidates, budgetTokens - own, isPinned);
  const keptIds = new Set(kept.map(({ held }) => held.id));

  const again = acceptable(
    unconfirmed.commands.filter((command) => !isOwn(command)),
    kept.map(({ held }) => held),
  );
  const isAsked = again.some(isAsk) || unconfirmed.isCancelled;
  const asked = owesAnswer === true ? { type: 'response.create' as const } : owesAnswer;
  const session = restorableSettings(conversation.session, unconfirmed.patches, secretsOf);
  const items = kept.flatMap(({ replayed }) => replayed ?? []);
  return {
    commands: [
      ...(session ? [{ type: 'session.update' as const, session }] : []),
      ...[...has].filter((id) => !keptIds.has(id)).map((item_id) => ({ type: 'conversation.item.delete' as const, item_id })),
      ...(summary ? [{ ...created(summary), ...(has.size > 0 ? { previous_item_id: 'root' } : {}) }] : []),
      ...placed(kept, summary?.item.id ?? 'root'),
      ...(anchor ? [created(anchor)] : []),
      ...again,
      ...(asked && !isAsked ? [asked] : []),
    ],
    replayedItems: items.length,
    replayedMs: items.reduce((sum, { ms }) => sum + ms, 0) + appendedMs(again, state),
    droppedImages: items.reduce((sum, { lostImages = 0 }) => sum + lostImages, 0),
    droppedItemIds: all.flatMap(({ id }) => (keptIds.has(id) || due.some((held) => held.id === id) ? [] : [id])),
    dueItemIds: due.map(({ id }) => id),
  };
};

const created = ({ item }: ReplayedItem): ClientEventOf<'conversation.item.create'> => ({
  type: 'conversation.item.create',
  item,
});

/** Items in order: at the end, or, where the session has later ones already, behind the one before. */
const placed = (kept: readonly Candidate[], front: string): readonly ClientEvent[] => {
  const lastHad = kept.findLastIndex(({ replayed }) => replayed === undefined);
  return kept.flatMap(({ replayed }, at) => {
    if (!replayed) return [];
    const previous_item_id = kept[at - 1]?.held.id ?? front;
    return [at < lastHad ? { ...created(replayed), previous_item_id } : created(replayed)];
  });
};

const appendedMs = (commands: readonly ClientEvent[], { conversation }: SessionState): Millis => {
  const { sampleRate, bytesPerSample } = inputFormatOf(conversation.session);
  const bytes = commands.reduce(
    (sum, command) => sum + (command.type === 'input_audio_buffer.append' ? (bytesIn(command.audio) ?? 0) : 0),
    0,
  );
  return durationOf(bytes / bytesPerSample, sampleRate);
};
