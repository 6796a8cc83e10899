import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { VoiceEngine } from '../../src/node/index.js';
import { startSimulator } from '../../src/simulator/index.js';
import { babble } from '../../src/simulator/speech/built-in.js';
import { correlate } from './correlate.js';
import { openWindow, shortQuestion } from './echo.js';
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

  it('is interrupted by others, and not by itself, with echoCancellation', { timeout: 90_000, retry: 2 }, async () => {
    await using service = await startSimulator({ voice: 'built-in', script: Array.from({ length: 9 }, () => text) });
    using question = await shortQuestion();
    using _window = openWindow();
    await using engine = new VoiceEngine({
      provider: 'simulator',
      metadata: { endpoint: service.url },
      inputDevice: 'mic',
      outputDevice: 'speaker',
      echoCancellation: true,
    });
    let interruptions = 0;
    let answers = 0;
    engine.events.on('turn.interrupted', () => interruptions++);
    engine.events.on('audio.output_started', () => answers++);
    const ask = () => lastValueFrom(speak(question.path), { defaultValue: undefined });
    await engine.connect();
    await engine.startListening();
    await pause(1000);
    for (let turn = 1; turn <= 3; turn++) {
      const silent = new Promise((resolve) => engine.events.once('audio.output_stopped', resolve));
      await ask();
      await silent;
      await pause(300);
    }
    expect([answers, interruptions]).toEqual([3, 0]);

    await ask();
    await expect.poll(() => answers, { timeout: 10_000 }).toBe(4);
    await pause(1200);
    await ask();
    await expect.poll(() => interruptions, { timeout: 10_000 }).toBe(1);
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
