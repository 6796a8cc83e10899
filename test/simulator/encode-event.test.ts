import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../../src/simulator/encode-event.js';
import { append, ask, drive, user } from './drive.js';
import { quiet, speech } from './sound.js';

describe('encodeEvent', () => {
  it('writes every event of a session as JSON.stringify would', () => {
    drive({ script: [{ toolCall: { name: 'f' }, transcript: 'Do "it".' }, 'Well, "yes".'] }, (session) => {
      session.send(append(speech(640)), append(quiet(640)), user('\u0001 "quoted" ü'), ask());
      expect(session.types()).toContain('response.output_audio.delta');
      for (const { at: _, ...event } of session.events) expect(encodeEvent(event)).toBe(JSON.stringify(event));
    });
  });
});
