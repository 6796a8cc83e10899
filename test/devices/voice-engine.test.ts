import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { VoiceEngine } from '../../src/node/index.js';
import { startSimulator } from '../../src/simulator/index.js';
import { babble } from '../../src/simulator/speech/built-in.js';
import { correlate } from './correlate.js';
import { children, listen, pause, questionPath, speak } from './virtual-audio.js';

const text = 'It is sunny in Tokyo today, about twenty two degrees.';

describe('VoiceEngine on real devices', () => {
  it('hears the microphone, answers on the loudspeaker, and closes both', { timeout: 60_000, retry: 1 }, async () => {
    await using service = await startSimulator({ voice: 'built-in', script: [text] });
    const loudspeaker = await listen();
    const before = children();
    const engine = new VoiceEngine({ provider: 'simulator', metadata: { endpoint: service.url } });
    const heard = new Promise((resolve) => engine.events.once('audio.output_stopped', resolve));
    await engine.connect();
    await engine.startListening();
    await pause(1000);
    await lastValueFrom(speak(questionPath), { defaultValue: undefined });
    await heard;
    await pause(300);
    expect(engine.state).toBe('listening');
    expect(engine.getMetrics().turns.endOfSpeechToSoundMs.last).toBeGreaterThan(0);
    await engine.disconnect();
    expect(engine.state).toBe('closed');
    expect(correlate(babble(text), loudspeaker.stop()).peak).toBeGreaterThan(0.95);
    await expect.poll(() => children().length, { timeout: 5000 }).toBeLessThanOrEqual(before.length);
  });

  it('names the devices that there are when one is not there', { timeout: 30_000 }, async () => {
    await using service = await startSimulator({ voice: 'built-in' });
    await using engine = new VoiceEngine({
      provider: 'simulator',
      metadata: { endpoint: service.url },
      inputDevice: 'no such microphone',
    });
    await engine.connect();
    await expect(engine.startListening()).rejects.toMatchObject({ _tag: 'AudioError', code: 'no_device' });
    expect(engine.isConnected).toBe(true);
  });
});
