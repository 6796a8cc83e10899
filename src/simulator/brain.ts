import type { Answer, ToolRequest, Turn } from './answer.js';
import { isObject } from './client-request.js';
import type { Tool } from './shapes.js';

/** Words that say nothing about what a tool is for. */
const idle = new Set(
  'about after also and any are ask call can current date find for from function get given has have how into look list make more new not now out return returns set show some tell than that the their them then there this tool use used user using was what when where which who will with would you your'.split(
    ' ',
  ),
);

const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2 && !idle.has(word));

/** Whether the user's words name the tool, or a keyword of its name or description. */
const asksFor = (text: string, { name = '', description = '' }: Tool): boolean => {
  if (text.toLowerCase().includes(name.toLowerCase())) return true;
  const said = new Set(wordsOf(text).flatMap((word) => [word, word.replace(/s$/, '')]));
  return [...wordsOf(name), ...wordsOf(description)].some((word) => said.has(word) || said.has(word.replace(/s$/, '')));
};

const placeIn = (text: string): string | undefined =>
  /\b(?:in|at|for|to|near|of)\s+((?:the\s+)?\p{Lu}[\p{L}'-]*(?:\s+\p{Lu}[\p{L}'-]*)*)/u.exec(text)?.[1];

const notNull = (choices: readonly unknown[]): unknown =>
  choices.find((choice) => choice !== 'null' && !(isObject(choice) && choice.type === 'null'));

/** The likeliest value for a parameter, read off the user's words. */
const guess = (schema: unknown, text: string): unknown => {
  if (!isObject(schema)) return text;
  // What zod and pydantic make of a parameter that is optional.
  if (Array.isArray(schema.anyOf)) return guess(notNull(schema.anyOf), text);
  if (Array.isArray(schema.type)) return guess({ ...schema, type: notNull(schema.type) }, text);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) {
    const choices: readonly unknown[] = schema.enum;
    return choices.find((choice) => text.toLowerCase().includes(String(choice).toLowerCase())) ?? choices[0];
  }
  if (schema.type === 'number' || schema.type === 'integer') return Number(/-?\d+(\.\d+)?/.exec(text)?.[0] ?? 1);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return [guess(schema.items, text)];
  if (schema.type === 'object') return argumentsFor(schema, text);
  return placeIn(text) ?? text;
};

/** Arguments for a JSON schema: what it requires, or every property where it requires nothing. */
const argumentsFor = (schema: unknown, text: string): Readonly<Record<string, unknown>> => {
  if (!isObject(schema) || !isObject(schema.properties)) return {};
  const { properties } = schema;
  const names: readonly unknown[] = Array.isArray(schema.required) ? schema.required : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [String(name), guess(properties[String(name)], text)]));
};

const callsFor = ({ tools, toolChoice, text = '' }: Turn): readonly ToolRequest[] => {
  if (toolChoice === 'none') return [];
  const functions = tools.filter(({ type, name }) => type === 'function' && name);
  const named = typeof toolChoice === 'object' ? functions.filter(({ name }) => name === toolChoice.name) : [];
  const asked = named.length > 0 ? named : functions.filter((each) => asksFor(text, each));
  const chosen = asked.length === 0 && toolChoice === 'required' ? functions.slice(0, 1) : asked;
  return chosen.map(({ name = '', parameters }) => ({ name, arguments: argumentsFor(parameters, text) }));
};

const spoken = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(spoken).join(', ');
  if (isObject(value))
    return Object.entries(value)
      .map(([name, member]) => `${name.replace(/_/g, ' ')} ${spoken(member)}`)
      .join(', ');
  return String(value);
};

const sentence = (output: string): string => {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'string' ? value : `Here is what I found: ${spoken(value)}.`;
  } catch {
    return output;
  }
};

const weather = (place: string): string =>
  `It is sunny in ${place} today, about twenty two degrees, with a light breeze from the sea.`;

/** Said to speech of which nobody told the words: the demo's question first, then whatever keeps a conversation going. */
const unheard = [
  weather('Tokyo'),
  'I am only a simulator, so I hear that you speak, but not what you say.',
  'Give me a script, and I will say whatever you like.',
];

const smallTalk: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/\b(weather|forecast|rain|sunny)\b/i, (text) => weather(placeIn(text) ?? 'Tokyo')],
  [/\b(thanks|thank you)\b/i, () => 'You are very welcome.'],
  [/\b(bye|goodbye|see you)\b/i, () => 'Goodbye, and have a lovely day!'],
  [/\bhow are you\b/i, () => 'I am fine, thank you. How can I help you?'],
  [/\b(who are you|your name)\b/i, () => 'I am the rxvox simulator.'],
  [/\b(hello|hi|hey|greeting)\b/i, () => 'Hello there! How can I help you today?'],
];

/** What the instructions of a response want said word for word. */
const dictated = (instructions: string): string | undefined => /\bsay exactly\b[^"“]*["“](.+)["”]/isu.exec(instructions)?.[1];

/**
 * The built-in model: says what instructions want said (`Say exactly: "…"`), asks the declared tools whose names or keywords come up, tells what they answered, knows the
 * weather, and else makes small talk.
 */
export const brain = (turn: Turn): Answer => {
  const words = dictated(turn.instructions);
  if (words !== undefined) return { text: words };
  if (turn.toolResults.length > 0) return { text: turn.toolResults.map(({ output }) => sentence(output)).join(' ') };
  const toolCalls = callsFor(turn);
  if (toolCalls.length > 0) return { toolCalls };
  const { text } = turn;
  if (text === '') return { text: 'Are you still there?' };
  if (text === undefined) return { text: unheard[turn.index % unheard.length] ?? weather('Tokyo') };
  const reply = smallTalk.find(([about]) => about.test(text))?.[1];
  return { text: reply ? reply(text) : `You said: ${text.replace(/[.!?\s]+$/, '')}. Tell me more about that.` };
};
