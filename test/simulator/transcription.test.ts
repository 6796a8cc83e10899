import { map, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Utterance } from '../../src/simulator/index.js';
import { append, ask, drive, input } from './drive.js';
import { loud, quiet, speech } from './sound.js';

const on = (model: string) => input({ transcription: { model } });
const words = 'conversation.item.input_audio_transcription';

describe('input transcription', () => {
  it("tells the words that the user's function understands, and answers them", () => {
    drive({ transcribe: () => 'Thank you!' }, (session) => {
      session.send(on('gpt-4o-transcribe'), append(speech(640)), append(quiet(320)));
      expect(session.last(`${words}.completed`)).toMatchObject({ transcript: 'Thank you!' });
      expect(session.last('response.output_audio_transcript.done')).toMatchObject({ transcript: 'You are very welcome.' });
    });
  });

  it('waits with the answer until the words are known', () => {
    drive({ transcribe: () => timer(700).pipe(map(() => 'Thank you!')) }, (session) => {
      session.send(append(speech(640)), append(quiet(320)));
      expect(session.last('response.created')).toBeDefined();
      session.wait(600);
      expect(session.last('response.output_item.added')).toBeUndefined();
      session.wait(200);
      expect(session.last('response.output_audio_transcript.done')).toMatchObject({ transcript: 'You are very welcome.' });
    });
  });

  it('asks once, with the audio of the utterance alone', () => {
    const heard: Utterance[] = [];
    const transcribe = (utterance: Utterance) => {
      heard.push(utterance);
      return of('Hello.');
    };
    drive({ transcribe }, (session) => {
      session.send(on('whisper-1'), append(quiet(4800)), append(speech(960)), append(quiet(320)), append(quiet(1920)));
      session.send(append(speech(640)), append(quiet(320)));
    });
    // 300 ms before, 960 and 640 of speech, 224 of silence in whole windows of 32
    expect(heard.map(({ index, samples, sampleRate }) => [index, sampleRate, Math.round(samples.length / 24)])).toEqual([
      [0, 24_000, 1484],
      [1, 24_000, 1164],
    ]);
    const loudest = Math.max(...loud(100));
    const first = heard[0]?.samples ?? new Int16Array();
    const from = first.findIndex((sample) => sample > loudest / 2);
    expect(from / 24).toBeGreaterThan(250);
    expect(from / 24).toBeLessThan(350);
    expect(heard[0]?.settings).toMatchObject({ model: 'whisper-1' });
  });

  it('cuts the utterance out of one long piece of audio', () => {
    const lengths: number[] = [];
    const transcribe = ({ samples }: Utterance) => {
      lengths.push(Math.round(samples.length / 24));
      return undefined;
    };
    drive({ transcribe }, (session) => {
      const all = Buffer.concat([quiet(3200), speech(960), quiet(3200)].map((audio) => Buffer.from(audio, 'base64')));
      session.send(append(all.toString('base64')));
    });
    expect(lengths).toEqual([1484]);
  });

  it('believes the script more than the function', () => {
    drive({ transcribe: () => 'No.', script: [{ transcript: 'Yes.' }] }, (session) => {
      session.send(on('whisper-1'), append(speech(640)), append(quiet(320)));
      expect(session.last(`${words}.completed`)).toMatchObject({ transcript: 'Yes.' });
    });
  });

  it.each([
    ['knows no words', () => undefined, /understands no speech/],
    [
      'throws',
      () => {
        throw new Error('out of order');
      },
      /^out of order$/,
    ],
    ['errors', () => throwError(() => new Error('out of order')), /^out of order$/],
  ])('fails where the function %s, and answers all the same', (_, transcribe, message) => {
    drive({ transcribe }, (session) => {
      session.send(on('whisper-1'), append(speech(640)), append(quiet(320)));
      expect(session.last(`${words}.failed`)?.error).toMatchObject({ message: expect.stringMatching(message) });
      expect(session.last('response.done')?.response).toMatchObject({ status: 'completed' });
    });
  });

  it('tells words while they are said, before there is an item, with gpt-realtime-whisper', () => {
    drive({ script: [{ transcript: 'One two three four five.' }] }, (session) => {
      session.send(on('gpt-realtime-whisper'));
      for (let i = 0; i < 12; i++) {
        session.send(append(speech(100)));
        session.wait(100);
      }
      const live = session.events.filter(({ type }) => type === `${words}.delta`);
      expect(live.map(({ delta }) => delta).join('')).toBe('One two three four');
      expect(session.last('input_audio_buffer.committed')).toBeUndefined();
      session.send(append(quiet(300)));
      session.wait(300);
      const all = session.events.filter(({ type }) => type === `${words}.delta`);
      expect(all.map(({ delta }) => delta).join('')).toBe('One two three four five.');
      const [id] = new Set(all.map(({ item_id }) => item_id));
      expect(session.last('input_audio_buffer.committed')).toMatchObject({ item_id: id });
      expect(session.last(`${words}.completed`)).toMatchObject({ item_id: id, transcript: 'One two three four five.' });
    });
  });

  it('tells the words of each utterance in a transcription session, which answers nothing', () => {
    drive({ model: undefined, script: [{ transcript: 'One.' }, { transcript: 'Two.' }] }, (session) => {
      const session_ = { type: 'transcription', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } };
      session.send({ type: 'session.update', session: session_ });
      expect(session.last('session.updated')?.session).toMatchObject({ type: 'transcription' });
      for (let i = 0; i < 2; i++) session.send(append(speech(640)), append(quiet(320)));
      const told = session.events.filter(({ type }) => type === `${words}.completed`).map(({ transcript }) => transcript);
      expect(told).toEqual(['One.', 'Two.']);
      session.wait(1000);
      expect(session.types().filter((type) => type.startsWith('response.') || type === 'rate_limits.updated')).toEqual([]);
      session.send(ask());
      expect(session.last('error')?.error).toMatchObject({ code: 'invalid_event' });
    });
  });
});
