import type { Emitter } from '../../../src/engine/emitter.js';
import type { EngineCallbacks } from '../../../src/engine/engine-callbacks.js';
import type { EngineConversation } from '../../../src/engine/engine-conversation.js';
import type { VoiceEngine } from '../../../src/engine/voice-engine.js';
import type { SwitchContext } from '../../../src/lane-analyzer.js';
import type { Lines } from './line.js';

const notConnected = '%s rejects with NOT_CONNECTED';
const streams = 'are streams of what the methods give';
const items = 'adds, deletes and clears items';
const analyzed = 'asks the analyzer of the moment in place of its own rules about words';

const told = 'asks an analyzer of the application, and says when it decided';
const asked = 'is for the analyzer, and does not go over the wire';

type Method = Exclude<keyof VoiceEngine, symbol> | 'open' | 'createSimple' | 'await using' | 'while reconnecting';

export const methodLines: Lines<Method> = {
  open: ['makes an engine and connects it', 'is what await using does'],
  createSimple: ['an engine with nothing but a key', 'makes an engine that is idle of %j'],
  connect: [
    '3 attempts; fatal refusals at once; rejects once, with all attempts',
    'tells that it starts and that it is established, and resolves then',
    'gives the same promise while it connects, and opens one session',
    'rejects once after all attempts, with the last error and all of them in its cause',
    'rejects at once where trying again cannot help',
    'can be called again after a failure, and after disconnect',
  ],
  disconnect: [
    'resolves when all is closed, also when called twice',
    'resolves when the socket is closed, and again at once',
    'makes a connect that is under way reject',
    'hears the microphone, answers on the loudspeaker, and closes both',
  ],
  'await using': ['disconnects', 'is what await using does'],
  startListening: [
    '`send: false`: chunks are events only',
    'tells the chunks of the microphone',
    'sends nothing with send: false',
    'rejects when the microphone cannot be opened, and the conversation goes on',
    'rejects where the platform has no microphone',
    'rejects when listening stops before anything was heard',
    'rejects when the microphone ends without a sound',
    notConnected,
  ],
  stopListening: ['ends what is being said', 'ends the turn that goes on when listening stops'],
  sendAudio: [
    'bytes or samples, at `sampleRate`, cut anywhere',
    'carries half a sample over to the next call',
    'takes audio of the rate that was configured, and tells answers at it',
    notConnected,
  ],
  commit: ['ends the turn', 'carries half a sample over to the next call', notConnected],
  sendRecordedAudio: [
    'a recording as one turn, whoever else ends turns',
    'is one turn, answered once, with vadType %s',
    'is not answered with autoRespond: false',
    'rejects what begins like a WAV file and is none',
    notConnected,
  ],
  sendText: [
    '`respond: false`: without an answer',
    'is answered in words and audio, and told as text.input',
    'is not answered with respond: false',
    notConnected,
  ],
  sendImage: ['bytes or an address, with words beside it', 'shows a PNG with words beside it'],
  interrupt: [
    'cuts the answer; nothing when nothing sounds or is open',
    'does nothing when nothing sounds or is open',
    'cancels the answer that is open',
  ],
  textToAudioResponse: [
    'word for word, beside the conversation; 30 s at most',
    'gives the audio of the words, which is neither played nor told nor in the history',
    'sounds with play: true',
    'rejects when it takes too long',
    notConnected,
  ],
  send: ['anything of the protocol', 'says anything of the protocol'],
  registerTool: [
    'a tool, or what one is made of',
    'lets the model call what was registered %s connect',
    'takes a tool, or what one is made of',
  ],
  requestLane: [
    'changes lanes',
    'change when they are asked to, and tell it',
    'switches for a request whatever the triggers say',
  ],
  setSwitchAnalyzer: [
    'decides about lanes in place of the triggers',
    'change as an analyzer says that was set while they are there',
    'is dynamic where only an analyzer was set later',
  ],
  updateSession: [
    'resolves when it is taken; tools run from then on',
    'resolves when the session is as it was told to be',
    'runs the old ones on when the provider refuses it',
  ],
  exportState: ['versioned JSON', 'gives what importState of another engine goes on with'],
  importState: [
    'what `exportState` has made, and nothing else',
    'gives what importState of another engine goes on with',
    'in the midst of a call gives one that importState ends: its result is lost',
    'is refused by importState when it is of another version',
  ],
  getState: ['`state` as a method', 'tells that it starts and that it is established, and resolves then'],
  state: [
    "'idle', 'connecting', 'ready', 'listening', 'speaking', 'reconnecting', 'closing', 'closed'",
    'tells that it starts and that it is established, and resolves then',
    'tells the chunks of the microphone',
    'are detected, on either side, and the assistant is interrupted by the user',
    'keeps what is said, tells of the loss, and goes on',
    'resolves when the socket is closed, and again at once',
  ],
  isConnected: ['whether there is a session that works', 'tells that it starts and that it is established, and resolves then'],
  isListening: ['whether the microphone is open', 'tells the chunks of the microphone'],
  lane: ['the lane of the moment', 'change when they are asked to, and tell it'],
  conversation: ['`items`, `add`, `delete`, `clear`', items, 'rejects what the provider refuses, and goes on'],
  conversation$: ['the items, whenever they change', items],
  events: ['see below', 'of a whole conversation carry time and source, and begin and end with it'],
  events$: ['the same as a stream', streams],
  voice$: ['what `converse` says', streams, 'follows one conversation each time: completes with it, and errors with it'],
  getMetrics: ['at once; awaiting it works', 'are there at once, and may be awaited'],
  metrics$: ['whenever they change', streams],
  getUsage: ['at once; awaiting it works', 'are there at once, and may be awaited'],
  estimateCost: ['at once; awaiting it works', 'are there at once, and may be awaited'],
  cost$: ['whenever it changes', streams],
  'while reconnecting': ['methods wait for the connection', 'keeps what is said, tells of the loss, and goes on'],
};

