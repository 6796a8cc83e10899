import fc from 'fast-check';
import { concatMap, from, type Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type TranscriptsConfig, transcripts } from '../../operators/transcripts.js';
import type { TranscriptEvent, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { transcriptOf } from '../../src/state/transcript.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const transcription = { model: 'gpt-4o-mini-transcribe' };
const session: ServerEvent = {
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', output_modalities: ['audio'], audio: { input: { transcription } } },
};
const asked = (id: string, previous_item_id: string | null = null): ServerEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  previous_item_id,
  item: { id, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio', transcript: null }] },
});
const typed = (id: string, text: string): ServerEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_text', text }] },
});
const understood = (item_id: string, transcript: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: 'e',
  item_id,
  content_index: 0,
  transcript,
});
const understands = (item_id: string, delta: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.delta',
  event_id: 'e',
  item_id,
  content_index: 0,
  delta,
});
const misunderstood = (item_id: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.failed',
  event_id: 'e',
  item_id,
  content_index: 0,
  error: { type: 'server_error' },
});
const answering = (id: string): ServerEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id: `r_${id}`, status: 'in_progress' },
});
const begun = (id: string, previous_item_id?: string): ServerEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  ...(previous_item_id === undefined ? {} : { previous_item_id }),
  item: { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
});
const place = (id: string) => ({ event_id: 'e', response_id: `r_${id}`, item_id: id, output_index: 0, content_index: 0 });
const says = (id: string, delta: string): ServerEvent => ({
  type: 'response.output_audio_transcript.delta',
  ...place(id),
  delta,
});
const sounds = (id: string, ms: number): ServerEvent => ({
  type: 'response.output_audio.delta',
  ...place(id),
  delta: toBase64(new Int16Array(24 * ms)),
});
const ended = (
  id: string,
  status: 'completed' | 'incomplete',
  type: 'output_audio' | 'output_text' = 'output_audio',
): ServerEvent => ({
  type: 'response.output_item.done',
  event_id: 'e',
  response_id: `r_${id}`,
  output_index: 0,
  item: { id, type: 'message', role: 'assistant', status, content: [{ type }] },
});
const played = (
  itemId: string,
  playedMs: number,
  type: 'playout.progress' | 'playout.item_done' = 'playout.progress',
): VoiceEvent => ({
  type,
  itemId,
  responseId: `r_${itemId}`,
  playedSamples: 24 * playedMs,
  playedMs,
});
const flushed = (itemId: string, playedMs: number, discardedMs: number): VoiceEvent => ({
  type: 'playout.flushed',
  items: [{ itemId, responseId: `r_${itemId}`, playedSamples: 24 * playedMs, playedMs, discardedMs, isFinished: true }],
  responseIds: [`r_${itemId}`],
});

/** Runs the epic as `realtime` does: the state is ahead of it. */
const run = (events$: Observable<VoiceEvent>, config?: TranscriptsConfig) => {
  let state: SessionState = initialState;
  const seen$ = new Subject<VoiceEvent>();
  const told: TranscriptEvent[] = [];
  transcripts(config)(seen$, () => state).subscribe((event) => told.push(event as TranscriptEvent));
  events$.subscribe((event) => {
    state = sessionState(state, event);
    seen$.next(event);
  });
  return { told, state: () => state };
};
const brief = (told: readonly TranscriptEvent[]): readonly string[] =>
  told.map(
    (event) => `${event.itemId}: ${event.text}${event.isFinal ? ' .' : ''}${'isCut' in event && event.isCut ? ' cut' : ''}`,
  );
const tell = (events: readonly VoiceEvent[], config?: TranscriptsConfig): readonly string[] =>
  brief(run(from([session, ...events]), config).told);

const answer = [answering('a'), begun('a', 'u'), says('a', 'One two three four.'), sounds('a', 1900)];

