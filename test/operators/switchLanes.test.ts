import {
  concat,
  delay,
  EMPTY,
  finalize,
  from,
  identity,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  of,
  Subject,
  take,
  tap,
  throwError,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { switchLanes } from '../../operators/switchLanes.js';
import { durationOf, endOf, type VoiceFrame } from '../../src/audio.js';
import { isFrame, type LaneDecision, type VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { at, counted } from '../lane-frames.js';
import { delayed, ending, gated, recut, swallowing, throwing, unending } from '../lane-stages.js';
import { marbles } from '../marbles.js';

type Entry = VoiceFrame | VoiceEvent;

const to = (lane: string, more: Partial<LaneDecision> = {}): LaneDecision => ({
  lane,
  reason: 'wish',
  confidence: 0.9,
  at: 7,
  ...more,
});
const fast: Lane = { name: 'fast', audio: identity };
const lanesOf = (big: Lane['audio'], home = fast): readonly Lane[] => [home, { name: 'big', audio: big }];
const frames = (count: number, ms = 20): readonly VoiceFrame[] =>
  Array.from({ length: count }, (_, index) => counted(index * ms, ms));
const event = (position: number): VoiceEvent => ({ type: 'speech.started', position });

/** Frames by `position+samples`, events by what they tell. */
const told = (entry: Entry): string => {
  if (isFrame(entry)) return `${entry.position}+${entry.samples.length}`;
  if (entry.type === 'lane.switched') return `${entry.from}→${entry.to} ${entry.reason} ${entry.heldFrames}`;
  if (entry.type === 'lane.failed') return `${entry.lane} failed, ${entry.to}: ${String(entry.error)}`;
  return entry.type;
};

/** A run that is driven by hand, and what it has told. */
const drive = (lanes: readonly Lane[], config = {}) => {
  const source = new Subject<Entry>();
  const lane$ = new Subject<LaneDecision>();
  const seen: string[] = [];
  const entries: Entry[] = [];
  const subscription = source.pipe(switchLanes(lane$, lanes, config)).subscribe({
    next(entry) {
      entries.push(entry);
      seen.push(told(entry));
    },
    error: (error: unknown) => seen.push(`error ${String(error)}`),
    complete: () => seen.push('|'),
  });
  return { source, lane$, seen, entries, subscription };
};

describe('switchLanes', () => {
  describe('rule 1: the source is subscribed once', () => {
    it(
      'whatever the number of lanes entered',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const [a, b, c, d] = frames(4);
        const source = hot('a-b-c-d-|', { a, b, c, d } as Record<string, VoiceFrame>);
        const subs = '      ^-------!';
        const lane$ = hot(' -x-y-x---', { x: to('big'), y: to('fast') });
        const laneSubs = '  ^-------!';
        const expected = '  axbycxd-|';

        const values = { a: '0+20', b: '20+20', c: '40+20', d: '60+20', x: 'fast→big wish 0', y: 'big→fast wish 0' };
        expectObservable(source.pipe(switchLanes(lane$, lanesOf(identity)), map(told))).toBe(expected, values);
        expectSubscriptions(source.subscriptions).toBe(subs);
        expectSubscriptions(lane$.subscriptions).toBe(laneSubs);
      }),
    );
  });

  describe('rule 2: one thing at a time', () => {
    it('a decision that arises while a frame is emitted comes after it', () => {
      const taken: number[] = [];
      const big = tap<VoiceFrame>(({ position }) => taken.push(position));
      const source = new Subject<Entry>();
      const lane$ = new Subject<LaneDecision>();
      const seen: string[] = [];
      source.pipe(switchLanes(lane$, lanesOf(big, { name: 'fast', audio: recut(40) }))).subscribe((entry) => {
        seen.push(told(entry));
        // The lane gives two frames; the event between them parts what it has cut anew.
        if (seen.length === 1) lane$.next(to('big'));
      });
      source.next(counted(0, 20));
      source.next(event(20));
      source.next(counted(20, 20));
      expect(seen).toEqual(['0+20', 'speech.started', '20+20', 'fast→big wish 0']);
      expect(taken).toEqual([]);
    });

    it('a frame that arises while another is emitted comes after it', () => {
      const source = new Subject<Entry>();
      const seen: string[] = [];
      source.pipe(switchLanes(NEVER, lanesOf(identity))).subscribe((entry) => {
        if (isFrame(entry) && entry.position === 0) source.next(counted(20, 20));
        seen.push(told(entry));
      });
      source.next(counted(0, 20));
      expect(seen).toEqual(['0+20', '20+20']);
    });

    it('what a lane gave and was not yet heard is left to the lane after it', () => {
      const lane$ = new Subject<LaneDecision>();
      const source = new Subject<Entry>();
      const values: number[] = [];
      const twice = map((frame: VoiceFrame) => ({ ...frame, samples: frame.samples.map((value) => value * 2) }));
      // Decides while it is given a frame, ahead of giving it back.
      const deciding: Lane['audio'] = (input) => input.pipe(tap(() => lane$.next(to('big'))));
      source.pipe(switchLanes(lane$, lanesOf(twice, { name: 'fast', audio: deciding }))).subscribe((entry) => {
        if (isFrame(entry)) values.push(...entry.samples);
      });
      source.next(at(0, 1, 2));
      expect(values).toEqual([2, 4]);
    });
  });

  describe('rule 3: an output acknowledges samples before it is emitted', () => {
    it('so that the next lane is given what is not out, a frame cut where it must be', () => {
      const given: string[] = [];
      const big = tap<VoiceFrame>((frame) => given.push(told(frame)));
      // Gives the first half of the second frame.
      const half: Lane['audio'] = (input) =>
        input.pipe(map((frame, index) => (index === 0 ? frame : { ...frame, samples: frame.samples.subarray(0, 10) })));
      const { source, lane$, seen } = drive(lanesOf(big, { name: 'fast', audio: half }));
      for (const frame of frames(2)) source.next(frame);
      lane$.next(to('big'));
      expect(given).toEqual(['30+10']);
      expect(seen).toEqual(['0+20', '20+10', 'fast→big wish 1', '30+10']);
    });
  });

  describe('rule 4: the guard', () => {
    it('trims what is out already', () => {
      const twice: Lane['audio'] = (input) =>
        input.pipe(map((frame) => ({ ...frame, samples: counted(0, endOf(frame)).samples, position: 0 })));
      const { source, seen } = drive([{ name: 'fast', audio: twice }]);
      for (const frame of frames(2)) source.next(frame);
      expect(seen).toEqual(['0+20', '20+20']);
    });

    it('fills what a lane leaves out from what went in', () => {
      const { source, seen } = drive([{ name: 'fast', audio: gated(2) }]);
      for (const frame of frames(4)) source.next(frame);
      expect(seen).toEqual(['0+20', '20+20', '40+20', '60+20']);
    });

    it('lets a lane cut frames anew', () => {
      const { source, seen } = drive([{ name: 'fast', audio: recut(40) }]);
      for (const frame of frames(3)) source.next(frame);
      source.complete();
      expect(seen).toEqual(['0+40', '40+20', '|']);
    });
  });

  describe('rule 5: a lane that fails loses nothing', () => {
    it('one that throws', () => {
      const { source, lane$, seen } = drive(lanesOf((input) => input.pipe(delayed(1), throwing(1))));
      lane$.next(to('big'));
      for (const frame of frames(4)) source.next(frame);
      expect(seen).toEqual([
        'fast→big wish 0',
        '0+20',
        'big failed, fast: Error: broken',
        'big→fast lane_failed 2',
        '20+20',
        '40+20',
        '60+20',
      ]);
    });

    it('one that completes early', () => {
      const { source, lane$, seen } = drive(lanesOf(ending(1)));
      lane$.next(to('big'));
      for (const frame of frames(2)) source.next(frame);
      expect(seen).toEqual([
        'fast→big wish 0',
        '0+20',
        'big failed, fast: StreamError: lane big: completed while audio still came; make it complete with its input',
        'big→fast lane_failed 0',
        '20+20',
      ]);
    });

    it('one that holds more than maxHeldMs', () => {
      const { source, lane$, seen } = drive(lanesOf(swallowing), { maxHeldMs: 40 });
      lane$.next(to('big'));
      for (const frame of frames(2)) source.next(frame);
      expect(seen).toEqual(['fast→big wish 0']);
      source.next(counted(40, 20));
      expect(seen.slice(1)).toEqual([
        'big failed, fast: StreamError: lane big: held audio for more than 40 ms; make it give back what it takes',
        'big→fast lane_failed 3',
        '0+20',
        '20+20',
        '40+20',
      ]);
    });

    it('one that gives audio of another rate', () => {
      const { source, seen } = drive([{ name: 'fast', audio: map((frame) => ({ ...frame, sampleRate: 8000 })) }]);
      source.next(counted(0, 20));
      expect(seen[0]).toMatch(/^fast failed, fast: AudioError/);
      expect(seen[1]).toBe('0+20');
    });

    it('one that cannot be begun, and the fast lane itself: its audio goes through untreated', () => {
      const broken: Lane['audio'] = () => throwError(() => new Error('none'));
      const { source, lane$, seen } = drive(lanesOf(broken, { name: 'fast', audio: broken }));
      source.next(counted(0, 20));
      lane$.next(to('big'));
      source.next(counted(20, 20));
      expect(seen).toEqual([
        'fast failed, fast: Error: none',
        '0+20',
        'fast→big wish 0',
        'big failed, fast: Error: none',
        'big→fast lane_failed 0',
        'fast failed, fast: Error: none',
        '20+20',
      ]);
    });

    it('one that does not exist', () => {
      const { source, lane$, seen } = drive(lanesOf(identity));
      lane$.next(to('none'));
      source.next(counted(0, 20));
      expect(seen).toEqual(['none failed, fast: ConfigError: lane none: unknown; there are fast, big', '0+20']);
    });
  });

  describe('events of a lane', () => {
    /** Says where a frame begins, behind the frame. */
    const saying: Lane['audio'] = (input) => input.pipe(mergeMap((frame) => [frame, event(frame.position)]));

    it('come where it has got to', () => {
      const { source, seen } = drive([{ name: 'fast', audio: saying }]);
      for (const frame of frames(2)) source.next(frame);
      expect(seen).toEqual(['0+20', 'speech.started', '20+20', 'speech.started']);
    });

    it('come also when nothing was given', () => {
      const greeting: Lane['audio'] = (input) => concat(of(event(0)), input);
      const { source, lane$, seen } = drive(lanesOf(greeting));
      source.next(counted(0, 20));
      lane$.next(to('big'));
      expect(seen).toEqual(['0+20', 'fast→big wish 0', 'speech.started']);
    });

    it('come no more when it has been left', () => {
      const lane$ = new Subject<LaneDecision>();
      const seen: string[] = [];
      // Says something while it is given a frame, with a decision ahead of it.
      const deciding: Lane['audio'] = (input) =>
        input.pipe(
          tap(() => lane$.next(to('big'))),
          saying,
        );
      of(counted(0, 20))
        .pipe(switchLanes(lane$, lanesOf(identity, { name: 'fast', audio: deciding })))
        .subscribe((entry) => seen.push(told(entry)));
      expect(seen).toEqual(['fast→big wish 1', '0+20']);
    });
  });

  describe('rule 6: completes when its source has and the lane has given back all', () => {
    const a = counted(0, 20);

    it(
      'not before',
      marbles(({ hot, expectObservable }) => {
        const late: Lane['audio'] = delay(60);
        const source = hot('a-|', { a });
        const expected = '  ---(a|)';
        expectObservable(source.pipe(switchLanes(NEVER, [{ name: 'fast', audio: late }]), map(told))).toBe(expected, {
          a: '0+20',
        });
      }),
    );

    it(
      'whether lane$ completes or never does',
      marbles(({ hot, expectObservable }) => {
        for (const lane$ of [EMPTY, NEVER]) {
          const source = hot('a-|', { a });
          const expected = '  a-|';
          expectObservable(source.pipe(switchLanes(lane$, lanesOf(identity)), map(told))).toBe(expected, { a: '0+20' });
        }
      }),
    );

    it('says that lane$ has errored, and stays in the lane', () => {
      const seen: string[] = [];
      from(frames(2))
        .pipe(
          switchLanes(
            concat(
              of(to('big')),
              throwError(() => new Error('none')),
            ),
            lanesOf(identity),
          ),
        )
        .subscribe({ next: (entry) => seen.push(told(entry)), complete: () => seen.push('|') });
      expect(seen).toEqual(['fast→big wish 0', 'lane.decisions_failed', '0+20', '20+20', '|']);
    });

    it('when all is out, though the lane goes on', () => {
      const { source, seen } = drive([{ name: 'fast', audio: unending }]);
      source.next(a);
      source.complete();
      expect(seen).toEqual(['0+20', '|']);
    });

    it(
      'after maxHeldMs, when a lane never gives back what it has',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a|', { a });
        const expected = '  - 80ms (fa|)';
        const values = { a: '0+20', f: expect.stringContaining('failed') as unknown };
        expectObservable(
          source.pipe(switchLanes(NEVER, [{ name: 'fast', audio: swallowing }], { maxHeldMs: 80 }), map(told)),
        ).toBe(expected, values);
      }),
    );

    it('in the lane that was entered after the source ended', () => {
      const { source, lane$, seen } = drive(lanesOf(identity, { name: 'fast', audio: swallowing }));
      source.next(a);
      source.complete();
      lane$.next(to('big'));
      expect(seen).toEqual(['fast→big wish 1', '0+20', '|']);
    });
  });

  it('tells a switch, with what it was decided by, ahead of the first frame of the new lane', () => {
    const { source, lane$, entries } = drive(lanesOf(identity, { name: 'fast', audio: delayed(3) }));
    for (const frame of frames(5)) source.next(frame);
    lane$.next(to('big', { reason: 'function_call', confidence: 0.8, at: 42, abortsTools: true }));
    expect(entries.slice(2).map((entry) => (isFrame(entry) ? entry.position : entry))).toEqual([
      {
        type: 'lane.switched',
        from: 'fast',
        to: 'big',
        reason: 'function_call',
        confidence: 0.8,
        heldFrames: 3,
        gapMs: 0,
        decidedAt: 42,
        abortsTools: true,
      },
      40,
      60,
      80,
    ]);
  });

  it('does nothing for a decision that asks for the active lane', () => {
    const { lane$, seen } = drive(lanesOf(identity));
    lane$.next(to('fast'));
    expect(seen).toEqual([]);
  });

  it('keeps events in their place among the frames', () => {
    const { source, lane$, seen } = drive(lanesOf(identity, { name: 'fast', audio: delayed(2) }));
    source.next(event(0));
    source.next(counted(0, 20));
    source.next(event(20));
    source.next(counted(20, 20));
    expect(seen).toEqual(['speech.started']);
    lane$.next(to('big'));
    expect(seen.slice(1)).toEqual(['fast→big wish 2', '0+20', 'speech.started', '20+20']);
  });

  it('starts the lane anew where the stream begins anew', () => {
    const { source, seen } = drive([{ name: 'fast', audio: delayed(1) }]);
    source.next(counted(100, 20));
    source.next(counted(0, 20));
    source.next(counted(20, 20));
    expect(seen).toEqual(['100+20', '0+20']);
  });

  it('gives out what is held before the error of its source', () => {
    const { source, seen } = drive([{ name: 'fast', audio: delayed(1) }]);
    source.next(counted(0, 20));
    source.error(new Error('lost'));
    expect(seen).toEqual(['0+20', 'error Error: lost']);
  });

  it('leaves lane, source and decisions when it is left', () => {
    let left = 0;
    const audio: Lane['audio'] = (input) => input.pipe(finalize(() => left++));
    const { source, lane$, subscription } = drive([{ name: 'fast', audio }]);
    subscription.unsubscribe();
    expect({ left, source: source.observed, lane$: lane$.observed }).toEqual({ left: 1, source: false, lane$: false });
  });

  it('leaves a synchronous source that is left early', () => {
    let asked = 0;
    const source = from(frames(100)).pipe(tap(() => asked++));
    source.pipe(switchLanes(NEVER, lanesOf(identity)), take(2)).subscribe();
    expect(asked).toBe(2);
  });

  it('has a state of its own in each subscription', () => {
    const out = from(frames(2)).pipe(switchLanes(of(to('big')), lanesOf(delayed(1))), map(told));
    const runs = [0, 1].map(() => {
      const seen: string[] = [];
      out.subscribe((text) => seen.push(text));
      return seen;
    });
    expect(runs[0]).toEqual(['fast→big wish 0', '0+20', '20+20']);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('completes at once with an empty source, and never with one that never does', () => {
    const seen: string[] = [];
    EMPTY.pipe(switchLanes(NEVER, lanesOf(identity))).subscribe({ complete: () => seen.push('|') });
    NEVER.pipe(switchLanes(EMPTY, lanesOf(identity)), ignoreElements()).subscribe({ complete: () => seen.push('never') });
    expect(seen).toEqual(['|']);
  });

  it('refuses what cannot work', () => {
    expect(() => switchLanes(NEVER, [])).toThrow(RangeError);
    expect(() => switchLanes(NEVER, [fast, fast])).toThrow(RangeError);
    expect(() => switchLanes(NEVER, [fast], { maxHeldMs: 0 })).toThrow(RangeError);
  });

  it('reports a gap of the device, and no other', () => {
    const { source, lane$, entries } = drive(lanesOf(identity, { name: 'fast', audio: delayed(1) }));
    source.next(counted(0, 20));
    source.next(counted(50, 20));
    lane$.next(to('big'));
    const gaps = entries.flatMap((entry) => (!isFrame(entry) && entry.type === 'lane.switched' ? [entry.gapMs] : []));
    expect(gaps).toEqual([durationOf(30, 1000)]);
  });
});
