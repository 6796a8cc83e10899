import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  firstValueFrom,
  ignoreElements,
  interval,
  map,
  NEVER,
  type Observable,
  Subject,
  switchMap,
  take,
  tap,
  toArray,
} from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import type { PlayoutInput } from '../../src/epic.js';
import type { LaneAnalyzer } from '../../src/lane-analyzer.js';
import { wavSink } from '../../src/node/index.js';
import { tool } from '../../src/tool.js';
import { type EngineRun, engineRun, services } from './engine-run.js';

const answered = async ({ engine, next }: EngineRun, text = 'hello'): Promise<void> => {
  const done = next('turn.response_completed');
  await engine.sendText(text);
  await done;
};

describe('createSimple', () => {
  it.each(['sk', { apiKey: 'sk' }])('makes an engine that is idle of %j', (key) => {
    const engine = VoiceEngine.createSimple(key, { openSocket: () => NEVER });
    expect(engine.state).toBe('idle');
    expect(engine.isConnected).toBe(false);
  });
});

describe.each(services)('send, with the %s', (service) => {
  it('says anything of the protocol', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    const updated = run.next('session.updated');
    await run.engine.send({ type: 'session.update', session: { instructions: 'Sing.' } });
    await updated;
    await expect
      .poll(() => run.seen.findLast((event) => event.type === 'session.updated')?.session)
      .toMatchObject({ instructions: 'Sing.' });
  });
});

describe.each(services)('updateSession, with the %s', (service) => {
  it('has words written down in the language that is spoken, when told no more than that they are to be', async () => {
    await using run = await engineRun({ service, engine: { language: 'es' } });
    await run.engine.connect();
    await run.engine.updateSession({ transcription: true });
    const updated = run.seen.findLast((event) => event.type === 'session.updated');
    expect(updated?.session.audio?.input?.transcription).toMatchObject({ language: 'es' });
  });

  it('resolves when the session is as it was told to be', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await run.engine.updateSession({ instructions: 'Sing.', speed: 1.1 });
    expect(run.seen.findLast((event) => event.type === 'session.updated')?.session).toMatchObject({
      instructions: 'Sing.',
      audio: { output: { speed: 1.1 } },
    });
  });

  it('leaves out what the provider does not have, and says so once', async () => {
    await using run = await engineRun({ service, engine: { session: { temperature: 0.8 } } });
    await run.engine.connect();
    await run.engine.updateSession({ instructions: 'Sing.', temperature: 0.7 });
    const told = run.seen.filter((event) => event.type === 'engine.error');
    expect(told).toMatchObject([{ recoverable: true, error: { _tag: 'ConfigError', code: 'unsupported' } }]);
  });
});

describe.each(services)('lanes, with the %s', (service) => {
  it('change when they are asked to, and tell it', async () => {
    const told: unknown[] = [];
    await using run = await engineRun({ service, engine: { mode: 'dynamic', onLaneSwitch: (...of) => told.push(of) } });
    await run.engine.connect();
    expect(run.engine.lane).toBe('fast');
    const switched = run.next('lane.switched');
    await run.engine.requestLane('big');
    expect(await switched).toMatchObject({ from: 'fast', to: 'big', reason: expect.any(String), confidence: 1 });
    expect(run.engine.lane).toBe('big');
    expect(told).toEqual([['fast', 'big', expect.any(String)]]);
  });

  it.each(['bigg', 'big'])('stay, and say so, when one is asked for that there is not: %s', async (lane) => {
    await using run = await engineRun({ service, engine: { mode: lane === 'big' ? 'fast' : 'dynamic' } });
    await run.engine.connect();
    await expect(run.engine.requestLane(lane)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringMatching(`^requestLane: there is no lane ${lane}; `),
    });
    expect(run.engine.lane).toBe('fast');
  });

  it('change as an analyzer says that was set while they are there', async () => {
    await using run = await engineRun({ service, engine: { mode: 'dynamic' } });
    await run.engine.connect();
    const analyze: LaneAnalyzer = (message) => (message.includes('weather') ? 'big_lane' : 'fast_lane');
    run.engine.setSwitchAnalyzer(analyze);
    const switched = run.next('lane.switched');
    await run.engine.sendText('How is the weather?');
    expect(await switched).toMatchObject({ to: 'big' });
  });
});

