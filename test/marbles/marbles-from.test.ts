import fc from 'fast-check';
import { merge } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marblesFrom } from '../../marbles/index.js';
import { marbles } from '../marbles.js';

const line = (at: number, type: string, more: object = {}): object => ({ at, event: { type, ...more } });
const jsonl = (lines: readonly object[]): string => lines.map((each) => `${JSON.stringify(each)}\n`).join('');
const wire = (at: number, dir: 'c2s' | 's2c', ev: object): object => ({ at, connection: 1, dir, ev });

describe('marblesFrom', () => {
  it('draws each event in its frame of 20 ms', () => {
    const call = marblesFrom(
      jsonl([{ at: 0, recording: {} }, line(40, 'playout.drained'), line(71, 'lane.overdue'), line(3071, 'playout.drained')]),
    );
    expect(call.diagrams).toEqual(['--a-b 2980ms a']);
    expect(call.values).toEqual({ a: { type: 'playout.drained' }, b: { type: 'lane.overdue' } });
    expect(call.legend).toBe('a  playout.drained\nb  lane.overdue');
  });

  it('draws what happens within a frame in one diagram below the other', () => {
    const { diagrams } = marblesFrom(
      jsonl([line(20, 'a'), line(21, 'b'), line(22, 'c'), line(60, 'd'), line(80, 'e'), line(81, 'f')]),
    );
    expect(diagrams).toEqual(['-a-de', '-b--f', '-c']);
  });

  it('takes what the service said and what happened here, and nothing that was sent or that nobody heard', () => {
    const done = {
      type: 'response.audio.done',
      event_id: 'one',
      response_id: 'r',
      item_id: 'i',
      output_index: 0,
      content_index: 0,
    };
    const { values, diagrams } = marblesFrom(
      jsonl([
        wire(0, 's2c', done),
        wire(0, 's2c', { type: 'session.created', event_id: 'standby' }),
        wire(0, 'c2s', { type: 'response.create', event_id: 'sent' }),
        { at: 20, of: 'one', type: 'response.output_audio.done' },
        line(40, 'playout.drained'),
        { at: 60, of: 'unknown', type: 'x' },
      ]),
    );
    expect(diagrams).toEqual(['-ab']);
    expect(values).toEqual({ a: { ...done, type: 'response.output_audio.done' }, b: { type: 'playout.drained' } });
  });

  it('takes the types that are wanted', () => {
    const text = jsonl([
      line(0, 'playout.started'),
      line(20, 'playout.drained'),
      line(40, 'turn.started'),
      line(60, 'turn.ended'),
    ]);
    expect(marblesFrom(text, { types: ['playout.*', 'turn.ended'] }).diagrams).toEqual(['ab-c']);
    expect(marblesFrom(text, { types: [] }).diagrams).toEqual([]);
  });

  it('names the line that is none, and passes over a last one that was cut off', () => {
    expect(() => marblesFrom('{"dir":"s2c","ev":{}}\n')).toThrow(/^line 1 is not of a recorded call/);
    expect(() => marblesFrom(`${jsonl([line(0, 'a')])}{"at"\n`)).toThrow(/^line 2 is not/);
    expect(marblesFrom(`${jsonl([line(0, 'a')])}{"at":2,"ev`).diagrams).toEqual(['a']);
  });

  it('gives back each event in its order and its frame', () => {
    const calls = fc.array(
      fc.record({ gap: fc.oneof(fc.constant(0), fc.nat({ max: 30 }), fc.nat({ max: 3000 })), id: fc.nat({ max: 500 }) }),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(calls, (steps) => {
        let at = 0;
        const happened = steps.map(({ gap, id }) => {
          at += gap;
          return { at, type: `type.${id}` };
        });
        const { diagrams, values } = marblesFrom(jsonl(happened.map((each) => line(each.at, each.type))));
        const seen: unknown[] = [];
        marbles((t) => {
          merge(...diagrams.map((diagram) => t.hot(diagram, values))).subscribe(({ type }) => seen.push({ at: t.now(), type }));
          t.flush();
        })();
        expect(seen).toEqual(happened.map((each) => ({ at: Math.round(each.at / 20) * 20, type: each.type })));
      }),
      { numRuns: 50 },
    );
  });
});
