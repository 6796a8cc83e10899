import { describe, expect, it } from 'vitest';
import { VoiceEngine } from '../../src/node/voice-engine.js';
import { startSimulator } from '../../src/simulator/index.js';

describe('VoiceEngine of rxvox/node', () => {
  it('opens no loudspeaker with loudspeaker: undefined, and tells the audio', async () => {
    await using service = await startSimulator({ pace: 'instant', voice: 'built-in', script: ['Good morning to you.'] });
    await using engine = await VoiceEngine.open(
      { provider: 'simulator', metadata: { endpoint: service.url } },
      { loudspeaker: undefined },
    );
    const seen: string[] = [];
    engine.events.on('*', ({ type }) => seen.push(type));
    const stopped = new Promise<{ heardMs: number }>((resolve) => engine.events.once('audio.output_stopped', resolve));
    await engine.sendText('good morning');
    // Where a loudspeaker is played to, what was heard is told; where there is none, nothing was.
    expect(await stopped).toMatchObject({ heardMs: 0 });
    expect(seen).toContain('audio.output_chunk');
    expect(seen.filter((type) => type.startsWith('playout.') || type === 'engine.error')).toEqual([]);
  });
});
