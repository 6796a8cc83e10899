import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceEvent } from '../src/events.js';
import { createJournal, longestTurnMs } from '../src/journal.js';
import { createRecordings } from '../src/recordings.js';
import { initialState, sessionState } from '../src/state/session-state.js';
import { fromBase64, toBase64 } from '../src/wire/base64.js';
import type { ClientEvent } from '../src/wire/client-event.js';

const samplesPerMs = 24;
/** So many samples of a value that tells this frame from all others. */
const frame = (value: number, samples = 480): ClientEvent => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(samples).fill(value)),
});
const samplesOf = (command: ClientEvent): readonly number[] =>
  command.type === 'input_audio_buffer.append' ? [...(fromBase64(command.audio) ?? [])] : [];
const commit: ClientEvent = { type: 'input_audio_buffer.commit' };
const clear: ClientEvent = { type: 'input_audio_buffer.clear' };
const note = (id: string): ClientEvent => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] },
});
const committed = (itemId: string): VoiceEvent => ({ type: 'input_audio_buffer.committed', event_id: 'e', item_id: itemId });
const refusalOf = (eventId: string): VoiceEvent => ({
  type: 'error',
  event_id: 'e',
  error: { type: 'invalid_request_error', code: 'nope', message: 'no', event_id: eventId },
});
const speechStopped = (ms: number): VoiceEvent => ({
  type: 'input_audio_buffer.speech_stopped',
  event_id: 'e',
  item_id: 'i',
  audio_end_ms: ms,
});

/** A journal with the state and the recordings that it works with. */
const start = (keepMs = Number.POSITIVE_INFINITY) => {
  const recordings = createRecordings({ keepMs });
  const journal = createJournal(recordings);
  let state = initialState;
  let count = 0;
  return {
    /** Sends it with an id of its own. */
    send(command: ClientEvent): ClientEvent {
      const sent = command.type === 'input_audio_buffer.append' ? command : { ...command, event_id: `c${++count}` };
      state = sessionState(state, sent);
      journal.sent(sent, state.conversation);
      return sent;
    },
    tell(event: VoiceEvent): void {
      state = sessionState(state, event);
      journal.happened(event, state.conversation);
    },
    commands: journal.commands,
    clear: journal.clear,
    recordingOf: recordings.recordingOf,
    recorded: (itemId: string): readonly number[] => [...(fromBase64(recordings.recordingOf(itemId)?.audio ?? '') ?? [])],
  };
};

