import { filter, map, of } from 'rxjs';
import { ofType } from '../../operators/ofType.js';
import { samplesIn } from '../audio.js';
import { bigLane } from '../engine/big-lane.js';
import { fastLane } from '../engine/fast-lane.js';
import type { Epic } from '../epic.js';
import type { Lane } from '../lane.js';
import { tool } from '../tool.js';

const text = { type: 'string' };

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city, as this demonstration makes it up',
  parameters: { type: 'object', properties: { city: text }, required: ['city'] },
  run: ({ city }) => ({ city, degrees: 22, sky: 'clear' }),
});

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const calculate = tool({
  name: 'calculate',
  description: 'Calculate with two numbers, for example 23 * 45',
  parameters: { type: 'object', properties: { expression: text }, required: ['expression'] },
  run({ expression }) {
    const [, a, operation = '', b] = /(-?\d+(?:\.\d+)?)\s*([-+*/])\s*(-?\d+(?:\.\d+)?)/.exec(String(expression)) ?? [];
    const apply = operations[operation];
    return apply
      ? `${a} ${operation} ${b} is ${apply(Number(a), Number(b))}.`
      : { error: 'Say two numbers and +, -, * or / between them.' };
  },
});

const music = tool({
  name: 'play_music',
  description: 'Play some music',
  parameters: { type: 'object', properties: {} },
  run: () => 'Here is some music.',
});

const sampleRate = 24_000;
/** A scale up to the fifth and back, in hertz. */
const notes = [262, 294, 330, 349, 392, 349, 330, 294, 262];

const melody = (): Int16Array => {
  const length = samplesIn(300, sampleRate);
  return Int16Array.from({ length: notes.length * length }, (_, at) => {
    const seconds = (at % length) / sampleRate;
    return 6000 * Math.exp(-6 * seconds) * Math.sin(2 * Math.PI * (notes[Math.floor(at / length)] ?? 0) * seconds);
  });
};

const playMusic: Epic = (events$) =>
  events$.pipe(
    ofType('tool.succeeded'),
    filter(({ functionName }) => functionName === music.name),
    map(() => ({ type: 'playout.play', id: 'music', source$: of(melody()) })),
  );

/** The lanes of `rxvox talk --lanes`: the big one has the weather, sums and music. */
export const demoLanes = (): readonly Lane[] => [fastLane(), bigLane({ tools: [weather, calculate, music], epics: [playMusic] })];
