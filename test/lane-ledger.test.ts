import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VoiceFrame } from '../src/audio.js';
import { isFrame, type VoiceEvent } from '../src/events.js';
import { laneLedger } from '../src/lane-ledger.js';
import { at, counted } from './lane-frames.js';

type Entry = VoiceFrame | VoiceEvent;

const event: VoiceEvent = { type: 'speech.started', position: 0 };
const samplesOf = (entries: readonly Entry[]): readonly number[] =>
  entries.flatMap((entry) => (isFrame(entry) ? [...entry.samples] : []));
const ledgerOf = (...frames: readonly VoiceFrame[]) => {
  const ledger = laneLedger();
  for (const frame of frames) ledger.accept(frame);
  return ledger;
};

describe('laneLedger', () => {
  it('gives out what a lane gives back, as it is', () => {
    const ledger = ledgerOf(at(0, 1, 2));
    const output = at(0, 7, 8);
    expect(ledger.acknowledge(output)).toEqual([output]);
    expect(ledger.heldMs).toBe(0);
  });

  it('splits a frame of which a part was given back', () => {
    const ledger = ledgerOf(at(0, 1, 2, 3));
    expect(ledger.acknowledge(at(0, 1))).toEqual([at(0, 1)]);
    expect(ledger.frames()).toEqual([at(1, 2, 3)]);
  });

  it('trims what is out already', () => {
    const ledger = ledgerOf(at(0, 1, 2), at(2, 3, 4));
    ledger.acknowledge(at(0, 1, 2, 3));
    expect(ledger.acknowledge(at(2, 3, 4))).toEqual([at(3, 4)]);
    expect(ledger.acknowledge(at(0, 1, 2))).toEqual([]);
  });

  it('trims what was never there', () => {
    const ledger = ledgerOf(at(5, 1, 2));
    expect(samplesOf(ledger.acknowledge(at(3, 98, 99, 1, 2, 100)))).toEqual([1, 2]);
    expect(ledger.acknowledge(at(8, 101))).toEqual([]);
  });

  it('fills what a lane skips from what it was given', () => {
    const ledger = ledgerOf(at(0, 1, 2), at(2, 3, 4), at(4, 5));
    expect(ledger.acknowledge(at(3, 4))).toEqual([at(0, 1, 2), at(2, 3), at(3, 4)]);
    expect(ledger.frames()).toEqual([at(4, 5)]);
  });

  it('takes frames that were cut anew, as one', () => {
    const ledger = ledgerOf(at(0, 1), at(1, 2), at(2, 3, 4));
    expect(ledger.acknowledge(at(0, 7, 8, 9))).toEqual([at(0, 7, 8, 9)]);
    expect(ledger.frames()).toEqual([at(3, 4)]);
  });

  it('leaves a gap of the device a gap', () => {
    const ledger = ledgerOf(at(0, 1), at(4, 5));
    expect(ledger.acknowledge(at(0, 1, 98, 98, 98, 5))).toEqual([at(0, 1), at(4, 5)]);
  });

  it('keeps an event in its place, also within what a lane cut anew', () => {
    const ledger = ledgerOf(at(0, 1));
    expect(ledger.keep(event)).toBe(true);
    ledger.accept(at(1, 2));
    expect(ledger.acknowledge(at(0, 1, 2))).toEqual([at(0, 1), event, at(1, 2)]);
    expect(ledger.keep(event)).toBe(false);
  });

  it('counts what is held, and what is missing before it', () => {
    const ledger = ledgerOf(at(0, 1, 2), at(10, 3));
    expect(ledger.heldMs).toBe(3);
    ledger.acknowledge(at(0, 1, 2));
    expect({ heldMs: ledger.heldMs, gapMs: ledger.gapMs }).toEqual({ heldMs: 1, gapMs: 8 });
  });

  it('refuses audio of another rate, and keeps what it holds', () => {
    const ledger = ledgerOf(at(0, 1));
    expect(() => ledger.acknowledge({ ...at(0, 1), sampleRate: 2000 })).toThrow(/2000 Hz for 1000/);
    expect(ledger.frames()).toEqual([at(0, 1)]);
  });

  it('sees where a stream begins anew, and where it only has a gap', () => {
    const ledger = ledgerOf(at(5, 1, 2));
    expect(ledger.isBreak(at(7, 3))).toBe(false);
    expect(ledger.isBreak(at(9, 3))).toBe(false);
    expect(ledger.isBreak(at(6, 3))).toBe(true);
    expect(ledger.isBreak({ ...at(7, 3), sampleRate: 2000 })).toBe(true);
    expect(laneLedger().isBreak(at(0, 1))).toBe(false);
  });

  it('gives out each sample once and in order, whatever a lane gives back', () => {
    const frame = fc.record({ gap: fc.constantFrom(0, 0, 0, 3), ms: fc.integer({ min: 1, max: 6 }) });
    const output = fc.record({ from: fc.integer({ min: -3, max: 60 }), ms: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(output, { maxLength: 12 }), (frames, outputs) => {
        const ledger = laneLedger();
        const given: number[] = [];
        const out: Entry[] = [];
        let position = 0;
        for (let step = 0; step < Math.max(frames.length, outputs.length); step++) {
          const { gap = 0, ms = 0 } = frames[step] ?? {};
          if (ms > 0) {
            const accepted = counted(position + gap, ms);
            ledger.accept(accepted);
            given.push(...accepted.samples);
            position += gap + ms;
          }
          const wanted = outputs[step];
          if (wanted) out.push(...ledger.acknowledge(counted(wanted.from, wanted.ms)));
          const held = samplesOf(ledger.frames());
          expect([...samplesOf(out), ...held]).toEqual(given);
          expect(ledger.heldMs).toBe(held.length);
        }
        for (const piece of out) if (isFrame(piece)) expect(piece.samples[0]).toBe(piece.position);
      }),
      { numRuns: 1000 },
    );
  });
});