describe('the journal', () => {
  it('gives back what was sent in order, audio and all', () => {
    const journal = start();
    const sent = [frame(1), note('a'), frame(2), frame(3), commit, frame(4)].map(journal.send);
    expect(journal.commands()).toEqual(sent);
  });

  it('leaves out what was confirmed, each by itself', () => {
    const journal = start();
    const [a, b] = [journal.send(note('a')), journal.send(note('b'))];
    if (b.type !== 'conversation.item.create') throw new Error('unreachable');
    journal.tell({ type: 'conversation.item.added', event_id: 'e', item: b.item });
    expect(journal.commands()).toEqual([a]);
  });

  it('gives the audio of a turn to its item when it is committed, and keeps what came after', () => {
    const journal = start();
    for (const command of [frame(1), frame(2), commit]) journal.send(command);
    const later = journal.send(frame(3));
    journal.tell(committed('item_1'));
    expect(journal.commands()).toEqual([later]);
    expect(journal.recorded('item_1')).toEqual([...samplesOf(frame(1)), ...samplesOf(frame(2))]);
    expect(journal.recordingOf('item_1')?.ms).toBe(40);
  });

  it('tells turns apart that are under way together', () => {
    const journal = start();
    for (const command of [frame(1), commit, frame(2), commit]) journal.send(command);
    journal.tell(committed('item_1'));
    expect(journal.commands().map(({ type }) => type)).toEqual(['input_audio_buffer.append', 'input_audio_buffer.commit']);
    journal.tell(committed('item_2'));
    expect(journal.commands()).toEqual([]);
    expect([journal.recorded('item_1')[0], journal.recorded('item_2')[0]]).toEqual([1, 2]);
  });

  it('keeps the audio of a commit that was refused, for the turn that it will belong to', () => {
    const journal = start();
    const first = journal.send(frame(1));
    journal.send(commit);
    journal.tell(refusalOf('c1'));
    expect(journal.commands()).toEqual([first]);
    journal.send(frame(2));
    journal.send(commit);
    journal.tell(committed('item_1'));
    expect(journal.recorded('item_1')).toEqual([...samplesOf(frame(1)), ...samplesOf(frame(2))]);
  });

  it('forgets audio that was cleared, but for what was committed before', () => {
    const journal = start();
    const kept = [journal.send(frame(1)), journal.send(commit)];
    for (const command of [frame(2), clear]) journal.send(command);
    expect(journal.commands()).toEqual(kept);
  });

  it('does not count cleared audio as part of the turn after it', () => {
    const journal = start();
    for (const command of [frame(1), commit, frame(2), clear, frame(3), commit]) journal.send(command);
    journal.tell(committed('item_1'));
    journal.tell(committed('item_2'));
    expect([journal.recordingOf('item_1')?.ms, journal.recordingOf('item_2')?.ms]).toEqual([20, 20]);
  });

  it('ends turns where the service says that they ended', () => {
    const journal = start();
    for (const value of [1, 2, 3]) journal.send(frame(value));
    journal.tell(speechStopped(40));
    journal.tell(committed('item_1'));
    expect(journal.commands()).toEqual([frame(3)]);
    expect(journal.recorded('item_1')).toEqual([...samplesOf(frame(1)), ...samplesOf(frame(2))]);
  });

  it('keeps no more than the newest 15 s of a turn', () => {
    const journal = start();
    for (let at = 0; at < 800; at++) journal.send(frame(at));
    expect(journal.commands().map((command) => samplesOf(command)[0])).toEqual(Array.from({ length: 750 }, (_, at) => at + 50));
  });

  it('forgets the audio of an item when its words are known', () => {
    const journal = start();
    for (const command of [frame(1), commit]) journal.send(command);
    journal.tell(committed('item_1'));
    const completed = (transcript: string): VoiceEvent => ({
      type: 'conversation.item.input_audio_transcription.completed',
      event_id: 'e',
      item_id: 'item_1',
      content_index: 0,
      transcript,
    });
    journal.tell(completed(''));
    expect(journal.recorded('item_1')).not.toEqual([]);
    journal.tell(completed('hello'));
    expect(journal.recorded('item_1')).toEqual([]);
  });

  it('begins anew with a new session', () => {
    const journal = start();
    for (const command of [frame(1), note('a'), commit]) journal.send(command);
    journal.tell({ type: 'connection.lost', closeCode: 1006, reason: 'lost' });
    journal.clear();
    expect(journal.commands()).toEqual([]);
    const again = [frame(2), commit].map(journal.send);
    expect(journal.commands()).toEqual(again);
    journal.tell(committed('item_1'));
    expect(journal.recordingOf('item_1')?.ms).toBe(20);
  });

  it('keeps what was not confirmed when the session is gone, and does not take it for confirmed later', () => {
    const journal = start();
    const sent = [note('a'), frame(1), commit].map(journal.send);
    journal.tell({ type: 'connection.lost', closeCode: 1006, reason: 'lost' });
    journal.tell({ type: 'speech.started', position: 0 });
    expect(journal.commands()).toEqual(sent);
  });

  it('takes as long for a frame after an hour as at first', () => {
    const journal = start();
    const one = frame(1);
    const timed = (count: number): number => {
      const startedAt = performance.now();
      for (let at = 0; at < count; at++) journal.send(one);
      return performance.now() - startedAt;
    };
    timed(20_000);
    const early = timed(20_000);
    timed(120_000);
    // A list that is copied, or that grows, would take ten times as long and more.
    expect(timed(20_000)).toBeLessThan(early * 10 + 200);
  });
});