describe.each(services)('callbacks, with the %s', (service) => {
  it('tell of a response when it is done', async () => {
    const told: unknown[] = [];
    await using run = await engineRun({ service, engine: { onResponseDone: (summary) => told.push(summary) } });
    await run.engine.connect();
    await answered(run);
    expect(told).toEqual([{ responseId: expect.stringMatching(/^resp_/), status: 'completed' }]);
  });

  it('tell of errors, beside the events', async () => {
    const told: unknown[] = [];
    await using run = await engineRun({ service, engine: { onError: (error) => told.push(error) } });
    await run.engine.connect();
    const failed = run.next('engine.error');
    await run.engine.send({ type: 'response.cancel', response_id: 'resp_nobody' });
    await run.engine.send({ type: 'conversation.item.delete', item_id: 'nobody' });
    const { error, errorMessage, recoverable } = await failed;
    expect(told).toContain(error);
    expect({ errorMessage, recoverable }).toEqual({ errorMessage: error.message, recoverable: true });
  });

  it('tell of speech once an utterance', async () => {
    let told = 0;
    await using run = await engineRun({
      service,
      engine: {
        vadType: 'server',
        onSpeechDetected: () => {
          told += 1;
        },
      },
    });
    await run.engine.connect();
    const done = run.next('turn.response_completed');
    await run.engine.sendAudio(signal('s', { position: 0, length: 24_000 }));
    await run.engine.sendAudio(new Int16Array(36_000));
    await done;
    expect(told).toBe(1);
  });
});

describe.each(services)('textToAudioResponse, with the %s', (service) => {
  it('sounds with play: true', async () => {
    const taken: string[] = [];
    const loudspeaker = () => (input$: Observable<PlayoutInput>) =>
      input$.pipe(
        tap(({ type }) => taken.push(type)),
        ignoreElements(),
      );
    await using run = await engineRun({ service, platform: { loudspeaker } });
    await run.engine.connect();
    await run.engine.textToAudioResponse('Nobody hears this.');
    expect(taken).not.toContain('response.output_audio.delta');
    await run.engine.textToAudioResponse('Everybody hears this.', { play: true });
    expect(taken).toContain('response.output_audio.delta');
  });
});

describe.each(services)('turns, with the %s', (service) => {
  it('are detected, on either side, and the assistant is interrupted by the user', { timeout: 30_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxvox-facade-'));
    const said$ = new Subject<void>();
    const speech$ = interval(20).pipe(
      map((index) => ({ kind: index < 20 ? ('s' as const) : ('.' as const), position: index * 480 })),
      map(({ kind, position }) => ({
        samples: signal(kind, { position, length: 480, sampleRate: 24_000 }),
        sampleRate: 24_000,
        position,
      })),
    );
    await using run = await engineRun({
      service,
      platform: {
        microphone: () => said$.pipe(switchMap(() => speech$)),
        loudspeaker: () => wavSink(join(folder, 'heard.wav')),
      },
      simulator: { respond: () => ({ text: 'One two three four five six seven eight nine ten eleven twelve.' }) },
    });
    await run.engine.connect();
    run.engine.startListening().catch(() => undefined);
    const begun = run.next('audio.output_started');
    await run.engine.sendText('count');
    await begun;
    expect(run.engine.state).toBe('speaking');
    const interrupted = run.next('turn.interrupted');
    const detected = run.next('turn.detected');
    said$.next();
    const { itemId, heardMs } = await interrupted;
    expect(itemId).toMatch(/^item_/);
    expect(heardMs).toBeGreaterThan(0);
    expect(await detected).toMatchObject({ speaker: 'user' });
    expect(run.seen.findLast(({ type }) => type === 'audio.output_stopped')).toMatchObject({ itemId });
    await run.engine.disconnect();
    rmSync(folder, { recursive: true });
  });
});

describe('while the connection is lost', () => {
  it('keeps what is said, tells of the loss, and goes on', async () => {
    await using run = await engineRun({
      simulator: { faults: [{ type: 'close', code: 1012, on: 'conversation.item.added', connection: 1 }] },
    });
    await run.engine.connect();
    const lost = run.next('connection.lost');
    run.engine.sendText('note this', { respond: false }).catch(() => undefined);
    expect(await lost).toMatchObject({ closeCode: 1012, reason: expect.any(String) });
    expect(run.engine.state).toBe('reconnecting');
    await answered(run, 'and answer this');
    expect(run.engine.conversation.items.map(({ transcript }) => transcript)).toContain('and answer this');
    expect(run.engine.getMetrics().connection.reconnects).toBe(1);
    expect(run.engine.getUsage().totalSessions).toBe(2);
  });
});

