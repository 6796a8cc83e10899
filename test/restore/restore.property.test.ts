import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEvent } from '../../src/events.js';
import { type RestoreSource, restore } from '../../src/restore.js';
import type { SessionState } from '../../src/state/session-state.js';
import {
  calls,
  contents,
  flushed,
  having,
  output,
  playedOut,
  plays,
  restoredBy,
  says,
  spoke,
  understood,
  wrote,
} from './conversation.js';
import { reconnected } from './service.js';

/** A turn of a conversation: what happens in it, for the item number `n`. */
type Step = (n: number) => readonly VoiceEvent[];

const words = fc
  .array(fc.constantFrom('sun', 'rain', 'and', 'tomorrow', 'wind.'), { minLength: 1, maxLength: 12 })
  .map((all) => all.join(' '));
const length = fc.integer({ min: 1, max: 30 }).map((frames) => frames * 20);
const deleted = (item_id: string): VoiceEvent => ({ type: 'conversation.item.deleted', event_id: 'e', item_id });
const truncated = (item_id: string, audio_end_ms: number): VoiceEvent => ({
  type: 'conversation.item.truncated',
  event_id: 'e',
  item_id,
  content_index: 0,
  audio_end_ms,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  words.map(
    (text): Step =>
      (n) => [wrote(`u${n}`, text)],
  ),
  fc.option(words).map(
    (text): Step =>
      (n) => [spoke(`s${n}`), ...(text === null ? [] : [understood(`s${n}`, text)])],
  ),
  fc.tuple(words, length).map(
    ([text, ms]): Step =>
      (n) => [...says(`a${n}`, text, ms), ...playedOut(`a${n}`, ms)],
  ),
  fc.tuple(words, length, length).map(
    ([text, ms, more]): Step =>
      (n) => [...says(`a${n}`, text, ms + more), ...plays(`a${n}`, ms), flushed(`a${n}`, ms, more), truncated(`a${n}`, ms)],
  ),
  words.map(
    (text): Step =>
      (n) => [...says(`a${n}`, text, 500), flushed(`a${n}`, 0, 500), deleted(`a${n}`)],
  ),
  fc.constant<Step>((n) => [...calls(`c${n}`), output(`c${n}`)]),
  fc.constant<Step>((n) => calls(`p${n}`)),
  fc.constant<Step>((n) => [deleted(`u${n - 1}`), deleted(`call_c${n - 1}`), deleted(`out_c${n - 2}`)]),
);

/** What the loudspeaker has still to say when the connection is lost. */
const rest = fc.option(
  fc.record({ text: words, heardMs: fc.integer({ min: 0, max: 900 }), isDone: fc.boolean(), isFlushed: fc.boolean() }),
);

const conversation = fc.record({ steps: fc.array(step, { maxLength: 12 }), rest });

const recorded: RestoreSource = {
  commands: [],
  recordingOf: (id) => (/^s.*[02468]$/.test(id) ? { audio: Buffer.alloc(4800).toString('base64'), ms: 100 } : undefined),
};

const isOwn = (id: string): boolean => id.startsWith('rxvox_');

/** What a later session is to know: pairs of calls and outputs, all that has words or a recording. */
const expected = (state: SessionState) => {
  const all = contents(state);
  const ids = new Set(all.map(([id]) => id));
  return all.filter(([id, , text]) => {
    if (id.startsWith('call_c')) return ids.has(id.replace('call', 'out'));
    if (id.startsWith('out_')) return ids.has(id.replace('out', 'call'));
    return text !== '' || recorded.recordingOf(id) !== undefined || id === 'last';
  });
};

describe('restore, over conversations', () => {
  it('gives a session with the same items in the same order, of the same words', () => {
    fc.assert(
      fc.property(conversation, ({ steps, rest: sounding }) => {
        const before = having(
          ...steps.flatMap((events, n) => events(n)),
          ...(sounding ? [...says('last', sounding.text, 1000, sounding.isDone), ...plays('last', sounding.heardMs)] : []),
        );
        const wanted = expected(before);
        reconnected(before, (client) => {
          const plan = restore(client.state, recorded);
          expect(plan.dueItemIds).toEqual(sounding ? ['last'] : []);
          client.tell(...plan.commands, restoredBy(plan));
          expect(client.errors).toEqual([]);
          expect(contents(client.state).filter(([id]) => !isOwn(id) && id !== 'last')).toEqual(
            wanted.filter(([id]) => id !== 'last'),
          );
          expect(contents(client.state).filter(([id]) => isOwn(id))).toHaveLength(wanted.length > 0 ? 1 : 0);

          const again = restore(client.state, recorded);
          const itemsOf = ({ commands }: typeof plan) => commands.filter(({ type }) => type === 'conversation.item.create');
          expect(itemsOf(again)).toEqual(itemsOf(plan));
          expect(again.droppedItemIds).toEqual([]);

          if (sounding)
            client.tell(...(sounding.isFlushed ? [flushed('last', sounding.heardMs, 1000)] : playedOut('last', 1000)));
          expect(client.errors).toEqual([]);
          expect(client.ids).toEqual(
            contents(client.state).flatMap(([id, , text]) => (text === '' && id === 'last' ? [] : [id])),
          );
        });
      }),
      { numRuns: 300 },
    );
  });
});
