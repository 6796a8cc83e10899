import { describe, expect, it } from 'vitest';
import { append, ask, drive, input, user } from './drive.js';
import { quiet, speech } from './sound.js';

const idle = input({ turn_detection: { type: 'server_vad', idle_timeout_ms: 5000 }, transcription: { model: 'whisper-1' } });
const triggered = 'input_audio_buffer.timeout_triggered';

describe('idle time-out', () => {
  it('comes 5 s of audio after the last answer has played, in the recorded order', () => {
    drive({ script: ['aaaaaaaaaa'] }, (session) => {
      session.send(idle, append(quiet(320)), user('hello'), ask());
      // 0.7 s of speech: played until 1020 ms
      session.send(append(quiet(5600)));
      expect(session.last(triggered)).toBeUndefined();
      session.send(append(quiet(160)));
      expect(session.last(triggered)).toMatchObject({ audio_start_ms: 1024, audio_end_ms: 6048 });
      session.wait(300);
      expect(
        session
          .types(triggered)
          .filter((type) => !type.endsWith('.delta') && type !== 'rate_limits.updated')
          .slice(0, 7),
      ).toEqual([
        triggered,
        'conversation.item.added',
        'conversation.item.done',
        'input_audio_buffer.committed',
        'conversation.item.added',
        'conversation.item.done',
        'response.created',
      ]);
    });
  });

  it('shows the model a notice before the silence, and transcribes nothing as nothing', () => {
    drive({}, (session) => {
      session.send(idle, user('hello'), ask(), append(quiet(20_000)));
      const [, notice, silence] = session.events
        .filter(({ type }) => type === 'conversation.item.added')
        .map(({ item }) => item as { id: string; role: string })
        .filter(({ role }) => role !== 'assistant');
      expect(notice).toMatchObject({ role: 'system', content: [{ type: 'input_text' }] });
      expect(silence).toMatchObject({ role: 'user', content: [{ type: 'input_audio', transcript: null }] });
      expect(session.last('input_audio_buffer.committed')).toMatchObject({ item_id: silence?.id, previous_item_id: notice?.id });
      expect(session.last('conversation.item.input_audio_transcription.completed')).toMatchObject({
        item_id: silence?.id,
        transcript: '',
        usage: { type: 'duration', seconds: 0 },
      });
      expect(session.last('response.output_audio_transcript.done')).toMatchObject({ transcript: 'Are you still there?' });
    });
  });

  it('starts anew with each answer', () => {
    drive({ script: ['a', 'a', 'a'] }, (session) => {
      session.send(idle, user('hello'), ask());
      for (let i = 0; i < 3; i++) session.send(append(quiet(6000)));
      expect(session.types().filter((type) => type === triggered).length).toBe(3);
    });
  });

  it('does not come before the first answer, while somebody speaks, nor without audio', () => {
    drive({ script: ['a', 'a'] }, (session) => {
      session.send(idle, append(quiet(8000)), user('hello'), ask());
      session.wait(60_000);
      session.send(append(speech(8000)));
      expect(session.last(triggered)).toBeUndefined();
    });
  });

  it('does not come where somebody spoke, though the client threw it away', () => {
    drive({ script: ['a', 'a'] }, (session) => {
      session.send(idle, user('hello'), ask(), append(quiet(3000)), append(speech(640)), { type: 'input_audio_buffer.clear' });
      session.send(append(quiet(8000)));
      expect(session.last(triggered)).toBeUndefined();
    });
  });

  it('may be 5 to 30 s', () => {
    drive({}, (session) => {
      session.send(input({ turn_detection: { type: 'server_vad', idle_timeout_ms: 100 } }));
      expect(session.last('error')?.error).toMatchObject({
        code: 'integer_below_min_value',
        param: 'session.audio.input.turn_detection.idle_timeout_ms',
      });
    });
  });
});
