import { tap } from 'rxjs';
import { describe, it } from 'vitest';
import { replayHeard } from '../../operators/replayHeard.js';
import { truncateHeard } from '../../operators/truncateHeard.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';
import { flushed, having, plays, says, wrote } from '../restore/conversation.js';

const restored: VoiceEvent = {
  type: 'connection.restored',
  gapMs: 0,
  replayedItems: 1,
  replayedMs: 0,
  droppedMs: 0,
  droppedImages: 0,
  droppedItemIds: [],
  dueItemIds: ['a', 'b'],
};
const place = { responseId: 'r_a', playedSamples: 24_000, playedMs: 1000 };
const events: Readonly<Record<string, VoiceEvent>> = {
  R: restored,
  a: { type: 'playout.item_done', itemId: 'a', ...place },
  b: { type: 'playout.item_done', itemId: 'b', ...place, responseId: 'r_b' },
  u: { type: 'playout.item_done', itemId: 'u', ...place },
  f: flushed('a', 500, 500),
  n: flushed('a', 0, 500),
  d: { type: 'playout.drained' },
};
const again = (id: string, text: string, previous_item_id: string): Command => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
  previous_item_id,
});
const text = 'one two three four';
const sounding = (): SessionState =>
  having(wrote('u', 'Count.'), ...says('a', text, 1000), ...says('b', text, 1000), ...plays('a', 100));

/** Runs an epic over events, the state ahead of it and behind what it sends. */
const tells = (
  title: string,
  epic: Epic,
  source: string,
  expected: string,
  values: Readonly<Record<string, Command | VoiceEvent>> = {},
  from = sounding,
) =>
  it(
    title,
    marbles((t) => {
      let state = from();
      const events$ = t.hot(source, events);
      events$.subscribe((event) => {
        state = sessionState(state, event);
      });
      const followed$ = epic(events$, () => state).pipe(
        tap((entry) => {
          state = sessionState(state, entry);
        }),
      );
      t.expectObservable(followed$).toBe(expected, values);
    }),
  );

describe('replayHeard', () => {
  const whole = { a: again('a', text, 'u'), b: again('b', text, 'a') };

  tells('sends what has sounded to its end, in its place', replayHeard, '-R-a--b-|', '---a--b-|', whole);
  tells('sends what was cut as far as it was heard', replayHeard, '-R-f-', '---a-', { a: again('a', 'one two', 'u') });
  tells('sends nothing of what nobody heard', replayHeard, '-R-n-', '-----');
  tells('sends each item once', replayHeard, '-R-a-a-', '---(a)-', whole);
  tells('passes items by that are due themselves', replayHeard, '-R-b-', '---b-', { b: again('b', text, 'u') });
  tells('sends what came to its end while the session was rebuilt', replayHeard, '-a-b-d-R-', '-------(ab)-', whole);
  tells('sends nothing of items of the session itself', replayHeard, '-a-u-f-', '-------');
  tells(
    'begins with the first item where nothing stands before',
    replayHeard,
    '-R-a-',
    '---a-',
    { a: again('a', text, 'root') },
    () => having(...says('a', text, 1000), ...plays('a', 100)),
  );
  tells('leaves it to the next session while there is none', replayHeard, '-R-a-', '-----', {}, () => ({
    ...sounding(),
    connection: { ...sounding().connection, status: 'closing' },
  }));

  it(
    'ends with its events, errors with them, and lets go of them',
    marbles((t) => {
      t.expectObservable(replayHeard(t.hot('--|'), sounding)).toBe('--|');
      t.expectObservable(replayHeard(t.hot('--#'), sounding)).toBe('--#');
      const events$ = t.hot<VoiceEvent>('-----');
      t.expectObservable(replayHeard(events$, sounding), '^--!').toBe('-');
      t.expectSubscriptions(events$.subscriptions).toBe('^--!');
    }),
  );
});

describe('truncateHeard, after a restore', () => {
  const interrupted: VoiceEvent = { type: 'turn.interrupted', itemId: 'a', heardMs: 500 };
  const truncate: Command = { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 500 };

  tells('truncates what is of the session itself', truncateHeard, '-f-', '-(it)-', { i: interrupted, t: truncate });
  tells('truncates nothing of an earlier session, and says that it was interrupted', truncateHeard, '-R-f-', '---i-', {
    i: interrupted,
  });
});
