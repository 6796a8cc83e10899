import * as E from '../either.js';
import { SessionPatch } from '../wire/session.js';
import { isObject } from './client-request.js';
import { codecFailure } from './codec-failure.js';
import { type Failure, missing, refuse, unknownParameter, unsupportedValue, wrongType } from './failure.js';
import { misfitFormat, misfitMaxTokens, misfitModalities, misfitSpeed, misfitVad } from './limits.js';
import { defaultInstructions, semanticVad, vadDefaults } from './session-defaults.js';
import type { AudioFormat, InputAudio, Session, Tool } from './shapes.js';

type Json = Readonly<Record<string, unknown>>;

/** What may be set and where: true for a value as a whole, an object for settings with settings of their own. */
type Settings = { readonly [name: string]: true | Settings };

const input: Settings = {
  format: { type: true, rate: true },
  transcription: { model: true, language: true, languages: true, prompt: true, delay: true, keywords: true },
  noise_reduction: { type: true, strength: true },
  turn_detection: true,
};

const output: Settings = { format: { type: true, rate: true }, voice: true, speed: true };

const settings: Readonly<Record<Session['type'], Settings>> = {
  realtime: {
    type: true,
    model: true,
    output_modalities: true,
    instructions: true,
    tools: true,
    tool_choice: true,
    max_output_tokens: true,
    tracing: true,
    truncation: true,
    prompt: true,
    reasoning: true,
    parallel_tool_calls: true,
    include: true,
    audio: { input, output },
  },
  transcription: { type: true, include: true, audio: { input } },
};

/** The first parameter that is not in the list, or not of its shape. */
const misfit = (value: Json, known: Settings, path: string): Failure | undefined => {
  for (const [name, member] of Object.entries(value)) {
    const inner = known[name];
    const at = `${path}.${name}`;
    if (inner === undefined) return unknownParameter(at);
    if (inner === true || member === null || member === undefined) continue;
    if (!isObject(member)) return wrongType(at, 'an object');
    const failure = misfit(member, inner, at);
    if (failure) return failure;
  }
  return undefined;
};

const misfitRealtime = (session: Session & { type: 'realtime' }, update: Json, spoke: boolean): Failure | undefined => {
  if (update.model !== undefined && update.model !== session.model)
    return refuse('invalid_value', "Cannot update a session's model once it was created.", 'session.model');
  const limits =
    misfitModalities(update.output_modalities, 'session.output_modalities') ??
    misfitMaxTokens(update.max_output_tokens, 'session.max_output_tokens', session.model) ??
    misfitSpeed(part(part(update, 'audio'), 'output').speed, 'session.audio.output.speed');
  if (limits) return limits;
  if (session.tracing !== null && update.tracing !== undefined)
    return refuse('invalid_value', 'Cannot update tracing once it was set.', 'session.tracing');
  const voice = part(part(update, 'audio'), 'output').voice;
  if (spoke && voice !== undefined && JSON.stringify(voice) !== JSON.stringify(session.audio.output.voice))
    return refuse(
      'cannot_update_voice',
      "Cannot update a conversation's voice if assistant audio is present.",
      'session.audio.output.voice',
    );
  return undefined;
};

const part = (value: Json, name: string): Json => {
  const member = value[name];
  return isObject(member) ? member : {};
};

const formatOf = (format: unknown, old: AudioFormat): AudioFormat => {
  if (!isObject(format)) return old;
  if (format.type === 'audio/pcmu' || format.type === 'audio/pcma') return { type: format.type };
  return { type: 'audio/pcm', rate: 24000 };
};

const present = (value: Json, names: readonly string[]): Json =>
  Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]));

/** Members in the service's order, whatever the client's. */
const toolOf = (tool: Tool): Tool => {
  const { type, name, description, parameters, ...rest } = tool;
  return {
    type,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...rest,
  };
};

const mergeInput = (session: Session, update: Json): InputAudio => {
  const old = session.audio.input;
  const { turn_detection: vad, transcription, noise_reduction } = update;
  const merged: Json = {
    ...old,
    format: formatOf(update.format, old.format),
    ...(transcription === undefined
      ? {}
      : {
          transcription: isObject(transcription)
            ? { ...present(transcription, ['model']), language: null, prompt: null, ...transcription }
            : null,
        }),
    ...(noise_reduction === undefined ? {} : { noise_reduction }),
    ...(vad === undefined
      ? {}
      : {
          turn_detection: isObject(vad)
            ? { ...(vad.type === 'semantic_vad' ? semanticVad : vadDefaults(session)), ...vad }
            : null,
        }),
  };
  // Every member was checked, or stood there before.
  return merged as unknown as InputAudio;
};

const whole = ['output_modalities', 'tool_choice', 'max_output_tokens', 'tracing', 'truncation', 'prompt', 'include'];

const merge = (session: Session, update: Json): Session => {
  const audio = part(update, 'audio');
  const inputAudio = mergeInput(session, part(audio, 'input'));
  if (session.type === 'transcription') return { ...session, ...present(update, ['include']), audio: { input: inputAudio } };
  const outputAudio = part(audio, 'output');
  const tools = update.tools as readonly Tool[] | undefined;
  return {
    ...session,
    ...present(update, [...whole, 'reasoning', 'parallel_tool_calls']),
    // Recorded: the session told after `instructions: ""` has the model's own again.
    ...(update.instructions === undefined ? {} : { instructions: update.instructions || defaultInstructions }),
    ...(tools === undefined ? {} : { tools: tools.map(toolOf) }),
    audio: {
      input: inputAudio,
      output: {
        ...session.audio.output,
        ...present(outputAudio, ['voice', 'speed']),
        format: formatOf(outputAudio.format, session.audio.output.format),
      },
    },
  } as Session;
};

/**
 * Applies a `session.update` as the service does: only what is there changes, unset members of `turn_detection` take the
 * model's defaults again, and anything wrong rejects the whole update.
 *
 * @param spoke Whether the conversation holds assistant audio, after which the voice is fixed.
 */
export const updateSession = (session: Session, update: Json, spoke: boolean): E.Either<Failure, Session> => {
  if (update.type === undefined) return E.left(missing('session.type'));
  if (update.type !== 'realtime' && update.type !== 'transcription')
    return E.left(unsupportedValue('session.type', update.type, ['realtime', 'transcription']));
  if (update.type !== session.type)
    return E.left(
      refuse(
        'invalid_value',
        `Passing a ${update.type} session update event to a ${session.type} session is not allowed.`,
        'session.type',
      ),
    );
  const inputAudio = part(part(update, 'audio'), 'input');
  const outputAudio = part(part(update, 'audio'), 'output');
  const failure =
    misfit(update, settings[session.type], 'session') ??
    misfitFormat(inputAudio.format, 'session.audio.input.format') ??
    misfitFormat(outputAudio.format, 'session.audio.output.format') ??
    misfitVad(inputAudio.turn_detection, 'session.audio.input.turn_detection') ??
    (session.type === 'realtime' ? misfitRealtime(session, update, spoke) : undefined) ??
    codecFailure(SessionPatch, update, 'session');
  return failure ? E.left(failure) : E.right(merge(session, update));
};
