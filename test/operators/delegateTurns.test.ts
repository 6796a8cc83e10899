import { delay, map, NEVER, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, type SocketStep, scriptedPlayout, scriptedProvider } from '../../marbles/index.js';
import { type DelegateTurnsConfig, delegateTurns, isFallback } from '../../operators/delegateTurns.js';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

/** What the service does to say the words of ours with this number: 20 ms of audio each. */
const saying = (n: number) => {
  const response = { id: `resp_${n}`, conversation_id: null, metadata: { rxvox_saying: `${n}` } };
  const place = { event_id: 'e', response_id: `resp_${n}`, item_id: `item_${n}`, output_index: 0, content_index: 0 };
  const item = { id: `item_${n}`, type: 'message', role: 'assistant', status: 'in_progress', content: [] } as const;
  return {
    created: { type: 'response.created', event_id: 'e', response: { ...response, status: 'in_progress' } },
    added: { type: 'response.output_item.added', event_id: 'e', response_id: `resp_${n}`, output_index: 0, item },
    audio: { type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(24 * 200)) },
    silent: { type: 'response.output_audio.done', ...place },
    done: { type: 'response.done', event_id: 'e', response: { ...response, status: 'completed' } },
    failed: { type: 'response.done', event_id: 'e', response: { ...response, status: 'failed' } },
  } satisfies Record<string, SocketStep>;
};
const one = saying(1);
const two = saying(2);
const steps = {
  o: opens,
  c: { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } },
  t: {
    type: 'session.updated',
    event_id: 'e',
    session: { type: 'realtime', id: 's', audio: { input: { transcription: { model: 'whisper-1' } } } },
  },
  u: {
    type: 'conversation.item.added',
    event_id: 'e',
    item: {
      id: 'item_u',
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_audio', transcript: null }],
    },
  },
  w: {
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: 'e',
    item_id: 'item_u',
    content_index: 0,
    transcript: 'Hello.',
  },
  r: one.created,
  i: one.added,
  a: one.audio,
  s: one.silent,
  d: one.done,
  f: one.failed,
  R: two.created,
  I: two.added,
  A: two.audio,
  S: two.silent,
  D: two.done,
  n: { type: 'response.created', event_id: 'e', response: { id: 'own', conversation_id: 'conv', status: 'in_progress' } },
  N: { type: 'response.done', event_id: 'e', response: { id: 'own', conversation_id: 'conv', status: 'completed' } },
} satisfies Record<string, SocketStep>;

const user: Record<string, VoiceEvent> = {
  t: { type: 'turn.delegated' },
  s: { type: 'speech.started', position: 0 },
};

interface Run {
  readonly service: string;
  readonly user: string;
  readonly config: DelegateTurnsConfig;
  readonly playout?: boolean;
}

const conversation = (t: Marbles, { service: script, user: doing, config, playout = true }: Run) => {
  const service = scriptedProvider(t.cold(script, steps));
  const told: string[] = [];
  const sent: string[] = [];
  t.hot<VoiceEvent>(doing, user)
    .pipe(realtime(service, { ...service, epics: [delegateTurns(config)], ...(playout ? { playout: scriptedPlayout() } : {}) }))
    .subscribe((event) => {
      if (event.type === 'turn.delegation_ended') told.push(event.reason);
      if (event.type === 'turn.delegation_failed') told.push(event.error.code);
    });
  service.sent$.subscribe((command) => sent.push(nameOf(command as ClientEvent)));
  return { service, told, sent };
};

const nameOf = (command: ClientEvent): string => {
  if (command.type === 'response.create') {
    if (isFallback(command)) return 'fallback';
    return `say ${/"(.*)"/.exec(command.response?.instructions ?? '')?.[1] ?? ''}`;
  }
  if (command.type === 'response.cancel') return `cancel ${command.response_id}`;
  if (command.type !== 'conversation.item.create' || command.item.type !== 'message') return command.type;
  return `${command.item.role}: ${command.item.content?.map(({ text }) => text).join('')}`;
};
const letter = (command: unknown): string => (command as ClientEvent).type;
const letters = { c: 'response.create', i: 'conversation.item.create', x: 'response.cancel' };

describe('delegateTurns', () => {
  it(
    'speaks the words of the delegate, and tells the conversation when they were heard',
    marbles((t) => {
      const answer = t.cold('  ---(w|)', { w: 'It rains.' });
      const script = '         oc-------riasd-------------';
      const doing = '          ---t-------------|';
      const asked = '          ---^--!';
      const sent = '           ------c--------------i-----';

      const run = conversation(t, { service: script, user: doing, config: { delegate: () => answer } });
      t.expectSubscriptions(answer.subscriptions).toBe(asked);
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe(sent, letters);
      t.flush();
      expect(run.sent).toEqual(['say It rains.', 'assistant: It rains.']);
      expect(run.told).toEqual(['answered']);
    }),
  );
});
