import type { EngineCallbacks } from '../../../src/engine/engine-callbacks.js';
import type { VoiceEngineConfig } from '../../../src/engine/engine-config.js';
import type { Lines } from './line.js';

const defaults = 'fills in all defaults';
const wires = 'hands cool-down, preference and time-out to hysteresis, and the wait for words to converse';

export const configLines: Lines<Exclude<keyof VoiceEngineConfig, keyof EngineCallbacks | 'onFunctionCall'>> = {
  apiKey: [
    'a string, or a function that gives one; else that of the platform; none: `AuthenticationError` before any socket',
    'may be a function, which is asked for a key before each connection',
    'is the one of the platform where none is given',
    'rejects with AuthenticationError before any socket, where there is no key',
    'never quotes a key, wherever it stands',
  ],
  provider: ["'openai': a name, or a `Provider`", defaults, 'may be one of your own'],
  enableMultiProvider: [
    'false; true: the first of `providers` that works',
    'is the first of providers that works, with enableMultiProvider',
  ],
  providers: [
    '[]',
    'demands providers where there are to be several',
    'is the first of providers that works, with enableMultiProvider',
    'is answered there, with all that was said before, and back again',
  ],
  mode: [
    "'fast', and 'dynamic' where a tool, a trigger or an analyzer is given; 'big'; 'provider': nothing is changed on its way",
    'has the lanes of the mode',
    'is dynamic when a tool, a trigger or an analyzer is given and mode is not (%#)',
    '%s stays there',
    'provider leaves session, audio and text as they are',
  ],
  strategyMode: ['`mode` by another name', 'knows mode as strategyMode, too, but not both'],
  model: ["'gpt-realtime-2.1'", defaults, 'are those of the session'],
  voice: [
    "'alloy'; one that the service does not have is refused with the list",
    defaults,
    'refuses a voice that the service does not have, and lists those that it has',
    'are those of the session',
  ],
  language: [
    'of transcription and of answers, ISO 639-1',
    'has words written down in the language when asked to',
    'asks for answers in the language, beside the instructions',
  ],
  translate: ['`{ from?, to }` makes an interpreter', 'makes an interpreter of the assistant'],
  instructions: [
    'what the model is to do',
    'are those of the session',
    'puts what the engine is told before what the session is',
  ],
  inputDevice: [
    "the system's; a name that there is not is an `AudioError` that lists those that there are",
    'are what the platform opens',
    'names the devices that there are when one is not there',
    'rejects when the microphone cannot be opened, and the conversation goes on',
  ],
  outputDevice: ["the system's", 'are what the platform opens', 'names the devices that there are when %s has none of that name'],
  sampleRate: [
    '24000, of `sendAudio` and of audio in events',
    defaults,
    'takes audio of the rate that was configured, and tells answers at it',
  ],
  chunkDurationMs: [
    '20; 10 to 200',
    defaults,
    'sends 10 ms at a time in ultra_low, unless told otherwise',
    'are what the platform opens',
  ],
  vadEnabled: [
    'true; false: turns end by `commit`, a recording or a key',
    defaults,
    'hears nothing with vadEnabled: false, and turns end by commit',
  ],
  vadType: [
    "'client'; 'server' or 'semantic': the service hears the end",
    defaults,
    'says who finds the end of turns (%#)',
    'is one turn, answered once, with vadType %s',
  ],
  vadThreshold: [
    '0.02 RMS; with the server or a vadModel a probability, 0.5',
    defaults,
    'gives the threshold of the service where that listens',
    'hears what is above vadThreshold, and nothing else',
  ],
  vadModel: [
    'none: speech is told by its level',
    defaults,
    'asks vadModel, and not the level, and takes vadThreshold for a probability',
  ],
  vadAdaptive: ['true: noise may raise the threshold', defaults, 'takes lasting noise for speech with vadAdaptive: false alone'],
  vadSpeechStartMs: ['100', defaults, 'takes what lasts vadSpeechStartMs for speech'],
  vadSpeechEndMs: ['500', defaults, 'takes vadSpeechEndMs of silence for the end of it'],
  preRollMs: ['300', defaults, 'sends preRollMs of audio from before it'],
  latencyMode: [
    "'balanced'; 'ultra_low', 'quality'",
    defaults,
    'sends 10 ms at a time in ultra_low, unless told otherwise',
    'wait longer for words, the better the answer is to be',
    'has the service reduce noise for quality',
    'stands in the way of the microphone with latencyMode quality, and nowhere else',
  ],
  echoCancellation: [
    "false; true with latencyMode 'quality'; for a loudspeaker that says what it is given",
    defaults,
    'takes out what the loudspeaker is given',
    'stands first in the way of the microphone with echoCancellation, and with latencyMode quality unless told otherwise',
    'changes nothing where the loudspeaker does not say what it is given',
  ],
  enableTranscription: [
    'false; where lanes change, words are written down in any case',
    defaults,
    'has words written down in the language when asked to',
    'has words written down where lanes change, for rules go by them',
  ],
  enableFunctions: ['false; true where there is a tool', defaults, 'has functions enabled where there are tools'],
  tools: [
    '[]: what the model may call',
    'declares the tools of settings, of the session and those that came later',
    'leaves the call to the registered tool when it returns nothing',
  ],
  switchTriggers: [
    'all of them but keywords and business',
    defaults,
    'switches for what the triggers say, and not for those that are off',
    'switches for keywords and for business',
  ],
  switchAnalyzer: ['none: `(message, context) => lane`', 'asks the analyzer of the moment in place of its own rules about words'],
  switchThresholdMs: ['100', defaults, 'does not switch for work that is below switchThresholdMs'],
  switchCooldownMs: ['500', defaults, wires],
  bigLaneTimeoutMs: ['5000', defaults, wires, 'leaves the big lane after bigLaneTimeoutMs'],
  onBigLaneTimeout: [
    "'background' or 'abort'",
    defaults,
    'lets a tool that takes longer go on in the background',
    'aborts a tool that takes longer, with abort, and tells the model',
  ],
  predictiveSwitching: [
    'true: acts on words that may still go on',
    defaults,
    'acts on words that may still go on, when it is sure enough',
  ],
  predictionConfidence: ['0.7', defaults, 'acts on words that may still go on, when it is sure enough'],
  preferFastLane: [
    'true',
    defaults,
    'finds plain talk at once, so that answers do not wait, and stays where it is unless the fast lane is preferred',
  ],
  logLevel: ["'info', in any case", defaults, 'takes the log level in any case', 'gets every event at DEBUG'],
  logger: [
    'none: where the log goes',
    'gets a call from its beginning to its end, at info unless told',
    'says of any value but the right ones what is wrong, and throws nothing else',
  ],
  saveAudio: [
    'false',
    defaults,
    'saves the conversation in a folder of audioSavePath',
    'tells of a folder that cannot be written, and the conversation goes on',
  ],
  audioSavePath: ["'./recordings', which is made", defaults, 'saves the conversation in a folder of audioSavePath'],
  budgetUsd: ['no limit', 'ends the conversation when it is spent', 'is ended by its budget, though the user stays on the line'],
  prices: ['list prices', 'takes prices of the user'],
  metadata: ['{}; for the provider and `SwitchContext.user`', defaults, 'is for the analyzer, and does not go over the wire'],
  reconnect: [
    'three attempts at first, ten after a loss',
    'rejects once after all attempts, with the last error and all of them in its cause',
    'keeps what is said, tells of the loss, and goes on',
    'connects again as often as reconnect says, and not at all with false',
  ],
  session: [
    '{}: further settings, `SessionPresets`',
    defaults,
    'puts what the engine is told before what the session is',
    'takes who ends turns from the session where it is not told (%#)',
  ],
};
