import { from, of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { PlayoutEvent } from '../src/events.js';
import { createSound } from '../src/sound.js';
import { createSoundFeed } from '../src/sound-feed.js';
import { createSoundMixer, type SoundMixer } from '../src/sound-mixer.js';

const shape = { from: 1, to: 1, at: 0, count: 480, isUnderSpeech: false };

/** Lets a device take all that there is, and tells what has become of the sounds. */
const playOut = (mixer: SoundMixer): { readonly samples: number; readonly events: readonly PlayoutEvent[] } => {
  let samples = 0;
  for (let part = mixer.mix(undefined, shape); part; part = mixer.mix(undefined, { ...shape, at: samples })) {
    samples += part.length;
    mixer.take(samples);
  }
  return { samples, events: mixer.news() };
};

describe('the feed of own sounds', () => {
  it('lets thousands of frames of another rate wait in order while the resampler loads', async () => {
    const mixer = createSoundMixer();
    const changed = vi.fn();
    const feed = createSoundFeed(mixer, undefined, changed);
    const frames = Array.from({ length: 5000 }, (_, n) => ({
      samples: Int16Array.from({ length: 8 }, (_, i) => 8 * n + i - 20_000),
      sampleRate: 8000,
      position: 8 * n,
    }));
    feed.play({ type: 'playout.play', id: 'm', source$: from(frames) });
    expect(playOut(mixer)).toEqual({ samples: 0, events: [] });

    changed.mockClear();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    const { samples, events } = playOut(mixer);
    expect(samples).toBe(120_000);
    expect(events).toEqual([
      { type: 'playout.sound_started', id: 'm' },
      { type: 'playout.sound_ended', id: 'm', reason: 'completed', playedMs: expect.closeTo(5000, 3) },
    ]);
  });

  it('loads nothing for a sound that has the rate of the device', async () => {
    const mixer = createSoundMixer();
    const changed = vi.fn();
    const feed = createSoundFeed(mixer, undefined, changed);
    feed.play({ type: 'playout.play', id: 'm', source$: of(new Int16Array(480)) });
    expect(playOut(mixer).samples).toBe(480);
    changed.mockClear();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changed).not.toHaveBeenCalled();
  });

  it('asks for nothing any more once it is closed', async () => {
    const mixer = createSoundMixer();
    const changed = vi.fn();
    const feed = createSoundFeed(mixer, undefined, changed);
    feed.play({ type: 'playout.play', id: 'm', source$: of({ samples: new Int16Array(160), sampleRate: 8000, position: 0 }) });
    playOut(mixer);
    changed.mockClear();
    feed.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changed).not.toHaveBeenCalled();
  });
});

describe('a sound that nothing can convert', () => {
  it('plays what needs no conversion, and fails with the rest', () => {
    const error = new Error('no WebAssembly');
    const closed = vi.fn();
    const resampler = (): never => {
      throw error;
    };
    const mixer = createSoundMixer();
    const sound = createSound({ id: 'm' }, 24_000, { resampler, closed });
    mixer.add(sound);
    sound.push({ samples: new Int16Array(480), sampleRate: 24_000, position: 0 });
    sound.push({ samples: new Int16Array(160), sampleRate: 8000, position: 0 });
    sound.end();
    expect(playOut(mixer)).toEqual({
      samples: 480,
      events: [
        { type: 'playout.sound_started', id: 'm' },
        { type: 'playout.sound_ended', id: 'm', reason: 'failed', error, playedMs: 20 },
      ],
    });
    expect(closed).toHaveBeenCalled();
  });
});
