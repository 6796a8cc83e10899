import { describe, expect, it } from 'vitest';
import type { Turn } from '../../src/simulator/answer.js';
import { brain } from '../../src/simulator/brain.js';
import type { Tool } from '../../src/simulator/shapes.js';

const turn = (parts: Partial<Turn>): Turn => ({
  index: 0,
  text: undefined,
  toolResults: [],
  tools: [],
  toolChoice: 'auto',
  instructions: '',
  ...parts,
});

const tool = (name: string, description: string, parameters: unknown = {}): Tool => ({
  type: 'function',
  name,
  description,
  parameters,
});
const weather = tool('get_weather', 'Look up the weather for a city.', {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
});

describe('brain', () => {
  it('says what the instructions want said word for word, whatever else there is', () => {
    const instructions = 'Say exactly this, word for word, and nothing else: "You said "no".\nIs it so?"';
    expect(brain(turn({ instructions, text: 'weather', tools: [weather] }))).toEqual({ text: 'You said "no".\nIs it so?' });
    expect(brain(turn({ instructions: 'Say exactly what you think.', text: 'Thanks!' })).text).toBe('You are very welcome.');
  });

  it('knows the weather, in the place that was named', () => {
    expect(brain(turn({ text: 'What is the weather like in Oslo today?' })).text).toMatch(/^It is sunny in Oslo today/);
  });

  it('repeats what it does not understand', () => {
    expect(brain(turn({ text: 'I like trains.' })).text).toBe('You said: I like trains. Tell me more about that.');
  });

  it('calls the tool of which a keyword came up, with arguments from the words', () => {
    expect(
      brain(turn({ text: 'Any weather in London, in fahrenheit?', tools: [tool('play_music', 'Play a song.'), weather] })),
    ).toEqual({
      toolCalls: [{ name: 'get_weather', arguments: { city: 'London', unit: 'fahrenheit' } }],
    });
  });

  it('calls every tool of which a keyword came up', () => {
    const { toolCalls } = brain(
      turn({ text: 'Play the song, and what about the weather?', tools: [weather, tool('play_music', 'Play a song.')] }),
    );
    expect(toolCalls?.map(({ name }) => name)).toEqual(['get_weather', 'play_music']);
  });

  it('asks somebody who has fallen silent', () => {
    expect(brain(turn({ text: '' })).text).toBe('Are you still there?');
  });

  it('calls the tool that was named', () => {
    expect(brain(turn({ text: 'run get_weather', tools: [weather] })).toolCalls?.[0]?.name).toBe('get_weather');
  });

  it('reads numbers and truth into arguments', () => {
    const timer = tool('set_timer', '', {
      type: 'object',
      properties: { minutes: { type: 'integer' }, loud: { type: 'boolean' }, tags: { type: 'array', items: { type: 'string' } } },
      required: ['minutes', 'loud', 'tags'],
    });
    expect(brain(turn({ text: 'timer: 12 minutes', tools: [timer] })).toolCalls?.[0]?.arguments).toEqual({
      minutes: 12,
      loud: true,
      tags: ['timer: 12 minutes'],
    });
  });

  it('gives values to parameters that may be null, and the only value where there is one', () => {
    const timer = tool('set_timer', '', {
      type: 'object',
      properties: {
        minutes: { type: ['integer', 'null'] },
        loud: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
        kind: { type: 'string', const: 'egg' },
      },
      required: ['minutes', 'loud', 'kind'],
    });
    expect(brain(turn({ text: 'timer: 12 minutes', tools: [timer] })).toolCalls?.[0]?.arguments).toEqual({
      minutes: 12,
      loud: true,
      kind: 'egg',
    });
  });

  it('calls no tool that has nothing to do with it', () => {
    expect(brain(turn({ text: 'hello', tools: [weather] })).toolCalls).toBeUndefined();
  });

  it('follows tool_choice', () => {
    expect(brain(turn({ text: 'weather?', tools: [weather], toolChoice: 'none' })).toolCalls).toBeUndefined();
    expect(brain(turn({ text: 'hello', tools: [weather], toolChoice: 'required' })).toolCalls).toHaveLength(1);
    const named = { type: 'function', name: 'get_weather' };
    expect(brain(turn({ text: 'hello', tools: [tool('f', ''), weather], toolChoice: named })).toolCalls?.[0]?.name).toBe(
      'get_weather',
    );
  });

  it('tells what tools have answered, text or JSON', () => {
    const toolResults = [
      { name: 'a', output: 'It is foggy.' },
      { name: 'b', output: '{"wind_speed":3,"from":["north","east"]}' },
    ];
    expect(brain(turn({ text: 'weather?', tools: [weather], toolResults })).text).toBe(
      'It is foggy. Here is what I found: wind speed 3, from north, east.',
    );
  });
});
