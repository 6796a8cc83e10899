import { concat, distinct, filter, map, merge, NEVER, type Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import { AuthenticationError } from '../../src/errors.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { fromTransport } from '../../src/providers/from-transport.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import type { Transport } from '../../src/providers/transport.js';
import type { TransportEvent } from '../../src/providers/transport-event.js';
import { tool } from '../../src/tool.js';
import { encodePayload } from '../../src/wire/payload.js';
import { marbles } from '../marbles.js';

const openSocket: OpenSocket = () => throwError(() => new Error('a transport opens no sockets'));
const says = (text: string): Command => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

/** A transport of a class, with what was done to it. */
class Library implements Transport {
  readonly calls: string[] = [];
  readonly audio: Uint8Array[] = [];
  readonly events$: Observable<TransportEvent>;
  constructor(events$: Observable<TransportEvent> = NEVER) {
    this.events$ = events$;
  }
  connect(metadata: object): Observable<unknown> {
    this.calls.push(`connect ${JSON.stringify(metadata)}`);
    return of(undefined);
  }
  disconnect(): void {
    this.calls.push('disconnect');
  }
  sendAudio(pcm: Uint8Array): void {
    this.audio.push(pcm);
  }
  sendText(text: string): void {
    this.calls.push(`text ${text}`);
  }
}

const run = (transport: Transport, commands: Observable<Command | VoiceEvent>) =>
  commands.pipe(realtime(fromTransport(transport), { openSocket, reconnect: { random: () => 0 } }));
const ofKind = (kind: RegExp) => (source: Observable<VoiceEvent>) =>
  source.pipe(
    map(({ type }) => type),
    filter((type) => kind.test(type)),
  );

describe('fromTransport', () => {
  it(
    'connects for each session, and disconnects once when it is over',
    marbles((t) => {
      const library = new Library();
      const provider = fromTransport(library, { metadata: { model: 'm' } });
      const events$ = NEVER.pipe(realtime(provider, { openSocket }), ofKind(/established/));
      t.expectObservable(events$, '--!').toBe('e', { e: 'connection.established' });
      t.flush();
      expect(library.calls).toEqual(['connect {"model":"m"}', 'disconnect']);
    }),
  );

  it(
    'waits for connect, and says nothing of the session before',
    marbles((t) => {
      const library = Object.assign(
        new Library(concat(of<TransportEvent>({ type: 'text', text: 'Welcome', isFinal: true }), NEVER)),
        {
          connect: () => timer(60),
        },
      );
      const events$ = run(library, NEVER).pipe(ofKind(/established|text\.done/));
      t.expectObservable(events$, '100ms !').toBe('---(ed)', { e: 'connection.established', d: 'response.output_text.done' });
    }),
  );

  it(
    'takes the error of connect for the reason, as far as it is one',
    marbles((t) => {
      const refusal = new AuthenticationError('the library says no', { code: 'unauthorized' });
      const library = Object.assign(new Library(), { connect: () => throwError(() => refusal) });
      t.expectObservable(run(library, NEVER).pipe(ofKind(/established/))).toBe('#', undefined, refusal);
      const silent = Object.assign(new Library(), { connect: () => throwError(() => new Error('key sk-secret')) });
      const error = expect.objectContaining({ code: 'lost', message: expect.not.stringContaining('secret') });
      const once$ = NEVER.pipe(realtime(fromTransport(silent), { openSocket, reconnect: false }));
      t.expectObservable(once$.pipe(ofKind(/established/))).toBe('#', undefined, error);
    }),
  );

  it(
    'hands audio and text over as they are, in order',
    marbles((t) => {
      const library = new Library();
      const audio = encodePayload(Int16Array.of(1, -2, 300), 'pcm16');
      const append: Command = { type: 'input_audio_buffer.append', audio };
      t.expectObservable(run(library, concat(of(append, says('hello')), NEVER)).pipe(ofKind(/item\.added/)), '-!').toBe('a', {
        a: 'conversation.item.added',
      });
      t.flush();
      expect(library.audio).toEqual([Uint8Array.of(1, 0, 254, 255, 44, 1)]);
      expect(library.calls).toContain('text hello');
    }),
  );

  it(
    'makes answers of pieces, and ends them',
    marbles((t) => {
      const pcm = Int16Array.of(1, 2);
      const pieces: TransportEvent[] = [
        { type: 'audio', pcm },
        { type: 'transcript', role: 'assistant', text: 'It is ' },
        { type: 'transcript', role: 'assistant', text: 'sunny.' },
        { type: 'response_done' },
      ];
      const done$ = run(new Library(concat(pieces, NEVER)), NEVER).pipe(
        filter((event) => event.type === 'response.done'),
        map(({ response }) => [response.status, response.output]),
      );
      const item = { type: 'message', role: 'assistant', status: 'completed' };
      t.expectObservable(done$, '-!').toBe('d', {
        d: ['completed', [expect.objectContaining({ ...item, content: [{ type: 'output_audio', transcript: 'It is sunny.' }] })]],
      });
    }),
  );

  it(
    'tells turns of the user, with what was understood of them',
    marbles((t) => {
      const turn: TransportEvent[] = [
        { type: 'speech_started' },
        { type: 'speech_stopped' },
        { type: 'transcript', text: 'What is', isFinal: false },
        { type: 'transcript', text: 'What is it?' },
      ];
      const types$ = run(new Library(concat(turn, NEVER)), NEVER).pipe(
        filter(({ type }) => /^(input_audio_buffer|conversation)/.test(type)),
        map((event) => ('transcript' in event ? event.transcript : event.type.split('.').at(-1))),
      );
      t.expectObservable(types$, '-!').toBe('(sScadUT)', {
        s: 'speech_started',
        S: 'speech_stopped',
        c: 'committed',
        a: 'added',
        d: 'done',
        U: 'What is',
        T: 'What is it?',
      });
    }),
  );

  it.each([
    ['nobody tells its words', ''],
    ['some of its words are there', 'p-p'],
  ])('tells of each turn that the client ends, also where %s', (_, words) =>
    marbles((t) => {
      const partial: TransportEvent = { type: 'transcript', text: 'what', isFinal: false };
      const library = Object.assign(new Library(t.hot(words, { p: partial })), { commit: () => undefined });
      const commit: Command = { type: 'input_audio_buffer.commit' };
      const turns$ = run(library, t.cold('-c-c', { c: commit })).pipe(
        filter((event) => event.type === 'input_audio_buffer.committed'),
        distinct(({ item_id }) => item_id),
        map(() => 'c'),
      );
      t.expectObservable(turns$, '-----!').toBe('-c-c');
    })(),
  );

  it(
    'cancels the answer that is interrupted, and has the loudspeaker stop',
    marbles((t) => {
      const said: Record<string, TransportEvent> = {
        a: { type: 'audio', pcm: new Int16Array(480) },
        i: { type: 'interrupted' },
      };
      const events: VoiceEvent[] = [];
      run(new Library(t.hot('-ai', said)), NEVER).subscribe((event) => events.push(event));
      t.flush();
      const types = events.map(({ type }) => type);
      expect(types).toContain('input_audio_buffer.speech_started');
      expect(types.indexOf('input_audio_buffer.speech_stopped')).toBeGreaterThan(types.indexOf('response.done'));
      expect(events.find(({ type }) => type === 'response.done')).toMatchObject({ response: { status: 'cancelled' } });
    }),
  );

  it(
    'lets functions be called, and hands back what they answer',
    marbles((t) => {
      const answer$ = new Subject<TransportEvent>();
      const call: TransportEvent = { type: 'tool_call', name: 'sky', arguments: {}, callId: 'c1' };
      const event$ = merge(answer$, t.hot('-(cd)', { c: call, d: { type: 'response_done' } as TransportEvent }));
      const results: unknown[] = [];
      const library = Object.assign(new Library(event$), {
        sendToolResult: (result: { readonly callId: string; readonly output: string }) => {
          results.push(result);
          answer$.next({ type: 'text', text: 'It is clear.', isFinal: true });
        },
      });
      const sky = tool({ name: 'sky', description: 'the sky', parameters: { type: 'object' }, run: () => of('clear') });
      const words$ = NEVER.pipe(
        realtime(fromTransport(library), { openSocket, epics: [runTools([sky])] }),
        filter((event) => event.type === 'response.output_text.done'),
        map(({ text }) => text),
      );
      t.expectObservable(words$, '---!').toBe('-w', { w: 'It is clear.' });
      t.flush();
      expect(results).toEqual([{ callId: 'c1', output: 'clear' }]);
    }),
  );

  it(
    'says what it has no member for, and what the transport could not take, without a word of either',
    marbles((t) => {
      const library = Object.assign(new Library(), {
        sendText: () => throwError(() => new Error('no, sk-secret')),
      });
      const commands: Command[] = [{ type: 'input_audio_buffer.commit' }, { type: 'response.cancel' }, says('hello')];
      const told: VoiceEvent[] = [];
      run(library, concat(commands, NEVER)).subscribe((event) => told.push(event));
      t.flush();
      expect(told.flatMap((event) => ('commandType' in event ? event.commandType : []))).toEqual([
        'input_audio_buffer.commit',
        'response.cancel',
      ]);
      expect(told.find(({ type }) => type === 'error')).toMatchObject({ error: { code: 'transport_failed' } });
      expect(JSON.stringify(told)).not.toContain('secret');
    }),
  );

  it.each([
    ['at once', '#', '(ed|)'],
    ['when its answer was asked for', '--#', '--(ed|)'],
  ])('waits for no answer to what the transport refuses %s', (_, refusal, expected) =>
    marbles((t) => {
      const library = Object.assign(new Library(), { sendText: () => t.cold(refusal) });
      const types$ = run(library, of<Command[]>(says('hello'), { type: 'response.create' })).pipe(ofKind(/^error|response.done/));
      t.expectObservable(types$).toBe(expected, { e: 'error', d: 'response.done' });
    })(),
  );

  it(
    'connects again when the session is lost, and says nothing twice',
    marbles((t) => {
      const event$ = t.hot('-c', { c: { type: 'closed', code: 1001 } as TransportEvent });
      const remembered: unknown[] = [];
      const library = Object.assign(new Library(event$), { remember: (item: object) => void remembered.push(item) });
      const types$ = run(library, concat(of(says('hello')), NEVER)).pipe(ofKind(/lost|restored/));
      t.expectObservable(types$, '---!').toBe('-(lr)', { l: 'connection.lost', r: 'connection.restored' });
      t.flush();
      expect(library.calls.filter((call) => call === 'text hello')).toHaveLength(1);
      expect(remembered).toContainEqual(expect.objectContaining({ role: 'user' }));
    }),
  );

  it(
    'takes no harm from what is no event',
    marbles((t) => {
      const circular: Record<string, unknown> = { type: 'audio' };
      circular.pcm = circular;
      const garbage = [null, 7, 'audio', { type: 'audio' }, { type: 'text' }, circular, {}] as never[];
      const types$ = run(new Library(concat(garbage, NEVER)), NEVER).pipe(ofKind(/diagnostic|lost/));
      t.expectObservable(types$, '-!').toBe('(mmmumu)', { m: 'diagnostic.malformed_event', u: 'diagnostic.unknown_event' });
    }),
  );

  it.each([true, 0, 'queued', { isOpen: true }])('waits for nothing where a library answers %j', (answer) =>
    marbles((t) => {
      const library = new Library(t.cold('--a', { a: { type: 'text', text: 'yes', isFinal: true } as TransportEvent }));
      const odd = () => answer as never;
      Object.assign(library, { connect: odd, disconnect: odd, sendAudio: odd, sendText: odd });
      const audio: Command = { type: 'input_audio_buffer.append', audio: 'AAAA' };
      const types$ = run(library, of<Command[]>(audio, says('hello'), { type: 'response.create' }));
      t.expectObservable(types$.pipe(ofKind(/^error|lost|response.done/), take(1))).toBe('--(d|)', { d: 'response.done' });
    })(),
  );

  it(
    'begins an answer with the first piece that can be read',
    marbles((t) => {
      const pieces = [{ type: 'audio' } as never, { type: 'audio', pcm: new Int16Array(480) }] as const;
      const types$ = run(new Library(concat(pieces, NEVER)), NEVER).pipe(ofKind(/response\.(created|output_audio\.delta)/));
      t.expectObservable(types$, '-!').toBe('(cd)', { c: 'response.created', d: 'response.output_audio.delta' });
    }),
  );

  it('takes audio and text unchanged from an engine in mode provider', async () => {
    const event$ = new Subject<TransportEvent>();
    const library = Object.assign(new Library(event$), {
      sendText(text: string) {
        library.calls.push(`text ${text}`);
        event$.next({ type: 'text', text: 'Hello.', isFinal: true });
      },
    });
    const engine = await VoiceEngine.open({ provider: fromTransport(library), mode: 'provider' }, { openSocket });
    const types: string[] = [];
    engine.events.on('diagnostic.*', ({ type }) => types.push(type));
    const done = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
    await engine.sendText('Hi!');
    await engine.sendAudio(Uint8Array.of(1, 2, 3, 4));
    await done;
    await engine.disconnect();
    expect(library.calls).toEqual(['connect {}', 'text Hi!', 'disconnect']);
    expect(library.audio).toEqual([Uint8Array.of(1, 2, 3, 4)]);
    expect(types).toEqual([]);
  });

  it('waits for disconnect when it ends in good order', async () => {
    const library = Object.assign(new Library(), { disconnect: () => timer(30) });
    const engine = await VoiceEngine.open({ provider: fromTransport(library), mode: 'provider' }, { openSocket });
    const before = performance.now();
    await engine.disconnect();
    expect(performance.now() - before).toBeGreaterThan(25);
  });
});
