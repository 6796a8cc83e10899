import type { SessionConfig } from '../../../src/engine/session-config.js';
import type { SessionPresets } from '../../../src/engine/session-presets.js';
import type { ErrorDetails, VoxError } from '../../../src/errors.js';
import type { Lines } from './line.js';

const named = 'names what was given, as the wire has it';
const isSession = '%s is a session that the wire takes';
const says = '%s is an EngineError that says what it is by _tag';

export const sessionLines: Lines<keyof SessionConfig> = {
  instructions: ['what the model is to do', named],
  voice: ['a name, or the id of your own', named, 'takes voice_… for a voice of your own'],
  maxOutputTokens: ["4096; or 'inf'", named, 'sends voice, 4096 tokens and client turns by default'],
  turnDetection: ['null: the client', named, 'says who finds the end of turns (%#)'],
  tools: ['in place of those before', named, 'declares the tools of settings, of the session and those that came later'],
  toolChoice: ['which tool', named],
  transcription: ['a model, true or false', named, 'turns transcription and noise reduction off'],
  noiseReduction: ['near or far, null: off', named, 'turns transcription and noise reduction off'],
  speed: [
    '0.25 to 1.5',
    named,
    'looks into switchTriggers, session and translate',
    'resolves when the session is as it was told to be',
  ],
  truncation: ['of conversations that are too long', named],
  temperature: [
    'left out with a warning unless the provider has it',
    'leaves temperature out with one warning, unless the provider has it',
  ],
};

export const presetLines: Lines<keyof typeof SessionPresets> = {
  CONVERSATION: ['talk', 'are the six of the interface', isSession],
  ASSISTANT: ['tasks, with tools', 'are the six of the interface', isSession],
  TRANSCRIPTION: ['dictation', 'are the six of the interface', isSession],
  TRANSLATION: ['an interpreter', 'are the six of the interface', isSession],
  CUSTOMER_SERVICE: ['calls of customers', 'are the six of the interface', isSession],
  PUSH_TO_TALK: [
    'a key ends turns',
    'are the six of the interface',
    'takes who ends turns from the session where it is not told (%#)',
  ],
};

export const errorLines: Lines<VoxError['_tag'] | keyof Pick<ErrorDetails, 'code' | 'retryable' | 'retryAfterMs' | 'cause'>> = {
  ConnectionError: [
    'could not be made, or was lost',
    says,
    'rejects once after all attempts, with the last error and all of them in its cause',
  ],
  AuthenticationError: ['no key, or a wrong one', says, 'rejects at once where trying again cannot help'],
  AudioError: ['devices, files, formats', says, 'rejects where the platform has no microphone'],
  StreamError: ['what the provider refused or cannot have meant', says, 'rejects what the provider refuses, and goes on'],
  ToolError: ['a tool failed', says, 'goes into a log in a line, without stack and cause'],
  ConfigError: ['settings that cannot work', says, 'names all that is wrong in one error, a line each'],
  code: ['finer than the class', says],
  retryable: ['whether the same can work later', says, 'is not worth a retry unless it says so'],
  retryAfterMs: ['how long to wait', says, 'honours retry-after in seconds'],
  cause: ['what was thrown', says],
};