describe('transcripts', () => {
  it('tells the words of the user as they come, and once as all', () => {
    expect(tell([asked('u'), understands('u', 'Hel'), understands('u', 'lo'), understood('u', 'Hello.')])).toEqual([
      'u: Hel',
      'u: Hello',
      'u: Hello. .',
    ]);
  });

  it('tells typed words at once', () => {
    expect(tell([typed('u', 'Hello.')])).toEqual(['u: Hello. .']);
  });

  it('tells the words of the assistant as they are heard, whole ones alone', () => {
    const heard = [200, 700, 800, 1900].map((ms) => played('a', ms));
    expect(tell([...answer, ended('a', 'completed'), ...heard, played('a', 1900, 'playout.item_done')])).toEqual([
      'a: One two',
      'a: One two three four.',
      'a: One two three four. .',
    ]);
  });

  it('ends the words of the assistant where speech was cut, also of an item that was complete', () => {
    const events = [...answer, ended('a', 'completed'), played('a', 760), flushed('a', 760, 1140)];
    expect(tell(events)).toEqual(['a: One two', 'a: One two . cut']);
  });

  it('does not take words for heard whose audio is still to come', () => {
    const events = [answering('a'), begun('a'), says('a', 'One two three four.'), sounds('a', 100), played('a', 100)];
    expect(tell([...events, flushed('a', 100, 0), ended('a', 'incomplete')])).toEqual([]);
  });

  it('ends the words of a cancelled answer with its response, where the service says nothing of the item', () => {
    const done: ServerEvent = { type: 'response.done', event_id: 'e', response: { id: 'r_a', status: 'cancelled' } };
    expect(tell([...answer, played('a', 800), flushed('a', 800, 1100), done])).toEqual(['a: One two', 'a: One two . cut']);
  });

  it('takes back no words when more of them come and the guess shrinks', () => {
    const events = [answering('a'), begun('a'), says('a', 'One two'), sounds('a', 500), played('a', 500)];
    expect(tell([...events, says('a', ' three four five six.'), played('a', 501)])).toEqual(['a: One two']);
  });

  it('tells nothing of an answer of which nothing was heard', () => {
    expect(tell([...answer, flushed('a', 0, 1900), ended('a', 'incomplete')])).toEqual([]);
  });

  it('tells written words as they come', () => {
    const writes = (delta: string): ServerEvent => ({ type: 'response.output_text.delta', ...place('a'), delta });
    const text: ServerEvent = {
      type: 'session.updated',
      event_id: 'e',
      session: { type: 'realtime', id: 's', output_modalities: ['text'] },
    };
    expect(tell([text, answering('a'), begun('a'), writes('He'), writes('llo'), ended('a', 'completed', 'output_text')])).toEqual(
      ['a: He', 'a: Hello', 'a: Hello .'],
    );
  });

  it('tells all words that were received, where asked for, without a playout', () => {
    expect(tell([...answer, ended('a', 'completed')], { words: 'received' })).toEqual([
      'a: One two three four.',
      'a: One two three four. .',
    ]);
  });

  it('lets the answer wait for the words of the question', () => {
    const heard = [ended('a', 'completed'), played('a', 1900), played('a', 1900, 'playout.item_done')];
    expect(tell([asked('u'), ...answer, ...heard])).toEqual([]);
    expect(tell([asked('u'), ...answer, ...heard, understood('u', 'Count.')])).toEqual([
      'u: Count. .',
      'a: One two three four. .',
    ]);
    expect(tell([asked('u'), ...answer, ...heard, misunderstood('u')])).toEqual(['a: One two three four. .']);
  });

  it('waits for nobody where the session does not transcribe', () => {
    const silent: ServerEvent = { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } };
    expect(tell([silent, asked('u'), typed('v', 'Hello.')])).toEqual(['v: Hello. .']);
  });

  it('closes an item that is deleted while it is told', () => {
    const gone: ServerEvent = { type: 'conversation.item.deleted', event_id: 'e', item_id: 'a' };
    expect(tell([...answer, ended('a', 'completed'), played('a', 800), gone, typed('v', 'Well.')])).toEqual([
      'a: One two',
      'a: One two . cut',
      'v: Well. .',
    ]);
  });

  it('goes on after an item that was told and is deleted', () => {
    const gone: ServerEvent = { type: 'conversation.item.deleted', event_id: 'e', item_id: 'u' };
    expect(tell([typed('u', 'One.'), typed('v', 'Two.'), { ...gone, item_id: 'v' }, typed('w', 'Three.')])).toEqual([
      'u: One. .',
      'v: Two. .',
      'w: Three. .',
    ]);
  });

  it(
    'waits 5 s for words that do not come',
    marbles((t) => {
      const events$ = t.hot<readonly VoiceEvent[]>('-a-b', { a: [session, asked('u')], b: [typed('v', 'Well.')] });
      const { told } = run(events$.pipe(concatMap((events) => events)));
      const at: number[] = [];
      t.cold('4s 980ms 60ms a 100ms b').subscribe(() => at.push(told.length));
      t.flush();
      expect(at).toEqual([0, 1]);
      expect(brief(told)).toEqual(['v: Well. .']);
    }),
  );

  it('keeps the order of the conversation for any order of arrival', () => {
    const items = ['1', '2', '3', '4', '5'];
    const words = items.flatMap((id) => [understands(id, `first ${id}`), understood(id, `first ${id}, last ${id}`)]);
    fc.assert(
      fc.property(fc.shuffledSubarray(words, { minLength: words.length }), (order) => {
        const added = items.map((id, at) => asked(id, at === 0 ? null : `${at}`));
        const { told } = run(from([session, ...added, ...order]));
        expect(told.map(({ itemId }) => itemId)).toEqual(told.map(({ itemId }) => itemId).toSorted());
        // A completion may be followed by a late piece, which is no more told.
        expect(told.filter(({ isFinal }) => isFinal).map(({ itemId }) => itemId)).toEqual(items);
      }),
    );
  });

  it(
    'ends with its events, and with their error, and lets go of them',
    marbles((t) => {
      t.expectObservable(transcripts()(t.hot('--|'), () => initialState)).toBe('--|');
      t.expectObservable(transcripts()(t.hot('--#'), () => initialState)).toBe('--#');
      const events = t.hot<VoiceEvent>('-----');
      t.expectObservable(
        transcripts()(events, () => initialState),
        '^--!',
      ).toBe('-');
      t.expectSubscriptions(events.subscriptions).toBe('^--!');
    }),
  );

  it('refuses no patience when called', () => {
    expect(() => transcripts({ patienceMs: 0 })).toThrow(RangeError);
  });
});

