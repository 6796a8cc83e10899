import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../src/events.js';
import { appendedMs, withoutOldAudio } from '../src/held-audio.js';
import { inputFormatOf } from '../src/state/audio-format.js';
import { toBase64 } from '../src/wire/base64.js';

const format = inputFormatOf(undefined);
/** 20 ms of audio that can be told from other audio. */
const append = (value: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(480).fill(value)),
});
const commit: Command = { type: 'input_audio_buffer.commit' };
const text: Command = { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [] } };

describe('withoutOldAudio', () => {
  it('keeps the newest audio, to the frame, and counts the rest', () => {
    const frames = Array.from({ length: 500 }, (_, at) => append(at));
    const { kept, droppedMs } = withoutOldAudio(frames, format, { openMs: 3000, turnMs: 15_000 });
    expect(kept).toEqual(frames.slice(-150));
    expect(droppedMs).toBe(7000);
  });

  it('limits each turn that is over by itself', () => {
    const turn = Array.from({ length: 100 }, (_, at) => append(at));
    const open = Array.from({ length: 3 }, (_, at) => append(at));
    const { kept } = withoutOldAudio([...turn, commit, ...turn, commit, ...open], format, { openMs: 40, turnMs: 1000 });
    expect(kept).toEqual([...turn.slice(-50), commit, ...turn.slice(-50), commit, ...open.slice(-2)]);
  });

  it('drops nothing but audio, never more than it must, and keeps the order', () => {
    const command = fc.oneof(fc.nat(100).map(append), fc.constant(commit), fc.constant(text));
    fc.assert(
      fc.property(fc.array(command), fc.integer({ min: 0, max: 20 }), (held, frames) => {
        const { kept, droppedMs } = withoutOldAudio(held, format, { openMs: 20 * frames, turnMs: 20 * frames });
        const isKept = new Set(kept);
        expect(held.filter((each) => isKept.has(each))).toEqual(kept);
        const gone = held.filter((each) => !isKept.has(each));
        expect(gone.every(({ type }) => type === 'input_audio_buffer.append')).toBe(true);
        expect(gone.reduce((sum, each) => sum + appendedMs(each, format), 0)).toBe(droppedMs);
        const turns = (commands: readonly Command[]): readonly number[] =>
          commands.reduce<number[]>(
            (lengths, each) => {
              if (each === commit) lengths.push(0);
              else if (each !== text) lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
              return lengths;
            },
            [0],
          );
        expect(turns(kept)).toEqual(turns(held).map((length) => Math.min(length, frames)));
      }),
    );
  });
});
