import { filter, identity, type MonoTypeOperatorFunction, map } from 'rxjs';
import type { VoiceFrame } from '../../src/audio.js';
import { transform } from '../../src/transform.js';
import type { SwitchDiagram } from '../switch-diagram.js';

type Stage = MonoTypeOperatorFunction<VoiceFrame>;

/** Gives a frame when `count` more have come, as a stage does that looks ahead. */
const lookAhead = (count: number): Stage =>
  transform(() => {
    const held: VoiceFrame[] = [];
    return {
      next(frame, emit) {
        held.push(frame);
        if (held.length > count) held.splice(0, 1).forEach(emit);
      },
      flush: (emit) => held.forEach(emit),
    };
  });
/** Throws at the frame of this number. */
const breakAt = (number: number): Stage =>
  map((frame, index) => {
    if (index === number) throw new Error('broken');
    return frame;
  });

/** Where each frame goes while lanes change. */
export const switchLanesDiagrams: readonly SwitchDiagram[] = [
  {
    title: 'As long as nothing is decided a frame comes out when it comes in.',
    code: 'audio: identity',
    audio: '  a-----b-----c-----|',
    decides: '-------------------',
    tells: '  ------------------|',
    out: '    a-----b-----c-----|',
    meanings: {},
    big: identity,
  },
  {
    title: 'Each decision takes effect with the next frame.',
    code: 'audio: identity',
    audio: '  a-----b-----c-----d-----e-----|',
    decides: '---------b----------f----------',
    tells: '  ---------b----------f---------|',
    out: '    a-----b-----C-----D-----e-----|',
    meanings: { b: 'fast → big, 0 frames held', f: 'big → fast, 0 frames held' },
    big: identity,
  },
  {
    title: 'A stage of the big lane holds three frames when the lane is left: they come out first, and none is lost.',
    code: 'audio: lookAhead(3)',
    audio: '  a-----b-----c-----d-----e-----f-----g-----|',
    decides: '---b---------------------------f-----------',
    tells: '  ---b---------------------------f----------|',
    out: '    a-----------------------B-----C(def)g-----|',
    meanings: { b: 'fast → big, 0 frames held', f: 'big → fast, 3 frames held' },
    big: lookAhead(3),
  },
  {
    title: 'The microphone stops while the stage holds frames: it gives them out, then all is over.',
    code: 'audio: lookAhead(3)',
    audio: '  a-----b-----c-----d-----|',
    decides: '---b---------------------',
    tells: '  ---b--------------------|',
    out: '    a-----------------------(BCD|)',
    meanings: { b: 'fast → big, 0 frames held' },
    big: lookAhead(3),
  },
  {
    title: 'The big lane fails at its fourth frame: the fast lane takes what it held.',
    code: 'audio: (input) => input.pipe(breakAt(3), lookAhead(2))',
    audio: '  a-----b-----c-----d-----e-----f-----|',
    decides: '---b---------------------------------',
    tells: '  ---b--------------------(xf)--------|',
    out: '    a-----------------B-----(cde)-f-----|',
    meanings: { b: 'fast → big, 0 frames held', x: 'big failed', f: 'big → fast, 3 frames held' },
    big: (input) => input.pipe(breakAt(3), lookAhead(2)),
  },
  {
    title: 'The big lane leaves out a frame: it comes out as it came in.',
    code: 'audio: filter((frame) => …), which leaves out c',
    audio: '  a-----b-----c-----d-----e-----|',
    decides: '---b---------------------------',
    tells: '  ---b--------------------------|',
    out: '    a-----B-----------(cD)--E-----|',
    meanings: { b: 'fast → big, 0 frames held' },
    big: filter(({ position }) => position !== 240),
  },
];