describe('transcriptOf', () => {
  const lines = (events: readonly VoiceEvent[]) =>
    transcriptOf([session, ...events].reduce(sessionState, initialState)).map(
      ({ speaker, text, isCut }) => `${speaker}: ${text}${isCut ? ' …' : ''}`,
    );

  it('tells who said what, the assistant as far as it was heard', () => {
    expect(lines([typed('u', 'Count.'), ...answer, ended('a', 'completed'), played('a', 800)])).toEqual([
      'user: Count.',
      'assistant: One two …',
    ]);
  });

  it('is right after a truncation, also where the service cut earlier than was heard', () => {
    const truncated: ServerEvent = {
      type: 'conversation.item.truncated',
      event_id: 'e',
      item_id: 'a',
      content_index: 0,
      audio_end_ms: 400,
    };
    const events = [...answer, ended('a', 'completed'), played('a', 1500), flushed('a', 1500, 400), truncated];
    expect(lines(events)).toEqual(['assistant: One …']);
  });

  it('holds what was written, and nothing of what is to be spoken and has no audio', () => {
    const seeded: ServerEvent = {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 's', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi.' }] },
    };
    expect(lines([seeded, begun('a'), says('a', 'Not yet heard.')])).toEqual(['assistant: Hi.']);
  });

  it('gives all that was received where asked for', () => {
    const state = [session, ...answer].reduce(sessionState, initialState);
    expect(transcriptOf(state, { words: 'received' }).map(({ text }) => text)).toEqual(['One two three four.']);
  });
});
