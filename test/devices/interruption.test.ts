import { lastValueFrom, Subject, takeUntil, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { encode, realtime, vad } from '../../operators/index.js';
import type { VoiceEvent } from '../../src/events.js';
import { capture, openSocket, speaker } from '../../src/node/index.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/index.js';
import { babble } from '../../src/simulator/speech/built-in.js';
import { correlate } from './correlate.js';
import { listen, pause, questionPath, speak } from './virtual-audio.js';

const long =
  'It is sunny in Tokyo today, about twenty two degrees, with a light breeze from the sea, and it will stay so until Sunday.';
const hz = 24_000;
const isLoud = (sample: number): boolean => Math.abs(sample) > 300;

describe('a spoken interruption on real devices', () => {
  it.each(['naudiodon', 'pulse'] as const)(
    'silences the loudspeaker and truncates at what was heard, through %s',
    { timeout: 60_000, retry: 2 },
    async (backend) => {
      await using service = await startSimulator({ voice: 'built-in', script: [long, 'Yes.'] });
      const loudspeaker = await listen();
      const left = new Subject<void>();
      const seen = new Map<VoiceEvent['type'], number>();
      let decidedAt = 0;
      let heardMs = 0;
      let truncatedMs = -1;
      const run = capture({ backend, device: 'mic' }).pipe(
        vad(),
        encode(),
        realtime(simulator({ url: service.url }), { openSocket, playout: speaker({ backend, device: 'speaker' }) }),
        tap((event) => {
          seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
          if (event.type === 'turn.interrupted') {
            decidedAt = loudspeaker.length();
            heardMs = event.heardMs;
          }
          if (event.type === 'conversation.item.truncated') truncatedMs = event.audio_end_ms;
        }),
        takeUntil(left),
      );
      const ended = lastValueFrom(run, { defaultValue: undefined });
      const until = (type: VoiceEvent['type']): Promise<void> =>
        expect.poll(() => seen.get(type) ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);

      await until('connection.established');
      await pause(500);
      await lastValueFrom(speak(questionPath), { defaultValue: undefined });
      await until('playout.started');
      await pause(1000);
      const speaking = speak(questionPath).subscribe();
      await until('conversation.item.truncated');
      const length = loudspeaker.length();
      await pause(300);
      speaking.unsubscribe();
      left.next();
      await ended;

      const recording = loudspeaker.stop().subarray(0, length + 0.3 * hz);
      const answer = babble(long);
      const { lag } = correlate(answer.subarray(0, hz), recording);
      const lastLoud = recording.findLastIndex(isLoud);
      const silentMs = ((lastLoud - decidedAt) / hz) * 1000;

      expect(truncatedMs).toBe(Math.floor(heardMs));
      // the recorder is 20 ms behind
      expect(silentMs).toBeLessThan(150);
      // all but 60 ms of what was said to be heard is there, as it was sent, and nothing that was not
      const surely = answer.subarray(0, Math.max(0, (truncatedMs - 60) * 24));
      expect(correlate(surely, recording).peak).toBeGreaterThan(0.9);
      expect(recording.subarray(lag + (truncatedMs + 60) * 24).some(isLoud)).toBe(false);
    },
  );
});