export const conversationLines: Lines<keyof EngineConversation> = {
  items: ['in order', items],
  add: ['resolves when the provider has it', items],
  delete: ['resolves when the provider has; rejects what it refuses', items, 'rejects what the provider refuses, and goes on'],
  clear: ['removes all', items],
};

export const callbackLines: Lines<keyof EngineCallbacks | 'onFunctionCall'> = {
  onAudioResponse: ['PCM16 as it is received', 'is answered in words and audio, and told as text.input'],
  onTextResponse: ['all words of a response', 'is answered in words and audio, and told as text.input'],
  onSpeechDetected: ['once an utterance', 'tell of speech once an utterance'],
  onFunctionCall: [
    'what it returns is the output; undefined leaves it to the tools',
    'answers with what it returns',
    'leaves the call to the registered tool when it returns nothing',
  ],
  onResponseDone: ['with a summary', 'tell of a response when it is done'],
  onLaneSwitch: ['from, to, reason', 'change when they are asked to, and tell it'],
  onError: ['beside the events', 'tell of errors, beside the events'],
};

export const analyzerLines: Lines<keyof SwitchContext | 'what it returns'> = {
  'what it returns': [
    "a lane; 'fast_lane' and 'big_lane' are the same as 'fast' and 'big'",
    'change as an analyzer says that was set while they are there',
    analyzed,
  ],
  text: ['what the user says', analyzed],
  event: ['what it was read from', asked],
  conversation: ['its state', asked],
  lane: ['the lane of the moment', analyzed],
  sinceSwitchMs: ['since the last switch', told],
  pendingTools: ['how many still run', told],
  latencyBudgetMs: ['that of the latency mode', analyzed],
  user: ['`metadata`', asked],
};

export const emitterLines: Lines<keyof Emitter | 'priority' | 'filter' | 'a handler that fails'> = {
  on: [
    "a type, 'prefix.*' or '*'; returns an id",
    'tells a handler of the events of its type, of a prefix, or of all',
    'takes a prefix for whole words only',
  ],
  once: ['the first event alone', 'tells a handler of once the first event that its filter lets through, and no other'],
  off: [
    'by id',
    'removes a handler by the id that on gave',
    'tells a handler that is removed meanwhile no more, and one that is added of the next event',
  ],
  priority: [
    'higher first, equal ones in the order of registration',
    'tells higher priorities first, equal ones in the order of registration',
  ],
  filter: ['which events', 'tells a handler of what its filter lets through'],
  'a handler that fails': [
    'disturbs nobody',
    'goes on when a handler throws, rejects or never ends, and tells of it as one engine.error each',
  ],
  getMetrics: [
    '`eventsEmitted`, `eventsHandled`, `handlerErrors`, `handlerCount`',
    'counts events, calls that ended well, failures and handlers',
  ],
  getHistory: [
    'newest last, bounded, from before there were handlers',
    'remembers what was told before there were handlers, newest last',
    'remembers a bounded number of events of each type, fewer of audio',
  ],
};