/** What a journal must give, kept as one plain list. */
const plainJournal = () => {
  let list: { readonly command: ClientEvent; readonly samples: readonly number[] }[] = [];
  const isAudio = ({ type }: ClientEvent): boolean => type === 'input_audio_buffer.append';
  const limit = (): void => {
    let over = list.reduce((sum, { samples }) => sum + samples.length, 0) - longestTurnMs * samplesPerMs;
    list = list.filter(({ samples }) => {
      if (samples.length === 0 || over <= 0) return true;
      over -= samples.length;
      return false;
    });
  };
  return {
    sent(command: ClientEvent): void {
      if (command.type === 'input_audio_buffer.clear') {
        const last = list.findLastIndex(({ command: { type } }) => type === 'input_audio_buffer.commit');
        list = list.filter((entry, at) => at < last || !isAudio(entry.command));
        return;
      }
      list.push({ command, samples: samplesOf(command) });
      limit();
    },
    /** The oldest commit is confirmed; gives the turn's samples. */
    committed(): readonly number[] {
      const at = list.findIndex(({ command: { type } }) => type === 'input_audio_buffer.commit');
      const turn = list.slice(0, at).flatMap(({ samples }) => samples);
      list = list.filter(({ command }, index) => index > at || (index < at && !isAudio(command)));
      return turn;
    },
    gone(command: ClientEvent): void {
      list = list.filter((entry) => entry.command !== command);
    },
    restart(): readonly ClientEvent[] {
      const before = list.map(({ command }) => command);
      list = [];
      return before;
    },
    commands: () => list.map(({ command }) => command),
  };
};

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), samples: fc.integer({ min: 1, max: 60_000 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('commit', 'note', 'clear', 'update') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('confirm', 'refuse') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
);

describe('a journal of turns that the client ends', () => {
  it('holds exactly what a plain list would, and gives each turn its audio to the byte', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const journal = start();
        const plain = plainJournal();
        let waiting: ClientEvent[] = [];
        let count = 0;
        const send = (command: ClientEvent): void => {
          const sent = journal.send(command);
          plain.sent(sent);
          if (sent.type !== 'input_audio_buffer.append') waiting.push(sent);
        };
        const confirm = (command: ClientEvent): void => {
          if (command.type === 'input_audio_buffer.commit') {
            const id = `item_${++count}`;
            const turn = plain.committed();
            journal.tell(committed(id));
            expect(journal.recorded(id)).toEqual(turn);
            expect(journal.recordingOf(id)?.ms ?? 0).toBeCloseTo(turn.length / samplesPerMs, 6);
          } else if (command.type === 'conversation.item.create') {
            plain.gone(command);
            journal.tell({ type: 'conversation.item.added', event_id: 'e', item: command.item });
          } else if (command.type === 'session.update') {
            plain.gone(command);
            journal.tell({ type: 'session.updated', event_id: 'e', session: { type: 'realtime' } });
          } else if (command.type === 'input_audio_buffer.clear') {
            journal.tell({ type: 'input_audio_buffer.cleared', event_id: 'e' });
          }
        };
        for (const one of steps) {
          if (one.do === 'append') send(frame(++count % 30_000, 'samples' in one ? one.samples : 1));
          else if (one.do === 'commit') send(commit);
          else if (one.do === 'clear') send(clear);
          else if (one.do === 'note') send(note(`note_${++count}`));
          else if (one.do === 'update') send({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } });
          else if (one.do === 'lose') {
            waiting = [];
            journal.tell({ type: 'connection.lost', closeCode: 1006, reason: 'lost' });
            const again = journal.commands();
            expect(again).toEqual(plain.restart());
            journal.clear();
            again.forEach(send);
          } else {
            const first = waiting.shift();
            if (first && one.do === 'confirm') confirm(first);
            else if (first) {
              plain.gone(first);
              journal.tell(refusalOf(first.event_id ?? ''));
            }
          }
          const [actual, wanted] = [journal.commands(), plain.commands()];
          expect(actual.length).toBe(wanted.length);
          expect(actual.every((command, at) => command === wanted[at])).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('a journal of turns that the service ends', () => {
  it('gives each turn the frames that ended by its end, and keeps the rest', () => {
    const turn = fc.record({ frames: fc.array(fc.integer({ min: 1, max: 4800 }), { maxLength: 8 }), part: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 10 }), (turns) => {
        const journal = start();
        const ends: { readonly command: ClientEvent; readonly end: number }[] = [];
        let appended = 0;
        let from = 0;
        let value = 0;
        turns.forEach(({ frames, part }, at) => {
          for (const samples of frames) {
            appended += samples;
            ends.push({ command: journal.send(frame(++value, samples)), end: appended });
          }
          const endMs = Math.floor((appended * part) / 100 / samplesPerMs);
          journal.tell(speechStopped(endMs));
          journal.tell(committed(`item_${at}`));
          const mine = ends.slice(from).filter(({ end }) => end <= endMs * samplesPerMs);
          from += mine.length;
          expect(journal.recorded(`item_${at}`)).toEqual(mine.flatMap(({ command }) => samplesOf(command)));
          expect(journal.commands()).toEqual(ends.slice(from).map(({ command }) => command));
        });
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
