import { describe, it } from 'vitest';
import { hysteresisDiagrams } from '../../marbles/diagrams/hysteresis.js';
import { laneRuleDiagrams } from '../../marbles/diagrams/laneRules.js';
import { switchLanesDiagrams } from '../../marbles/diagrams/switchLanes.js';
import { toolLaneDiagrams } from '../../marbles/diagrams/toolLanes.js';
import { checkLanes } from '../../marbles/lane-diagram.js';
import { checkSwitch } from '../../marbles/switch-diagram.js';
import { checkToolLanes } from '../../marbles/tool-lane-diagram.js';
import { marbles } from '../marbles.js';

describe.each([
  ['rules', laneRuleDiagrams],
  ['hysteresis', hysteresisDiagrams],
] as const)('published timing of %s', (_, diagrams) => {
  for (const diagram of diagrams) {
    it(
      diagram.title,
      marbles((t) => checkLanes(diagram, t)),
    );
  }
});

describe('published timing of switchLanes', () => {
  for (const diagram of switchLanesDiagrams) {
    it(
      diagram.title,
      marbles((t) => checkSwitch(diagram, t)),
    );
  }
});

describe('published timing of tools and lanes', () => {
  for (const diagram of toolLaneDiagrams) {
    it(
      diagram.title,
      marbles((t) => checkToolLanes(diagram, t)),
    );
  }
});
