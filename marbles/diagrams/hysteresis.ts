import { hysteresis } from '../../operators/hysteresis.js';
import type { LaneDiagram } from '../lane-diagram.js';

const rule = { b: 'big: rule', f: 'fast: rule', m: 'own: rule' };

/** Which decisions come through, and when. */
export const hysteresisDiagrams: readonly LaneDiagram[] = [
  {
    title: 'The first decision comes at once; one within the cool-down comes when that is over, be it a frame later.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--b---f------',
    decides: '--b----f-----',
    meanings: { b: rule.b, f: rule.f },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'At the very end of the cool-down a decision does not wait any more.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--b----f-----',
    decides: '--b----f-----',
    meanings: { b: rule.b, f: rule.f },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'Of several decisions that wait, the last counts.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--bfm--------',
    decides: '--b----m-----',
    meanings: { b: rule.b, m: rule.m },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'If the last is for the lane that is active, nothing happens.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--bfb--------',
    decides: '--b----------',
    meanings: { b: rule.b },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'An explicit request does not wait, and begins a cool-down of its own.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--bFb--------',
    decides: '--bF----b----',
    meanings: { b: rule.b, F: 'fast: lane.request' },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'Twenty decisions within one cool-down: one switch now, and one for the last of them.',
    code: 'hysteresis()',
    happens: 'bfbfbfbfbfbfbfbfbfbf---------',
    decides: 'b------------------------f---',
    meanings: { b: rule.b, f: rule.f },
    apply: hysteresis(),
  },
  {
    title: 'Nothing holds the big lane any more: back to the fast lane when the answer is over.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--b-R--D-----',
    decides: '--b----f-----',
    meanings: { b: rule.b, f: 'fast: released' },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'A call without a result holds it, and so does the answer that follows.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--R-bdD---o-R--D--',
    decides: '----b----------f--',
    meanings: { b: rule.b, f: 'fast: released' },
    apply: hysteresis({ cooldownMs: 100 }),
  },
  {
    title: 'Without preferFast it stays.',
    code: 'hysteresis({ cooldownMs: 100, preferFast: false })',
    happens: '--b-R--D-----',
    decides: '--b----------',
    meanings: { b: rule.b },
    apply: hysteresis({ cooldownMs: 100, preferFast: false }),
  },
  {
    title: 'A big lane that lasts too long is left; each decision for it gives it its whole time again.',
    code: 'hysteresis({ cooldownMs: 100, bigLaneTimeoutMs: 200 })',
    happens: '--b---b-----------',
    decides: '--b-------------f-',
    meanings: { b: rule.b, f: 'fast: lane_timeout' },
    apply: hysteresis({ cooldownMs: 100, bigLaneTimeoutMs: 200 }),
  },
  {
    title: 'The same, where its tools are not to go on.',
    code: "hysteresis({ cooldownMs: 100, bigLaneTimeoutMs: 200, onTimeout: 'abort' })",
    happens: '--b---b-----------',
    decides: '--b-------------f-',
    meanings: { b: rule.b, f: 'fast: lane_timeout, and tools are stopped' },
    apply: hysteresis({ cooldownMs: 100, bigLaneTimeoutMs: 200, onTimeout: 'abort' }),
  },
  {
    title: 'After a failure of the big lane the next decision for it is a switch again.',
    code: 'hysteresis({ cooldownMs: 100 })',
    happens: '--b---x--b---',
    decides: '--b------b---',
    meanings: { b: rule.b },
    apply: hysteresis({ cooldownMs: 100 }),
  },
];
