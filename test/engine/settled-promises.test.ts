import { BehaviorSubject, EMPTY, mergeMap, type Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEngine } from '../../src/engine/voice-engine.js';
import type { PlayoutInput } from '../../src/epic.js';
import { AudioError } from '../../src/errors.js';
import type { PlayoutEvent } from '../../src/events.js';
import { type EngineRun, engineRun } from './engine-run.js';

const frame: AudioFrame = { samples: new Int16Array(480), sampleRate: 24_000, position: 0 };

/** A microphone that opens and never gives anything. */
const dumb = (): Observable<AudioFrame> => new Subject<AudioFrame>();

/** All members that give a promise, used in a way that has something to wait for. */
const members: readonly (readonly [string, (engine: VoiceEngine) => Promise<unknown>])[] = [
  ['startListening', (engine) => engine.startListening()],
  ['sendText', (engine) => engine.sendText('hello')],
  ['sendImage', (engine) => engine.sendImage('https://example.com/a.png')],
  ['sendRecordedAudio', (engine) => engine.sendRecordedAudio(new Int16Array(4800))],
  ['commit', (engine) => engine.commit()],
  ['textToAudioResponse', (engine) => engine.textToAudioResponse('hello')],
  ['updateSession', (engine) => engine.updateSession({ instructions: 'Be brief.' })],
  ['conversation.add', (engine) => engine.conversation.add({ id: 'x', type: 'message', role: 'user', content: [] })],
  ['conversation.delete', (engine) => engine.conversation.delete('x')],
];

const withoutService = async (): Promise<EngineRun> => {
  const run = await engineRun({
    engine: { reconnect: { attempts: 2, withinMs: 300 } },
    platform: { microphone: dumb },
  });
  await run.engine.connect();
  const lost = run.next('connection.lost');
  // Not awaited: on a slow machine the engine may have given up by then.
  void run.service.close();
  await lost;
  return run;
};

describe('when the conversation ends with an error', () => {
  it.each(members)('%s, called while the connection is lost, rejects', async (_, use) => {
    await using run = await withoutService();
    await expect(use(run.engine)).rejects.toMatchObject({ code: 'refused' });
    expect(run.engine.isListening).toBe(false);
  });

  it('connects again as often as reconnect says, and not at all with false', async () => {
    const attempts: number[] = [];
    for (const reconnect of [{ attempts: 3 }, false] as const) {
      await using run = await engineRun({ engine: { reconnect } });
      await run.engine.connect();
      const ended = run.next('turn.conversation_ended');
      await run.service.close();
      await ended;
      attempts.push(run.seen.filter(({ type }) => type === 'connection.failed').length);
    }
    expect(attempts).toEqual([3, 0]);
  });

  it('tells the end behind all that ends with it', async () => {
    const said = (event: PlayoutInput): Observable<PlayoutEvent> =>
      event.type === 'response.output_audio.delta'
        ? of({ type: 'playout.started', itemId: event.item_id, responseId: event.response_id })
        : EMPTY;
    const microphone = new BehaviorSubject(frame);
    await using run = await engineRun({
      engine: { reconnect: false },
      platform: { microphone: () => microphone, loudspeaker: () => (input$) => input$.pipe(mergeMap(said)) },
    });
    await run.engine.connect();
    await run.engine.startListening();
    const sounding = run.next('audio.output_started');
    await run.engine.sendText('hello');
    await sounding;
    const ended = run.next('turn.conversation_ended');
    void run.service.close();
    await ended;
    await run.engine.disconnect();
    const told = run.seen.map(({ type }) => type).filter((type) => /^(audio\..*_stopped|turn\.conversation_ended)$/.test(type));
    expect(told).toEqual(['audio.input_stopped', 'audio.output_stopped', 'turn.conversation_ended']);
  });

  it('the engine is closed, when it never began as well', async () => {
    await using run = await withoutService();
    await expect.poll(() => run.engine.state).toBe('closed');
    expect(run.engine.getMetrics().connection.uptimeSeconds).toBe(0);
    await expect(run.engine.connect({ retryCount: 1 })).rejects.toMatchObject({ code: 'refused' });
    expect(run.engine.state).toBe('closed');
  });

  it('disconnect resolves', async () => {
    await using run = await withoutService();
    const failed = run.next('turn.conversation_ended');
    await run.engine.disconnect();
    await failed;
    expect(run.engine.state).toBe('closed');
  });
});

describe('disconnect', () => {
  it('tells the end behind that of listening', async () => {
    await using run = await engineRun({ platform: { microphone: () => new BehaviorSubject(frame) } });
    await run.engine.connect();
    await run.engine.startListening();
    await run.engine.disconnect();
    expect(run.seen.slice(-3).map(({ type }) => type)).toEqual([
      'audio.input_stopped',
      'connection.closed',
      'turn.conversation_ended',
    ]);
  });

  it.each(members)('makes %s reject that waits', async (_, use) => {
    await using run = await engineRun({
      simulator: { faults: [{ type: 'drop', on: '*', from: 4 }] },
      platform: { microphone: dumb },
    });
    await run.engine.connect();
    const waiting = use(run.engine);
    await run.engine.disconnect();
    await expect(waiting).rejects.toMatchObject({ _tag: 'EngineError' });
    expect(run.engine.isListening).toBe(false);
  });

  it('rejects with what the platform fails to close, and a rejection that nobody looks at ends no process', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const broken = new AudioError('still open', { code: 'close_timeout' });
    const { engine, service } = await engineRun({ platform: { closed$: throwError(() => broken) } });
    await engine.connect();
    await expect(engine.disconnect()).rejects.toBe(broken);
    await service.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('startListening', () => {
  it('rejects when listening stops before anything was heard', async () => {
    await using run = await engineRun({ platform: { microphone: dumb } });
    await run.engine.connect();
    const waiting = run.engine.startListening();
    run.engine.stopListening();
    await expect(waiting).rejects.toMatchObject({ _tag: 'EngineError', code: 'cancelled' });
    expect(run.engine.isListening).toBe(false);
  });

  it('rejects when the microphone ends without a sound', async () => {
    await using run = await engineRun({ platform: { microphone: () => of<AudioFrame>() } });
    await run.engine.connect();
    await expect(run.engine.startListening()).rejects.toMatchObject({ _tag: 'AudioError', code: 'no_device' });
    expect(run.engine.isListening).toBe(false);
  });

  it('called again in another way while it waits, resolves both times with the first audio, and listens', async () => {
    const microphone = new Subject<AudioFrame>();
    await using run = await engineRun({ platform: { microphone: () => microphone } });
    await run.engine.connect();
    const both = [run.engine.startListening(), run.engine.startListening({ send: false })];
    expect(run.engine.isListening).toBe(true);
    microphone.next(frame);
    await Promise.all(both);
    expect(run.engine.isListening).toBe(true);
    run.engine.stopListening();
    expect(microphone.observed).toBe(false);
  });
});
