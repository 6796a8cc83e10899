import { describe, expect, it } from 'vitest';
import { plainWords } from '../src/lane-rules.js';
import { kindsSaid, kindsTaken } from '../src/spoken-kinds.js';
import { tool } from '../src/tool.js';

const said = (text: string): readonly string[] => [...kindsSaid(plainWords(text).join(' '))];
const taken = (...parameters: readonly string[]): readonly string[] => [
  ...kindsTaken(
    tool({
      name: 'n',
      description: '',
      parameters: { type: 'object', properties: Object.fromEntries(parameters.map((parameter) => [parameter, {}])) },
      run: () => undefined,
    }),
  ),
];

describe('kindsSaid', () => {
  it.each([
    ['Add 15 and 27.', ['numbers']],
    ['El diecisiete por ciento de ochenta', ['numbers']],
    ['How many miles are thirty kilometres?', ['numbers']],
    ['¿Cuántas millas son 30 kilómetros?', ['numbers']],
    ['Call me at half past six.', ['time']],
    ['Wake me in ten minutes', ['time']],
    ['Call her on Friday.', ['time']],
    ['Llámame a las siete.', ['time']],
    ['Avísame dentro de una hora', ['time']],
    ['Llámale el sábado.', ['time']],
  ])('finds in "%s" %j', (text, kinds) => {
    expect(said(text)).toEqual(kinds);
  });

  it.each([
    'I would walk five hundred miles.',
    'It was 1984.',
    'How are you?',
    'It is on time.',
    'Los números nunca fueron lo mío.',
  ])('finds none in "%s"', (text) => {
    expect(said(text)).toEqual([]);
  });
});

describe('kindsTaken', () => {
  it('knows parameters that are numbers to reckon with, and times', () => {
    expect(taken('expression')).toEqual(['numbers']);
    expect(taken('startTime', 'subject')).toEqual(['time']);
    expect(taken('fecha', 'cantidad')).toEqual(['time', 'numbers']);
  });

  it('takes no other for one, nor a name that only contains one', () => {
    expect(taken('city', 'order_number', 'sometimes', 'updated')).toEqual([]);
  });
});
