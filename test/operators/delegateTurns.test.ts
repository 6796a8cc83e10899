import { delay, map, NEVER, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, type SocketStep, scriptedPlayout, scriptedProvider } from '../../marbles/index.js';
import { type DelegateTurnsConfig, delegateTurns } from '../../operators/delegateTurns.js';
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
  t: { type: 'turn.delegated', lane: 'big' },
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
    if (command.response === undefined) return 'fallback';
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

  it(
    'keeps the conversation open for a turn that is delegated when the source ends',
    marbles((t) => {
      const answer = t.cold('  ---(w|)', { w: 'It rains.' });
      const script = '         oc-------riasd-------------';
      const doing = '          ---t|';
      const open = '           ^--------------------!';

      const run = conversation(t, { service: script, user: doing, config: { delegate: () => answer } });
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      expect(run.told).toEqual(['answered']);
    }),
  );

  it(
    'speaks sentence by sentence, one response after the other',
    marbles((t) => {
      const answer = t.cold('  a--b----(c|)', { a: 'It', b: ' rains. You need', c: ' a coat.' });
      const script = '         oc-------riasd--RIASD-------------------';
      const doing = '          ---t-----------------|';

      const run = conversation(t, { service: script, user: doing, config: { delegate: () => answer } });
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe('------c------c-----------------i', letters);
      t.flush();
      expect(run.sent).toEqual(['say It rains.', 'say You need a coat.', 'assistant: It rains. You need a coat.']);
    }),
  );

  it(
    'says a filler when the delegate takes its time, and does not tell the conversation of it',
    marbles((t) => {
      const answer = t.cold('  ---------(w|)', { w: 'It rains.' });
      const script = '         oc-------riasd--RIASD-------------------';
      const doing = '          ---t-----------------|';

      const config = { delegate: () => answer, filler: 'One moment.', fillerAfterMs: 100 };
      const run = conversation(t, { service: script, user: doing, config });
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe('--------c----c-----------------i', letters);
      t.flush();
      expect(run.sent).toEqual(['say One moment.', 'say It rains.', 'assistant: It rains.']);
    }),
  );

  it(
    'says no filler when words are there in time, or the delegate has nothing to say',
    marbles((t) => {
      const config = { filler: 'One moment.', fillerAfterMs: 100 };
      const quick = conversation(t, { service: 'oc-', user: '---t', config: { ...config, delegate: () => ['Yes.'] } });
      const mute = conversation(t, { service: 'oc-', user: '---t', config: { ...config, delegate: () => [] } });
      t.flush();
      expect(quick.sent).toEqual(['say Yes.']);
      expect(mute.sent).toEqual([]);
      expect(mute.told).toEqual(['answered']);
    }),
  );

  it(
    'says one filler after the other, turn by turn',
    marbles((t) => {
      const config = { delegate: () => NEVER, filler: ['One.', 'Two.'], fillerAfterMs: 40 };
      const run = conversation(t, { service: 'oc---', user: '---t---t---t---', config });
      t.flush();
      expect(run.sent.slice(0, 3)).toEqual(['say One.', 'say Two.', 'say One.']);
    }),
  );

  it(
    'aborts a delegate that thinks when the user speaks',
    marbles((t) => {
      let signal: AbortSignal | undefined;
      const answer = t.cold('  ------------(w|)', { w: 'It rains.' });
      const doing = '          ---t----s--------------|';
      const asked = '          ---^----!';
      const open = '           ^----------------------!';
      const config: DelegateTurnsConfig = {
        delegate: (_, aborted) => {
          signal = aborted;
          return answer;
        },
      };
      const run = conversation(t, { service: 'oc', user: doing, config });
      t.expectSubscriptions(answer.subscriptions).toBe(asked);
      t.expectSubscriptions(run.service.subscriptions).toBe(open);
      t.flush();
      expect(signal?.aborted).toBe(true);
      expect(run.sent).toEqual([]);
      expect(run.told).toEqual(['interrupted']);
    }),
  );

  it(
    'does not abort the signal of a delegate that has said all',
    marbles((t) => {
      let signal: AbortSignal | undefined;
      const config: DelegateTurnsConfig = {
        delegate: (_, aborted) => {
          signal = aborted;
          return ['Yes.'];
        },
      };
      conversation(t, { service: 'oc-----riasd', user: '---t------------|', config });
      t.flush();
      expect(signal?.aborted).toBe(false);
    }),
  );

  it(
    'cancels what is being said when the user speaks, and tells the conversation what was heard of it',
    marbles((t) => {
      const script = '         oc---ria-----------sd---';
      const doing = '          ---t------------s--------|';
      const config = { delegate: () => ['It rains cats and dogs all day long.', ' You need a coat. '] };
      const run = conversation(t, { service: script, user: doing, config });
      t.flush();
      expect(run.sent).toEqual(['say It rains cats and dogs all day long. You need a coat.', 'cancel resp_1', 'assistant: It']);
      expect(run.told).toEqual(['interrupted']);
    }),
  );

  it(
    'cancels a response that was asked for and has not begun when the user speaks',
    marbles((t) => {
      const run = conversation(t, { service: 'oc------r', user: '---t--s-------', config: { delegate: () => ['Yes.'] } });
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe('---c----x', letters);
      t.flush();
      expect(run.sent).toEqual(['say Yes.', 'cancel resp_1']);
    }),
  );

  it(
    'tells what was heard also when the user speaks after all was said',
    marbles((t) => {
      const script = '         oc---riasd--------------';
      const doing = '          ---t---------s-----------|';
      const run = conversation(t, {
        service: script,
        user: doing,
        config: { delegate: () => ['It rains cats and dogs today.'] },
      });
      t.flush();
      expect(run.sent).toEqual(['say It rains cats and dogs today.', 'assistant: It rains cats']);
      expect(run.told).toEqual(['answered']);
    }),
  );

  it(
    'answers the next turn in place of the one before',
    marbles((t) => {
      const answers = [t.cold('---------(w|)', { w: 'Old.' }), t.cold('----(w|)', { w: 'New.' })];
      const doing = '          ---t---t----------';
      const old = '            ---^---!';
      const run = conversation(t, { service: 'oc', user: doing, config: { delegate: () => answers.shift() ?? NEVER } });
      t.expectSubscriptions(answers[0]?.subscriptions ?? []).toBe(old);
      t.flush();
      expect(run.sent).toEqual(['say New.']);
      expect(run.told).toEqual(['interrupted']);
    }),
  );

  it(
    'silences the answer to the turn before, without silencing that to the next one',
    marbles((t) => {
      const answers: Observable<string>[] = [of('Old.'), of('New.').pipe(delay(80))];
      const script = '         oc---ria------R--';
      const doing = '          ---t--------t-----------';
      const run = conversation(t, { service: script, user: doing, config: { delegate: () => answers.shift() ?? NEVER } });
      t.flush();
      expect(run.sent.filter((sent) => !sent.startsWith('assistant'))).toEqual(['say Old.', 'cancel resp_1', 'say New.']);
    }),
  );

  const fails = (title: string, delegate: DelegateTurnsConfig['delegate'], code: string) =>
    it(
      title,
      marbles((t) => {
        const run = conversation(t, { service: 'oc-------nN-', user: '---t----------|', config: { delegate, timeoutMs: 80 } });
        t.expectSubscriptions(run.service.subscriptions).toBe('^-------------!');
        t.flush();
        expect(run.sent).toEqual(['fallback']);
        expect(run.told).toEqual([code]);
      }),
    );
  fails('lets the model of the session answer when the delegate is silent for too long', () => NEVER, 'timeout');
  fails('lets the model of the session answer when the delegate fails', () => throwError(() => new Error('no')), 'threw');
  fails(
    'lets the model of the session answer when the delegate throws',
    () => {
      throw new Error('no');
    },
    'threw',
  );

  it(
    'lets the model of the session answer when it did not say the words',
    marbles((t) => {
      const run = conversation(t, {
        service: 'oc---rf',
        user: '---t----',
        config: { delegate: () => NEVER, filler: 'So.', fillerAfterMs: 0 },
      });
      t.flush();
      expect(run.sent).toEqual(['say So.', 'fallback']);
      expect(run.told).toEqual(['server_error']);
    }),
  );

  it(
    'says what there was when the delegate fails later, and lets nobody else answer',
    marbles((t) => {
      const answer = t.cold('  w-#', { w: 'It rains. And' }, new Error('no'));
      const run = conversation(t, { service: 'oc---riasd', user: '---t------------------|', config: { delegate: () => answer } });
      t.flush();
      expect(run.sent).toEqual(['say It rains.', 'assistant: It rains.']);
      expect(run.told).toEqual(['threw']);
    }),
  );

  it(
    'asks the delegate when the words of the user are there',
    marbles((t) => {
      const answer = t.cold('  (w|)', { w: 'Yes.' });
      const run = conversation(t, { service: 'oct-u---w', user: '-----t-------', config: { delegate: () => answer } });
      t.expectSubscriptions(answer.subscriptions).toBe('--------(^!)');
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe('--------c', letters);
    }),
  );

  it(
    'waits no longer for words of the user than it is to',
    marbles((t) => {
      const run = conversation(t, {
        service: 'oct-u---',
        user: '-----t------',
        config: { delegate: () => ['Yes.'], patienceMs: 60 },
      });
      t.expectObservable(run.service.sent$.pipe(map(letter))).toBe('--------c', letters);
    }),
  );

  it(
    'tells the conversation what was said where nothing is heard',
    marbles((t) => {
      const config: DelegateTurnsConfig = { delegate: () => ['It rains.'], words: 'received' };
      const run = conversation(t, { service: 'oc----riasd', user: '---t------------|', config, playout: false });
      t.flush();
      expect(run.sent).toEqual(['say It rains.', 'assistant: It rains.']);
    }),
  );

  it(
    'ends with the conversation, and leaves no delegate behind',
    marbles((t) => {
      const answer = t.cold('  ------------(w|)', { w: 'It rains.' });
      const service = scriptedProvider(t.cold('oc', steps));
      const conversation$ = t
        .hot<VoiceEvent>('---t----', user)
        .pipe(realtime(service, { ...service, epics: [delegateTurns({ delegate: () => answer })] }));
      t.expectObservable(conversation$.pipe(map(() => 'x')), '^-----!');
      t.expectSubscriptions(answer.subscriptions).toBe('---^--!');
    }),
  );

  it(
    'asks the voice to read nothing and to call nothing',
    marbles((t) => {
      const service = scriptedProvider(t.cold('oc', steps));
      const sent: Command[] = [];
      service.sent$.subscribe((command) => sent.push(command as Command));
      t.hot<VoiceEvent>('---t', user)
        .pipe(realtime(service, { ...service, epics: [delegateTurns({ delegate: () => 'Say "yes".' })] }))
        .subscribe();
      t.flush();
      expect(sent[0]).toMatchObject({
        response: {
          conversation: 'none',
          input: [],
          tools: [],
          instructions: 'Say exactly this, word for word, and nothing else: "Say "yes"."',
        },
      });
    }),
  );

  it('refuses times that are none', () => {
    const delegate = () => NEVER;
    expect(() => delegateTurns({ delegate, timeoutMs: 0 })).toThrow(RangeError);
    expect(() => delegateTurns({ delegate, fillerAfterMs: -1 })).toThrow(RangeError);
    expect(() => delegateTurns({ delegate, patienceMs: Number.NaN })).toThrow(RangeError);
  });
});
