import { lastValueFrom, type MonoTypeOperatorFunction, Subject, takeUntil, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type CancelEchoConfig, cancelEcho, type Loudspeaker } from '../../operators/audio/index.js';
import { encode, realtime, vad } from '../../operators/index.js';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { capture, openSocket, speaker } from '../../src/node/index.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/index.js';
import { openWindow, shortQuestion } from './echo.js';
import { pause, speak } from './virtual-audio.js';

/** Turns of each kind; 20 take five minutes for each mode. */
const turns = Number(process.env.ECHO_TURNS ?? 3);
const isLong = turns > 3;
/** A machine that is too busy plays with gaps: the echo comes another way after each. */
const busy = { retry: isLong ? 0 : 2 };
const answer = 'It is sunny in Tokyo today, about twenty two degrees, with a light breeze.';
const backends = ['pulse', 'naudiodon'] as const;
/** AEC3 lets some of the echo through after each such gap, for 200 ms and more: nothing that a machine can promise that does other work, too. */
const modes = isLong ? (['doubleTalk', 'strong'] as const) : (['doubleTalk'] as const);

interface Talk {
  /** How often a type of event was seen. */
  count(type: VoiceEvent['type']): number;
  until(type: VoiceEvent['type'], count: number): Promise<void>;
  /** Says something into the microphone; resolves when it is said. */
  say(): Promise<unknown>;
  leave(): Promise<unknown>;
}

/** A conversation with the loudspeaker beside the microphone. */
const talk = async <T>(
  backend: (typeof backends)[number],
  treat: (loudspeaker: Loudspeaker) => MonoTypeOperatorFunction<AudioFrame>,
  meet: (talk: Talk) => Promise<T>,
): Promise<T> => {
  await using service = await startSimulator({ voice: 'built-in', script: Array.from({ length: 100 }, () => answer) });
  using question = await shortQuestion();
  using _window = openWindow();
  const left = new Subject<void>();
  const seen = new Map<VoiceEvent['type'], number>();
  const loudspeaker = speaker({ backend, device: 'speaker' });
  const run = capture({ backend, device: 'mic' }).pipe(
    treat(loudspeaker),
    vad(),
    encode(),
    realtime(simulator({ url: service.url }), { openSocket, playout: loudspeaker }),
    tap(({ type }) => seen.set(type, (seen.get(type) ?? 0) + 1)),
    takeUntil(left),
  );
  const ended = lastValueFrom(run, { defaultValue: undefined });
  const count = (type: VoiceEvent['type']): number => seen.get(type) ?? 0;
  const until = (type: VoiceEvent['type'], wanted: number): Promise<void> =>
    expect.poll(() => count(type), { timeout: 20_000, message: type }).toBeGreaterThanOrEqual(wanted);
  await until('connection.established', 1);
  await pause(500);
  try {
    return await meet({
      count,
      until,
      say: () => lastValueFrom(speak(question.path), { defaultValue: undefined }),
      leave: () => {
        left.next();
        return ended;
      },
    });
  } finally {
    left.next();
    await ended;
  }
};

/** Asks, and hears the answer to its end. */
const listen = async ({ say, until, count }: Talk): Promise<void> => {
  for (let turn = 1; turn <= turns; turn++) {
    const done = count('playout.drained');
    await say();
    await until('playout.drained', done + 1);
    await pause(300);
  }
};
/** Talks over each answer while it sounds. */
const talkOver = async ({ say, until, count }: Talk): Promise<void> => {
  for (let turn = 1; turn <= turns; turn++) {
    const started = count('playout.started');
    await say();
    await until('playout.started', started + 1);
    await pause(1200);
  }
  await say();
};

describe('a loudspeaker beside the microphone', () => {
  it('interrupts itself where nothing is done against it', { timeout: 60_000, ...busy }, async () => {
    const interruptions = await talk(
      'pulse',
      () => (frame$) => frame$,
      async ({ say, until, count }) => {
        await say();
        await until('turn.interrupted', 1);
        return count('turn.interrupted');
      },
    );
    expect(interruptions).toBeGreaterThan(0);
  });

  describe.each(modes)('with cancelEcho, %s', (mode: NonNullable<CancelEchoConfig['mode']>) => {
    const treat = ({ reference$ }: Loudspeaker) => cancelEcho<AudioFrame>(reference$, { mode });

    it.each(backends)('never interrupts itself, through %s', { timeout: 30_000 + 15_000 * turns, ...busy }, async (backend) => {
      const [interrupted, started] = await talk(backend, treat, async (conversation) => {
        await listen(conversation);
        return [conversation.count('turn.interrupted'), conversation.count('speech.started')];
      });
      expect([interrupted, started]).toEqual([0, turns]);
    });

    it.each(backends)(
      'is interrupted by whoever talks over it, through %s',
      { timeout: 30_000 + 15_000 * turns, ...busy },
      async (backend) => {
        const interrupted = await talk(backend, treat, async (conversation) => {
          await talkOver(conversation);
          return conversation.count('turn.interrupted');
        });
        expect(interrupted).toBe(turns);
      },
    );
  });
});
