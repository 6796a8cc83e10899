import type { Hertz } from './audio.js';
import { type MixPart, mix } from './dsp/mix.js';
import type { PlayoutEvent } from './events.js';
import type { Sound } from './sound.js';

/** What is to be written. */
export interface WriteShape {
  /** Factor of all that sounds, before the first sample and at the last. */
  readonly from: number;
  readonly to: number;
  /** How many samples were written before. */
  readonly at: number;
  /** Samples at the most. */
  readonly count: number;
  readonly isUnderSpeech: boolean;
}

/** Mixes own sounds into what goes to the loudspeaker, and accounts for what the device took of them. */
export interface SoundMixer {
  add(sound: Sound): void;
  /** Stops sounds, with a fade. */
  stop(isMeant: (sound: Sound) => boolean): void;
  /** The device is opened, at this rate; it holds nothing. */
  open(sampleRate: Hertz): void;
  /**
   * What is to be written next: speech with all sounds, as long as the speech; without speech `count` samples at the most.
   * Undefined when nothing sounds.
   */
  mix(speech: Int16Array | undefined, write: WriteShape): Int16Array | undefined;
  /** The device has taken so many samples in all. */
  take(total: number): void;
  /** What was written and not taken waits again. */
  rewind(): void;
  /** What has become of the sounds since this was asked last. */
  news(): readonly PlayoutEvent[];
  /** Frees what the sounds hold. */
  close(): void;
  /** Whether there is no sound: nothing else need be asked then. */
  isIdle(): boolean;
}

/** A part of a write, and where in all that is written it begins. */
interface Written {
  readonly sound: Sound;
  readonly part: MixPart;
  readonly at: number;
  taken: number;
}

export const createSoundMixer = (): SoundMixer => {
  let sounds: readonly Sound[] = [];
  let written: Written[] = [];
  let events: PlayoutEvent[] = [];

  const note = (one: Written, total: number): void => {
    const { sound, part, at } = one;
    const taken = Math.min(part.samples.length, total - at);
    if (taken <= one.taken) return;
    if (sound.playedMs === 0) events.push({ type: 'playout.sound_started', id: sound.id });
    sound.take(taken - one.taken);
    one.taken = taken;
  };

  return {
    add(sound) {
      sounds = [...sounds, sound];
    },
    stop(isMeant) {
      for (const sound of sounds) if (isMeant(sound)) sound.stop();
    },
    open(sampleRate) {
      written = [];
      for (const sound of sounds) sound.open(sampleRate);
    },
    mix(speech, { from, to, at, count, isUnderSpeech }) {
      const parts: MixPart[] = speech ? [{ samples: speech, from, to }] : [];
      for (const sound of sounds) {
        const part = sound.pull(count, isUnderSpeech);
        if (!part) continue;
        written.push({ sound, part, at, taken: 0 });
        parts.push({ samples: part.samples, from: part.from * from, to: part.to * to });
      }
      return parts.length === 0 ? undefined : mix(parts, Math.max(...parts.map(({ samples }) => samples.length)));
    },
    take(total) {
      for (const one of written) note(one, total);
      written = written.filter(({ part, taken }) => taken < part.samples.length);
    },
    rewind() {
      for (const { sound, part, taken } of written.toReversed())
        sound.putBack({ ...part, samples: part.samples.subarray(taken) });
      written = [];
    },
    news() {
      const over = sounds.filter(({ ending }) => ending);
      if (over.length > 0) sounds = sounds.filter((sound) => !over.includes(sound));
      for (const sound of over) {
        const { id, ending, playedMs } = sound;
        if (ending) events.push({ type: 'playout.sound_ended', id, ...ending, playedMs });
        sound.close();
      }
      const told = events;
      events = [];
      return told;
    },
    close() {
      for (const sound of sounds) sound.close();
      sounds = [];
    },
    isIdle: () => sounds.length === 0 && events.length === 0,
  };
};