describe('properties', () => {
  it('are streams of what the methods give', async () => {
    await using run = await engineRun();
    const { engine } = run;
    const events = firstValueFrom(engine.events$.pipe(take(2), toArray()));
    const voice = firstValueFrom(engine.voice$);
    const metrics = firstValueFrom(engine.metrics$);
    const cost = firstValueFrom(engine.cost$);
    await engine.connect();
    await answered(run);
    expect((await events).map(({ type }) => type)).toEqual(run.seen.slice(0, 2).map(({ type }) => type));
    expect(await voice).not.toHaveProperty('timestamp');
    expect(Object.keys(await metrics)).toEqual(Object.keys(engine.getMetrics()));
    expect(await cost).toEqual(engine.estimateCost());
  });

  it('follows one conversation each time: completes with it, and errors with it', async () => {
    await using run = await engineRun({ engine: { reconnect: false } });
    const { engine } = run;
    const told: string[] = [];
    const note = (name: string) => ({
      next: ({ type }: { readonly type: string }) => void told.push(`${name} ${type}`),
      error: ({ code }: { readonly code: string }) => void told.push(`${name} failed: ${code}`),
      complete: () => void told.push(`${name} is over`),
    });
    engine.voice$.subscribe(note('first'));
    await engine.connect();
    await engine.disconnect();
    engine.voice$.subscribe(note('second'));
    await engine.connect();
    const ended = run.next('turn.conversation_ended');
    await run.service.close();
    await ended;
    expect(told.filter((each) => /established|closed|failed|over/.test(each))).toEqual([
      'first connection.established',
      'first connection.closed',
      'first is over',
      'second connection.established',
      'second failed: lost',
    ]);
  });

  it('are there at once, and may be awaited', async () => {
    await using run = await engineRun();
    const { engine } = run;
    await engine.connect();
    await answered(run);
    expect(await engine.getUsage()).toEqual(engine.getUsage());
    expect(engine.getUsage().textTokens).toBeGreaterThan(0);
    expect(engine.estimateCost()).toMatchObject({ currency: 'USD', complete: true });
    expect((await engine.getMetrics()).connection.latencyMs).toBeGreaterThan(0);
  });
});

describe('getMetrics', () => {
  it('measures pings, the detector of speech, and all that is done to the audio', { timeout: 20_000 }, async () => {
    const microphone = () =>
      interval(5).pipe(map((at) => ({ samples: new Int16Array(480), sampleRate: 24_000, position: at * 480 })));
    await using run = await engineRun({ platform: { microphone } });
    const { engine } = run;
    await engine.connect();
    const established = engine.getMetrics().connection.latencyMs;
    await engine.startListening();
    await expect.poll(() => engine.getMetrics().connection.latencyMs, { timeout: 10_000 }).not.toBe(established);
    const { processing, audio } = engine.getMetrics();
    expect(processing.vadMs).toBeGreaterThan(0);
    expect(processing.audioProcessingMs).toBeGreaterThan(processing.vadMs ?? Number.POSITIVE_INFINITY);
    expect(audio.captureRate).toBeGreaterThan(0);
  });
});

describe.each(services)('registerTool, with the %s', (service) => {
  it('takes a tool, or what one is made of', async () => {
    await using run = await engineRun({
      service,
      simulator: { script: [{ toolCall: { name: 'roll', arguments: {} }, text: 'A four.' }] },
    });
    run.engine.registerTool(tool({ name: 'other', description: '', parameters: { type: 'object' }, run: () => '' }));
    run.engine.registerTool({ name: 'roll', description: 'rolls a die', parameters: { type: 'object' }, run: () => 4 });
    await run.engine.connect();
    const succeeded = run.next('tool.succeeded');
    await run.engine.sendText('roll');
    await succeeded;
    expect(run.engine.getUsage().functionCalls).toBe(1);
  });
});

describe.each(services)('events, with the %s', (service) => {
  it('of a whole conversation carry time and source, and begin and end with it', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await answered(run);
    await run.engine.disconnect();
    for (const event of run.seen) {
      expect(event).toMatchObject({ timestamp: expect.any(Number), at: expect.any(Number), source: expect.any(String) });
    }
    expect(run.seen.find(({ type }) => type === 'connection.starting')).toMatchObject({ attempt: 1 });
    expect(run.seen.at(-1)).toMatchObject({ type: 'turn.conversation_ended', reason: expect.any(String) });
    expect(run.seen.find(({ type }) => type === 'connection.closed')).toMatchObject({ reason: expect.any(String) });
    expectTypeOf(run.engine.events).toHaveProperty('getHistory');
  });
});
