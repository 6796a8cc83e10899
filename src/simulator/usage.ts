import type { Millis } from '../audio.js';
import type { Conversation, Entry } from './conversation.js';
import { reasons } from './session-defaults.js';
import type { Item, Tool, Usage } from './shapes.js';

/** Milliseconds of the user's audio that make a token. */
const inputMsPerToken = 100;
/** Milliseconds of the assistant's audio that make a token. */
const outputMsPerToken = 50;
/** Tokens of one image at low detail, near enough. */
const tokensPerImage = 85;

/** About four characters a token, which is what English text comes to. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4);

/** What an amount of conversation costs. */
export interface Tokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

const plus = (a: Tokens, b: Tokens): Tokens => ({ text: a.text + b.text, audio: a.audio + b.audio, image: a.image + b.image });

const textOf = (item: Item): string => {
  if (item.type === 'function_call') return item.name + item.arguments;
  if (item.type === 'function_call_output') return item.output;
  return item.content
    .map(({ type, text, transcript }) => text ?? (type === 'output_audio' ? transcript : undefined) ?? '')
    .join('');
};

const ofEntry = ({ item, audioMs, images = 0 }: Entry): Tokens => ({
  text: textTokens(textOf(item)),
  audio: Math.floor(audioMs / (item.type === 'message' && item.role === 'assistant' ? outputMsPerToken : inputMsPerToken)),
  image: images * tokensPerImage,
});

/** What a response reads: instructions, tools and items. */
export const inputTokens = (conversation: Conversation, instructions: string, tools: readonly Tool[]): Tokens =>
  conversation.map(ofEntry).reduce(plus, {
    text: textTokens(instructions) + (tools.length > 0 ? textTokens(JSON.stringify(tools)) : 0),
    audio: 0,
    image: 0,
  });

/** What a response said: an item and how much of its audio was sent. */
export interface Said {
  readonly item: Item;
  readonly audioMs: Millis;
}

const written = (said: readonly Said[]): Tokens => said.map(ofEntry).reduce(plus, nothing);

/** What a response wrote, text and audio together. */
export const outputTokens = (said: readonly Said[]): number => {
  const { text, audio } = written(said);
  return text + audio;
};

/** Nothing read, nothing said: the usage of a response that was cancelled before its first item. */
const nothing: Tokens = { text: 0, audio: 0, image: 0 };

/**
 * The `usage` of a response: 1 token per 100 ms of input audio, 1 per 50 ms of output audio; parts add up to the totals.
 *
 * @param known Tokens that the last response read and wrote: what of it is a multiple of 64 comes from the cache.
 */
export const usageOf = (model: string, input: Tokens, said: readonly Said[], known: number): Usage => {
  const read = said.length === 0 ? nothing : input;
  const wrote = written(said);
  const inputTotal = read.text + read.audio + read.image;
  const outputTotal = wrote.text + wrote.audio;
  const cached = Math.floor(Math.min(known, inputTotal) / 64) * 64;
  const cachedText = Math.min(cached, read.text);
  const cachedAudio = Math.min(cached - cachedText, read.audio);
  return {
    total_tokens: inputTotal + outputTotal,
    input_tokens: inputTotal,
    output_tokens: outputTotal,
    input_token_details: {
      text_tokens: read.text,
      audio_tokens: read.audio,
      image_tokens: read.image,
      cached_tokens: cached,
      cached_tokens_details: {
        text_tokens: cachedText,
        audio_tokens: cachedAudio,
        image_tokens: cached - cachedText - cachedAudio,
      },
    },
    output_token_details: {
      text_tokens: wrote.text,
      audio_tokens: wrote.audio,
      ...(reasons(model) ? { reasoning_tokens: 0 } : {}),
    },
  };
};
