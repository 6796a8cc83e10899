import type { EventType } from '../../../src/events.js';
import type { Lines } from './line.js';

const connects = 'tells that it starts and that it is established, and resolves then';
const whole = 'of a whole conversation carry time and source, and begin and end with it';
const lost = 'keeps what is said, tells of the loss, and goes on';
const microphone = 'tells the chunks of the microphone';
const turns = 'are detected, on either side, and the assistant is interrupted by the user';
const responses = 'says turn.response_started, _completed and _cancelled with response and status';

export const stampLines: Lines<'type' | 'timestamp' | 'at' | 'source'> = {
  type: ['of each event', 'has a type for each of the names of EventType, and fields of the right types'],
  timestamp: ['ms since 1970', 'stamps each event with the time since 1970, monotonic time and its source', whole],
  at: ['monotonic ms', 'stamps each event with the time since 1970, monotonic time and its source', whole],
  source: ['provider, device, application or engine', 'says who an event comes from', whole],
};

export const eventLines: Lines<EventType> = {
  'connection.starting': ['`attempt`', connects, whole],
  'connection.established': ['`connectionId`, `latencyMs`', connects],
  'connection.failed': [
    '`error`, `retryCount`',
    'rejects once after all attempts, with the last error and all of them in its cause',
  ],
  'connection.lost': [
    '`closeCode`, `reason`',
    lost,
    'has a type for each of the names of EventType, and fields of the right types',
  ],
  'connection.closed': ['`reason`', whole],
  'audio.input_started': ['`device`', microphone],
  'audio.input_chunk': ['`audioData`, `durationMs`', microphone, 'makes a chunk of a frame, with its length'],
  'audio.input_stopped': ['`reason`', microphone],
  'audio.output_started': [
    '`itemId`',
    'says audio.output_started when the loudspeaker takes an item, and audio.output_stopped with what was heard',
    turns,
  ],
  'audio.output_chunk': [
    '`audioData`, `sampleRate`, `channels`: what is received',
    'gives received audio as audio.output_chunk: PCM16 bytes at the rate of the session',
    'takes audio of the rate that was configured, and tells answers at it',
  ],
  'audio.output_stopped': [
    '`itemId`, `heardMs`',
    'says audio.output_stopped of what was thrown away, if it had begun to sound',
    turns,
  ],
  'text.input': ['`text`', 'is answered in words and audio, and told as text.input'],
  'text.output': [
    '`text`, `isPartial`',
    'says text.output with all words so far, and once with all of them',
    'says text.output of written answers, part by part',
  ],
  'turn.conversation_started': [
    'at the first session',
    connects,
    'says turn.conversation_started at the first session, and not at a later one',
  ],
  'turn.detected': ['`speaker`', turns],
  'turn.interrupted': ['`itemId`, `heardMs`', turns],
  'turn.conversation_ended': [
    '`reason`, last of all',
    'says turn.conversation_ended last, with the reason, where a conversation has begun',
    whole,
  ],
  'turn.response_started': ['`responseId`, `status`', responses],
  'turn.response_completed': [
    '`responseId`, `status`, also of incomplete and failed ones',
    responses,
    'is answered in words and audio, and told as text.input',
  ],
  'turn.response_cancelled': ['`responseId`, `status`', responses, 'cancels the answer that is open'],
  'tool.invoked': ['`functionName`, `arguments`, `callId`', 'lets the model call what was registered %s connect'],
  'engine.error': [
    '`error`, `errorMessage`, `recoverable`',
    'tell of errors, beside the events',
    'says whether the conversation goes on after an error',
  ],
  'lane.switched': ['`from`, `to`, `reason`, `confidence`', 'change when they are asked to, and tell it'],
};
