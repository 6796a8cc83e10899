import { concat, delay, filter, lastValueFrom, map, NEVER, type Observable, of, takeWhile, toArray } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delegateTurns, ofType, realtime } from '../operators/index.js';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { itemsOf } from '../src/index.js';
import { openSocket } from '../src/node/index.js';
import { openai } from '../src/providers/openai.js';
import { type Simulator, startSimulator } from '../src/simulator/index.js';

let service: Simulator;
beforeAll(async () => {
  service = await startSimulator({ voice: 'built-in', pace: 'instant' });
});
afterAll(() => service.close());

const question: Command = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'How much is 23 times 45?' }] },
};
/** Hands on every turn. */
const handing: Epic = (events$) =>
  events$.pipe(
    ofType('conversation.item.added'),
    filter(({ item }) => item.type === 'message' && item.role === 'user'),
    map((): VoiceEvent => ({ type: 'turn.delegated', lane: 'big' })),
  );
const talk = (source: Observable<Command>, delegation: Epic): Observable<VoiceEvent> =>
  source.pipe(realtime(openai({ apiKey: 'sk-test', url: service.url }), { openSocket, epics: [handing, delegation] }));
const isTold = (event: VoiceEvent): boolean =>
  event.type === 'conversation.item.added' && event.item.type === 'message' && event.item.role === 'assistant';

it('hands a turn to somebody else, who knows the conversation, and speaks the answer as it is', async () => {
  const known: string[] = [];
  const answering = delegateTurns({
    delegate: ({ items }) => {
      known.push(...itemsOf(items).map(({ transcript }) => transcript));
      return of('It is 1035. ', 'Anything else?').pipe(delay(50));
    },
    filler: 'One moment.',
    fillerAfterMs: 10,
    words: 'received',
  });

  const events = await lastValueFrom(
    talk(concat([question], NEVER), answering).pipe(
      takeWhile((event) => !isTold(event), true),
      toArray(),
    ),
  );

  const said = events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []));
  expect(said).toEqual(['One moment.', 'It is 1035.', 'Anything else?']);
  const told = events.flatMap((event) =>
    event.type === 'conversation.item.added' && event.item.type === 'message' ? [event.item] : [],
  );
  expect(told.map(({ role, content }) => [role, content?.[0]?.text])).toEqual([
    ['user', 'How much is 23 times 45?'],
    ['assistant', 'It is 1035. Anything else?'],
  ]);
  expect(known).toEqual(['How much is 23 times 45?']);
  expect(events.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.'))).toEqual([]);
});

it('lets the session answer when the delegate cannot', async () => {
  const answering = delegateTurns({ delegate: () => Promise.reject(new Error('out of order')) });
  const events = await lastValueFrom(
    talk(concat([question], NEVER), answering).pipe(
      takeWhile(({ type }) => type !== 'response.done', true),
      toArray(),
    ),
  );

  expect(events.filter(({ type }) => type === 'turn.delegation_failed')).toHaveLength(1);
  expect(events.flatMap((event) => (event.type === 'response.done' ? [event.response.status] : []))).toEqual(['completed']);
});
