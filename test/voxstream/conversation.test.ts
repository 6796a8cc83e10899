import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type ConversationEvent, conversationModes } from '../../src/dsp/conversation-sides.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { ConversationMode } from '../../src/voxstream/conversation-mode.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';
import { all } from './audio-of.js';

const tone = testAudio({ durationMs: 20, pattern: 'tone' }).samples;
const quiet = new Int16Array(tone.length);

/** Two sides, a character for each 100 ms: `s` sounds, all else is silent; and when what happens, in milliseconds of the user's audio. */
const told = (user: string, other: string, mode: ConversationMode = ConversationMode.NATURAL): string[] => {
  const stream = new VoxStream({ mode });
  stream.configureVad({ speechStartMs: 20, speechEndMs: 20 });
  const far = new Subject<Int16Array>();
  stream.attachPlayback(far);
  let ms = 0;
  const events: string[] = [];
  stream.conversationStream().subscribe(({ type }) => events.push(`${ms} ${type}`));
  [...user].forEach((sound, at) => {
    for (let i = 0; i < 5; i++) {
      ms += 20;
      far.next(other[at] === 's' ? tone : quiet);
      stream.detectVoice(sound === 's' ? tone : quiet);
    }
  });
  return events;
};

describe('conversationStream', () => {
  it('tells when the user begins to speak, and has finished', () => {
    expect(told('..sssss...........', '')).toEqual(['220 user_speaking', '1400 user_finished']);
  });

  it('takes a pause within a turn for part of it', () => {
    const user = '..sss.....sss..........';
    expect(told(user, '')).toEqual(['220 user_speaking', '2000 user_finished']);
  });

  it('tells of an overlap, and of an interruption when it lasts', () => {
    const other = 'ssssssssssss............';
    const user = '......sssss.............';
    expect(told(user, other)).toEqual([
      '620 user_speaking',
      '800 speech_overlap',
      '1100 user_interruption',
      '1800 user_finished',
    ]);
  });

  it('takes a word of assent for a back-channel, no interruption, and no turn', () => {
    const other = 'ssssssssssssssssssssssss';
    const user = '......ss................';
    expect(told(user, other)).toEqual(['620 user_speaking', '800 speech_overlap', '1500 back_channel']);
  });

  it('does not take the other side speaking into the user for an interruption', () => {
    const user = 'ssssssssssssssss.......';
    const other = '.....sssssssssss.......';
    expect(told(user, other).slice(0, 2)).toEqual(['20 user_speaking', '720 speech_overlap']);
    expect(told(user, other).join()).not.toContain('interruption');
  });

  it('tells of a long pause once, when the user had spoken and nobody answered', () => {
    const silence = '.'.repeat(50);
    expect(told(silence, '')).toEqual([]);
    expect(told(`s${silence}`, '')).toEqual(['20 user_speaking', '800 user_finished', '2100 long_pause']);
    expect(told(`s${silence}`, '.........ss')).toEqual(['20 user_speaking', '800 user_finished']);
  });

  it('does what the mode says', () => {
    const { FORMAL, RAPID } = ConversationMode;
    const user = `......ssss${'.'.repeat(60)}`;
    const other = 'ssssssssssssss';
    expect(told(user, other, RAPID)).toEqual([
      '620 user_speaking',
      '700 speech_overlap',
      '800 user_interruption',
      '1300 user_finished',
    ]);
    expect(told(user, other, FORMAL)).toEqual(['620 user_speaking', '1000 speech_overlap', '2200 back_channel']);
    for (const mode of Object.values(ConversationMode)) {
      const { finishedMs, longPauseMs } = conversationModes[mode];
      const after = [`${100 + finishedMs} user_finished`, `${100 + longPauseMs} long_pause`];
      expect(told(`s${'.'.repeat(60)}`, '', mode)).toEqual(['20 user_speaking', ...after]);
    }
  });

  it('can be read with for await, and completes with close', async () => {
    const stream = new VoxStream();
    const reading = stream.conversationStream()[Symbol.asyncIterator]();
    stream.detectVoice(testAudio({ pattern: 'tone' }));
    stream.close();
    expect(await reading.next()).toEqual({ done: false, value: { type: 'user_speaking', atMs: 1000, position: 24_000 } });
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('hears streams, too', async () => {
    const stream = new VoxStream();
    const events: ConversationEvent[] = [];
    stream.conversationStream().subscribe((event) => events.push(event));
    await all(stream.stream(testAudio({ durationMs: 2000 })));
    expect(events.map(({ type }) => type)).toEqual(['user_speaking']);
  });
});

describe('setMode', () => {
  it('changes the manner from now on', () => {
    const stream = new VoxStream();
    const events: string[] = [];
    stream.conversationStream().subscribe(({ type }) => events.push(type));
    stream.setMode(ConversationMode.RAPID);
    for (const samples of [...new Array(10).fill(tone), ...new Array(20).fill(quiet)]) stream.detectVoice(samples);
    expect(events).toEqual(['user_speaking', 'user_finished']);
    expect(() => stream.setMode('slow' as 'formal')).toThrow(
      "VoxStream: mode: must be natural, formal, rapid or local_mic, got 'slow'",
    );
  });
});

describe('on', () => {
  const speak = (stream: VoxStream): void => {
    for (let i = 0; i < 10; i++) stream.detectVoice(tone);
  };

  it('tells of user_interruption, back_channel, long_pause and speech_overlap', () => {
    const stream = new VoxStream({ mode: 'rapid' });
    const heard: string[] = [];
    for (const type of ['user_interruption', 'back_channel', 'long_pause', 'speech_overlap'] as const)
      stream.on(type, (event) => heard.push(event.type));
    const speakFor = (ms: number): void => {
      for (let i = 0; i < ms / 20; i++) stream.detectVoice(tone);
      for (let i = 0; i < 200; i++) stream.detectVoice(quiet);
    };
    const far = testAudio({ durationMs: 1000, pattern: 'tone' });
    stream.attachPlayback(far);
    speakFor(1500);
    expect(heard).toEqual(['speech_overlap', 'user_interruption', 'long_pause']);
    stream.attachPlayback(far);
    speakFor(200);
    expect(heard.slice(3)).toEqual(['speech_overlap', 'back_channel']);
  });

  it('tells nobody who was removed', () => {
    const stream = new VoxStream();
    const handler = vi.fn();
    const id = stream.on('user_speaking', handler);
    expect([stream.off(id), stream.off(id)]).toEqual([true, false]);
    speak(stream);
    expect(handler).not.toHaveBeenCalled();
  });

  it('tells what a handler throws as error, and goes on', async () => {
    const stream = new VoxStream();
    const failures: unknown[] = [];
    const handler = vi.fn();
    stream.on('user_speaking', () => {
      throw new Error('at once');
    });
    stream.on('user_speaking', () => Promise.reject(new Error('later')));
    stream.on('user_speaking', handler);
    stream.on('error', ({ error }) => failures.push(error));
    speak(stream);
    await vi.waitFor(() => expect(failures).toEqual([new Error('at once'), new Error('later')]));
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('does not tell an error handler of what it throws itself', () => {
    const stream = new VoxStream();
    const handler = vi.fn(() => {
      throw new Error('again');
    });
    stream.on('error', handler);
    stream.on('user_speaking', handler);
    speak(stream);
    expect(handler).toHaveBeenCalledTimes(2);
  });
});

describe('attachPlayback', () => {
  it('takes audio of any kind, replaces what was attached, and lets go of it at close', () => {
    const stream = new VoxStream();
    const first = new Subject<Uint8Array>();
    const second = new Subject<Int16Array>();
    stream.attachPlayback(first);
    expect(first.observed).toBe(true);
    stream.attachPlayback(second);
    expect([first.observed, second.observed]).toEqual([false, true]);
    stream.close();
    expect(second.observed).toBe(false);
  });

  it('tells an error of its source, and the stream goes on', () => {
    const stream = new VoxStream();
    const failures: unknown[] = [];
    stream.on('error', ({ error }) => failures.push(error));
    const far = new Subject<Int16Array>();
    stream.attachPlayback(far);
    far.error(new Error('the other side'));
    expect(failures).toEqual([new Error('the other side')]);
    expect(() => stream.attachPlayback(7 as never)).toThrow(/^VoxStream: source: must be/);
  });
});
