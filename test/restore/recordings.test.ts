import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordings } from '../../src/recordings.js';

const base64 = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('base64');

describe('recordings', () => {
  it('joins pieces of any length, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.nat(9), (pieces, cut) => {
        const recordings = createRecordings();
        const payloads = pieces.map((piece) => base64(...piece));
        recordings.add('a', payloads.slice(0, cut), 1);
        recordings.add('a', payloads.slice(cut), 2);
        expect(recordings.recordingOf('a')).toEqual({ audio: base64(...pieces.flatMap((piece) => [...piece])), ms: 3 });
      }),
    );
  });

  it('keeps so much of all items together, the newest', () => {
    const recordings = createRecordings({ keepMs: 100 });
    recordings.add('a', [base64(1)], 40);
    recordings.add('b', [base64(2)], 40);
    recordings.add('c', [base64(3)], 30);
    expect(['a', 'b', 'c'].map((id) => recordings.recordingOf(id)?.ms)).toEqual([undefined, 40, 30]);
  });

  it('does not keep what is too long by itself', () => {
    const recordings = createRecordings({ keepMs: 100 });
    recordings.add('a', [base64(1)], 101);
    expect(recordings.recordingOf('a')).toBeUndefined();
  });

  it('has room again for what was forgotten', () => {
    const recordings = createRecordings({ keepMs: 100 });
    recordings.add('a', [base64(1)], 60);
    recordings.add('b', [base64(2)], 40);
    recordings.forget('b');
    recordings.forget('b');
    recordings.add('c', [base64(3)], 40);
    expect(['a', 'b', 'c'].map((id) => recordings.recordingOf(id)?.ms)).toEqual([60, undefined, 40]);
  });

  it('passes over what is no base64', () => {
    const recordings = createRecordings();
    recordings.add('a', [base64(1), '?', base64(2)], 1);
    expect(recordings.recordingOf('a')?.audio).toBe(base64(1, 2));
  });

  it('refuses a negative length when called', () => {
    expect(() => createRecordings({ keepMs: -1 })).toThrow(RangeError);
  });
});
