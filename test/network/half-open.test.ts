import { concat, firstValueFrom, ignoreElements, interval, map, NEVER, type Observable, Subject, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ofType } from '../../operators/ofType.js';
import { type RealtimeConfig, realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { hasPrivateNetwork, treatPackets } from './packets.js';

/** 20 ms of silence at 24 kHz, at the pace of speech. */
const talking: Observable<Command> = interval(20).pipe(
  map(() => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(960).toString('base64') })),
);

const settings = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } } as const;

/** Drops everything so long after the session is ready, and waits for the loss. */
const dropAfter = async (ms: number, said: Observable<Command>, config: Partial<RealtimeConfig> = {}, withinMs = 10_000) => {
  await using service = await startSimulator();
  const events = new Subject<VoiceEvent>();
  const running = concat([settings], said)
    .pipe(realtime(simulator({ url: service.url }), { openSocket, ...config }))
    .subscribe({ next: (event) => events.next(event), error: () => undefined });
  const lost = firstValueFrom(events.pipe(ofType('connection.lost')), { defaultValue: undefined });
  /** How late timers are on this machine, at the worst. */
  let lateMs = 0;
  try {
    await firstValueFrom(events.pipe(ofType('connection.established')));
    await firstValueFrom(timer(ms).pipe(ignoreElements()), { defaultValue: undefined });
    using _ = treatPackets(Number(new URL(service.url).port), 'drop');
    const droppedAt = performance.now();
    let before = droppedAt;
    const looking = setInterval(() => {
      const now = performance.now();
      lateMs = Math.max(lateMs, now - before - 50);
      before = now;
    }, 50);
    const event = await Promise.race([lost, firstValueFrom(timer(withinMs).pipe(map(() => undefined)))]);
    clearInterval(looking);
    return { event, afterMs: performance.now() - droppedAt - lateMs };
  } finally {
    running.unsubscribe();
  }
};

describe.skipIf(!hasPrivateNetwork)('row 16: a half-open link', () => {
  it.each([100, 700, 1300, 1900])(
    'is noticed within 4 s when packets are dropped after %i ms, while the user speaks',
    async (ms) => {
      const { event, afterMs } = await dropAfter(ms, talking);
      expect(event).toMatchObject({ type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' });
      expect(afterMs).toBeLessThan(4000);
    },
  );

  it('is noticed within 4 s while nobody says anything', async () => {
    const { event, afterMs } = await dropAfter(1000, NEVER);
    expect(event).toMatchObject({ type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' });
    expect(afterMs).toBeLessThan(4000);
  });

  it('is noticed by nothing else', async () => {
    const { event } = await dropAfter(100, talking, { liveness: false }, 8000);
    expect(event).toBeUndefined();
  });
});
