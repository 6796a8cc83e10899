import fc from 'fast-check';
import { ignoreElements, mergeMap, of, Subscription, tap, timer } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { opens, pongingSocket, scriptedSocket } from '../marbles/index.js';
import { clock } from '../src/clock.js';
import { withLiveness } from '../src/liveness.js';
import type { Socket, SocketEvent } from '../src/providers/provider.js';
import { createSendWindow, withSendWindow } from '../src/send-window.js';
import { marbles } from './marbles.js';

/** Of 24 kHz PCM16, as base64 in JSON. */
const bytesPerMs = 66.5;
const windowBytes = 49_152;
const pingBytes = 24_576;

interface Way {
  /** Of the chunks that are spoken. */
  readonly chunkMs: number;
  /** What gets through. */
  readonly rate?: number;
  readonly rttMs?: number;
  /** What becomes of pongs: whether the n-th comes. */
  readonly answers?: (ping: number) => boolean;
  readonly seconds?: number;
}

/** Speaks over a link that keeps the order, one millisecond after the other, and looks at each chunk whether it may go. */
const speak = ({ chunkMs, rate = Number.POSITIVE_INFINITY, rttMs = 0, answers = () => true, seconds = 20 }: Way) => {
  let now = 0;
  clock.delegate = { now: () => now };
  let freeAt = 0;
  const pongs: { readonly at: number; readonly data: string }[] = [];
  const pinged: number[] = [];
  const window = createSendWindow((data) => {
    pinged.push(now);
    if (answers(pinged.length)) pongs.push({ at: freeAt + rttMs, data });
  });
  const waited: number[] = [];
  const queued: number[] = [];
  for (; now < seconds * 1000; now++) {
    while (pongs[0] && pongs[0].at <= now) window.pong(pongs.shift()?.data);
    if (now % chunkMs !== 0) continue;
    const bytes = Math.round(chunkMs * bytesPerMs);
    if (window.isLate()) waited.push(now);
    else {
      freeAt = Math.max(freeAt, now) + bytes / rate;
      window.sent(bytes);
    }
    queued.push((freeAt - now) * rate);
  }
  return { waited, pinged, queued, isSilent: window.isSilent() };
};

afterEach(() => {
  clock.delegate = undefined;
});

const chunks = fc.constantFrom(10, 20, 40, 60, 100, 200);

describe('send window', () => {
  it('lets no audio wait at the rate of speech on a link that is well, however it is cut', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 600 }), (chunkMs, rttMs) => {
        expect(speak({ chunkMs, rttMs }).waited).toEqual([]);
      }),
    );
  });

  it('pings no more than three times a second on a link that is well, once that is known', () => {
    expect(speak({ chunkMs: 20, rttMs: 300 }).pinged.filter((at) => at > 1000).length).toBeLessThan(3 * 19);
  });

  it('lets no more wait on a slow link than a second of it, or 48 KiB, and what is between two pings', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 8, max: 60 }), fc.integer({ min: 0, max: 300 }), (chunkMs, rate, rttMs) => {
        const { queued, waited } = speak({ chunkMs, rate, rttMs, seconds: 60 });
        const chunk = chunkMs * bytesPerMs;
        const settled = queued.slice((30 * 1000) / chunkMs);
        expect(Math.max(...settled)).toBeLessThan(Math.max(windowBytes, 1000 * rate) + pingBytes + 2 * chunk);
        expect(waited.length).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps a slow link busy', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 8, max: 60 }), fc.integer({ min: 0, max: 300 }), (chunkMs, rate, rttMs) => {
        const { queued } = speak({ chunkMs, rate, rttMs, seconds: 60 });
        expect(Math.min(...queued.slice((30 * 1000) / chunkMs))).toBeGreaterThan(0);
      }),
    );
  });

  it('is content with the latest of several pongs', () => {
    expect(speak({ chunkMs: 20, rttMs: 200, answers: (ping) => ping % 2 === 0 }).waited).toEqual([]);
  });

  it('waits for no peer that never answers, and asks it no more after a while', () => {
    const { waited, pinged, isSilent } = speak({ chunkMs: 20, answers: () => false, seconds: 120 });
    expect(waited).toEqual([]);
    expect(pinged).toHaveLength(128);
    expect(isSilent).toBe(false);
  });

  it('waits no longer than 5 s for a peer that has stopped to answer', () => {
    const { waited, isSilent } = speak({ chunkMs: 20, rttMs: 50, answers: (ping) => ping < 6 });
    expect(waited.length).toBeGreaterThan(0);
    expect((waited.at(-1) ?? 0) - (waited[0] ?? 0)).toBeLessThanOrEqual(5000);
    expect(isSilent).toBe(false);
  });

  it('lets all go at once that comes at once, unless the link turns out to be slow', () => {
    let now = 0;
    clock.delegate = { now: () => now };
    const pinged: string[] = [];
    const window = createSendWindow((data) => pinged.push(data));
    window.sent(8192);
    window.pong('8192');
    for (let frame = 0; frame < 500; frame++) {
      expect(window.isLate()).toBe(false);
      window.sent(1330);
    }
    now = 1001;
    expect([window.isLate(), window.isSilent()]).toEqual([true, true]);
    for (const data of pinged) window.pong(data);
    expect([window.isLate(), window.isSilent()]).toEqual([false, false]);
  });

  it('takes no pong for an answer that it did not ask for', () => {
    const window = createSendWindow(() => undefined);
    window.sent(8192);
    for (const data of [undefined, '', '8191', '99999', 'NaN', '0']) expect(window.pong(data)).toBeUndefined();
    expect(window.pong('8192')).toBeGreaterThanOrEqual(0);
    expect(window.pong('8192')).toBeUndefined();
  });
});

describe('withSendWindow', () => {
  const request = { url: 'ws://test' };
  it(
    'pings by itself, says how long its own pongs took, and leaves the others to withLiveness',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o', { o: opens }));
      const openSocket = withLiveness(withSendWindow(pongingSocket(script.openSocket, (ping) => timer(ping === 1 ? 140 : 40))));
      const running = new Subscription();
      const events: SocketEvent[] = [];
      running.add(
        openSocket(request)
          .pipe(
            mergeMap((event) =>
              event.type === 'open'
                ? timer(1950).pipe(
                    tap(() => event.socket.send('x'.repeat(9000))),
                    ignoreElements(),
                  )
                : of(event),
            ),
          )
          .subscribe((event) => events.push(event)),
      );
      timer(2500).subscribe(() => running.unsubscribe());
      t.flush();
      expect(events).toEqual([
        { type: 'pong', data: '', rttMs: 40 },
        { type: 'pong', data: '9000', rttMs: 140 },
      ]);
    }),
  );

  it(
    'leaves sockets alone that cannot ping',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o', { o: opens }));
      let socket: Socket | undefined;
      withSendWindow(script.openSocket)(request).subscribe((event) => {
        if (event.type === 'open') socket = event.socket;
      });
      t.flush();
      expect(socket?.isLate).toBeUndefined();
      expect(socket?.isSilent).toBeUndefined();
    }),
  );
});
