import { filter, firstValueFrom, lastValueFrom, merge, NEVER, Subject, share, takeUntil, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedSink } from '../../marbles/index.js';
import { encode } from '../../operators/encode.js';
import { ofType } from '../../operators/ofType.js';
import { playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import { vad } from '../../operators/vad.js';
import type { VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { wavSource } from '../../src/node/wav-source.js';
import { simulator } from '../../src/providers/simulator.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { hasPrivateNetwork, treatPackets } from './packets.js';
import { startProxy } from './tcp-proxy.js';

const bad = { delayMs: 150, jitterMs: 100, loss: 0.2 } as const;
const transcription = { audio: { input: { transcription: { model: 'whisper-1' } } } } as const;
const bytesOf = (payloads: readonly string[]): Buffer => Buffer.concat(payloads.map((payload) => Buffer.from(payload, 'base64')));

/** A service that keeps what it heard. */
const startService = async (heard: Int16Array[]): Promise<Simulator> =>
  startSimulator({
    voice: 'built-in',
    respond: () => ({ text: 'It is a quarter past nine in Tokyo, and the sun is out.' }),
    transcribe: ({ samples }) => {
      heard.push(samples.slice());
      return 'What time is it in Tokyo?';
    },
  });

/** Asks the question of the demo, and gives what was sent, and what was answered. `ready` is called when the session is. */
const ask = async (url: string, ready = () => {}) => {
  const sent: string[] = [];
  const events = await lastValueFrom(
    wavSource('assets/question-tokyo-24k.wav', { pace: 'fast' }).pipe(
      vad(),
      encode(),
      tap((entry) => {
        if (entry.type === 'input_audio_buffer.append') sent.push(entry.audio);
      }),
      realtime(simulator({ url, session: transcription }), { openSocket }),
      tap(({ type }) => type === 'connection.established' && ready()),
      toArray(),
    ),
  );
  const answer = events.flatMap((event) => (event.type === 'response.output_audio.delta' ? [event.delta] : []));
  return { sent: bytesOf(sent), answer: bytesOf(answer), events };
};

const isAllThere = async (url: string, heard: readonly Int16Array[], ready?: () => void): Promise<void> => {
  const { sent, answer, events } = await ask(url, ready);
  expect(events.filter(({ type }) => type === 'connection.lost' || type === 'error')).toEqual([]);
  expect(heard).toHaveLength(2);
  expect(Buffer.from(heard[1]?.buffer ?? new ArrayBuffer()).equals(sent)).toBe(true);
  expect(answer.length).toBeGreaterThan(24_000);
  expect(events.filter(({ type }) => type === 'response.done')).toHaveLength(1);
};

describe('row 19: delay, jitter and loss', () => {
  it('lose nothing and change no order, and the link is kept', async () => {
    const heard: Int16Array[] = [];
    await using service = await startService(heard);
    const direct = await ask(service.url);
    using way = await startProxy(service.url, bad);
    await isAllThere(way.url, heard);
    expect((await ask(way.url)).answer.equals(direct.answer)).toBe(true);
  });

  it.skipIf(!hasPrivateNetwork)('lose nothing when a fifth of all packets is dropped', async () => {
    const heard: Int16Array[] = [];
    await using service = await startService(heard);
    await ask(service.url);
    let packets: Disposable | undefined;
    const dropSome = (): void => {
      packets = treatPackets(Number(new URL(service.url).port), 'numgen random mod 100 < 20 drop');
    };
    try {
      await isAllThere(service.url, heard, dropSome);
    } finally {
      packets?.[Symbol.dispose]();
    }
  });

  it('do not delay an interruption: it is heard within 50 ms', async () => {
    await using service = await startService([]);
    using way = await startProxy(service.url, bad);
    const speech = new Subject<VoiceEvent>();
    const over = new Subject<void>();
    const events$ = merge(wavSource('assets/question-tokyo-24k.wav', { pace: 'fast' }).pipe(vad(), encode()), speech, NEVER).pipe(
      realtime(simulator({ url: way.url }), { openSocket, playout: playTo(scriptedSink().openSink) }),
      takeUntil(over),
      share(),
    );
    const flushed = firstValueFrom(events$.pipe(ofType('playout.flushed')));
    await firstValueFrom(
      events$.pipe(
        ofType('playout.progress'),
        filter(({ playedMs }) => playedMs >= 200),
      ),
    );
    const spokeAt = performance.now();
    speech.next({ type: 'speech.started', position: 0 });
    expect(await flushed).toMatchObject({ type: 'playout.flushed' });
    expect(performance.now() - spokeAt).toBeLessThan(50);
    over.next();
  });
});
