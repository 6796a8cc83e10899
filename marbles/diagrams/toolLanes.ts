import type { ToolLaneDiagram } from '../tool-lane-diagram.js';

/** A function call, and the lanes meanwhile. */
export const toolLaneDiagrams: readonly ToolLaneDiagram[] = [
  {
    title: 'The big lane is entered when the call begins, and left when the answer to its result is over.',
    config: { cooldownMs: 100 },
    service: 'ocr-k-l--d--iR---D----',
    asks: '   ----------------------',
    lanes: '  ----b------------f----',
    takes: '        -----(a|)',
    tool: '   ------^----!----------',
    sent: '   -f--b------(oq)--f----',
  },
  {
    title: 'The lane is left during the call: the tool goes on, and its result is told in the fast lane.',
    config: { cooldownMs: 100 },
    service: 'ocr-k-l-d---iR---D----',
    asks: '   ---------f------------',
    lanes: '  ----b----f------------',
    takes: '        -----(a|)',
    tool: '   ------^----!----------',
    sent: '   -f--b----f-(oq)-------',
  },
  {
    title: 'The big lane lasts too long: the tool goes on in the background.',
    config: { cooldownMs: 100, bigLaneTimeoutMs: 160 },
    service: 'ocr-k-l-d--------iR---D----',
    asks: '   ---------------------------',
    lanes: '  ----b-------f--------------',
    takes: '        ----------(a|)',
    tool: '   ------^---------!----------',
    sent: '   -f--b-------f---(oq)-------',
  },
  {
    title: 'The same, but the tool is stopped, and the model is told so.',
    config: { cooldownMs: 100, bigLaneTimeoutMs: 160, onTimeout: 'abort' },
    service: 'ocr-k-l-d-----iR---D-------',
    asks: '   ---------------------------',
    lanes: '  ----b-------f--------------',
    takes: '        ----------(a|)',
    tool: '   ------^-----!--------------',
    sent: '   -f--b-------(fxq)----------',
  },
];
