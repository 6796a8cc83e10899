import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { fromEvent, lastValueFrom, map, merge, type Observable, take, takeUntil, tap } from 'rxjs';
import { encode } from '../../operators/encode.js';
import { ofType } from '../../operators/ofType.js';
import { pushToTalk } from '../../operators/pushToTalk.js';
import { resample } from '../../operators/resample.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame } from '../audio.js';
import { converse } from '../engine/converse.js';
import { AudioError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import { capture } from '../node/capture.js';
import { fileError } from '../node/file.js';
import { openSocket } from '../node/open-socket.js';
import { speaker } from '../node/speaker.js';
import { wavSink } from '../node/wav-sink.js';
import { wavSource } from '../node/wav-source.js';
import { openai } from '../providers/openai.js';
import type { OpenSocket, Provider } from '../providers/provider.js';
import { simulator } from '../providers/simulator.js';
import { startSimulator } from '../simulator/simulator.js';
import { demoLanes } from './demo-lanes.js';
import { createMeter, type Meter, type Summary } from './meter.js';
import { talkKey } from './talk-key.js';
import { createTimeline } from './timeline.js';
import { wordsBeside } from './words-beside.js';

export interface TalkOptions {
  readonly input?: string;
  readonly output?: string;
  readonly provider: 'simulator' | 'openai';
  readonly url?: string;
  readonly model: string;
  readonly voice?: string;
  readonly json?: boolean;
  readonly pushToTalk?: boolean;
  readonly lanes?: boolean;
}

const transcription = { model: 'gpt-4o-mini-transcribe' };

/** Holds one conversation and prints it. Rejects with what ended it, if that was no good end. */
export const talk = async (options: TalkOptions): Promise<void> => {
  checkFiles(options);
  const ownSimulator = options.provider === 'simulator' && options.url === undefined;
  const script = ownSimulator ? await wordsBeside(options.input) : [];
  const local = ownSimulator ? await startSimulator({ script }) : undefined;
  try {
    const provider = providerOf(options, local?.url, script.length > 0);
    const meter = createMeter();
    const print = options.json
      ? printJson()
      : printTimeline(options, local ? `simulator, ${local.voice} voice` : options.provider);
    const events$ = conversation(options, provider, meter).pipe(tap((event) => meter.event(event)));
    const failed$ = events$.pipe(
      tap(print.event),
      ofType('diagnostic.response_failed'),
      map(({ error }) => error),
    );
    try {
      const failure = await lastValueFrom(failed$, { defaultValue: undefined });
      if (failure) throw failure;
    } finally {
      print.summary(meter.summary());
    }
  } finally {
    await local?.close();
  }
};

/** What would go wrong before anything is heard is said before anything is opened. */
const checkFiles = ({ input, output }: TalkOptions): void => {
  if (input === undefined) return;
  try {
    accessSync(input, constants.R_OK);
    if (output === undefined || !existsSync(output) || realpathSync(input) !== realpathSync(output)) return;
  } catch (error) {
    throw fileError('read', input, error);
  }
  throw new AudioError(`${input} is both input and output: the answer would replace the question`, { code: 'file' });
};

/** The conversation of the README, with meters in it. */
const conversation = (options: TalkOptions, provider: Provider, meter: Meter): Observable<VoiceEvent> =>
  converse({
    provider,
    openSocket: metered(meter),
    playout: options.output === undefined ? speaker() : wavSink(options.output),
    input: source(options).pipe(resample({ to: provider.capabilities.input.sampleRate })),
    vad: (frame$) =>
      frame$.pipe(
        vad(),
        tap((frame) => meter.frame(frame)),
      ),
    encode: (entry$) =>
      entry$.pipe(
        options.pushToTalk ? pushToTalk(talkKey().down$) : encode(),
        tap((entry) => meter.entry(entry)),
      ),
    ...(options.lanes ? { lanes: demoLanes(), transcription } : {}),
  });

/**
 * The microphone listens until Ctrl-C, or until no key can come any more; what is open then is finished, a second Ctrl-C
 * ends at once.
 */
const source = ({ input, pushToTalk: isKeyed }: TalkOptions): Observable<AudioFrame> => {
  if (input !== undefined) return wavSource(input);
  const interrupted$ = fromEvent(process, 'SIGINT').pipe(take(1));
  return capture().pipe(takeUntil(isKeyed ? merge(interrupted$, talkKey().gone$) : interrupted$));
};

const metered =
  (meter: Meter): OpenSocket =>
  (request) =>
    openSocket(request).pipe(
      tap((signal) => {
        if (signal.type === 'message') meter.message(signal.data);
      }),
    );

/** @param transcribes Whether the user's words are asked for: the simulator can tell only those that it was told. */
const providerOf = (
  { provider, url, model, voice }: TalkOptions,
  simulatorUrl: string | undefined,
  transcribes: boolean,
): Provider => {
  const audio = {
    ...(voice === undefined ? {} : { output: { voice } }),
    ...(transcribes ? { input: { transcription } } : {}),
  };
  const settings = { model, ...(Object.keys(audio).length > 0 ? { session: { audio } } : {}) };
  if (provider === 'simulator') return simulator({ ...settings, url: url ?? simulatorUrl ?? '' });
  try {
    process.loadEnvFile();
  } catch {
    // Without a .env the environment alone counts.
  }
  return openai({ ...settings, apiKey: process.env.OPENAI_API_KEY, ...(url === undefined ? {} : { url }) });
};

interface Printer {
  event(event: VoiceEvent): void;
  summary(summary: Summary): void;
}

/** One JSON object a line; audio is counted, not printed. */
const printJson = (): Printer => ({
  event: (event) =>
    console.log(JSON.stringify(event.type === 'response.output_audio.delta' ? { ...event, delta: undefined } : event)),
  summary: (summary) => console.log(JSON.stringify(summary)),
});

const printTimeline = ({ input, output, lanes = false, pushToTalk: isKeyed }: TalkOptions, answers: string): Printer => {
  console.log(`${input ?? 'microphone (Ctrl-C ends)'} → ${answers} → ${output ?? 'loudspeaker'}`);
  console.log(isKeyed ? `${talkKey().hint}\n` : '');
  const timeline = createTimeline((text) => process.stdout.write(text), { lanes });
  return {
    event: timeline.event,
    summary(summary) {
      timeline.end();
      console.log(`\n${figures(summary)}`);
      if (output !== undefined && summary.samplesPlayed > 0) console.log(`The answer is in ${output}`);
    },
  };
};

const figures = (summary: Summary): string => {
  if (summary.turns === 0) return 'no speech found';
  const { firstAudioMs, endOfTurnMs, framesSent, samplesSent, bytesReceived, samplesPlayed } = summary;
  const shares = Object.entries(summary.lanes).map(([lane, { share }]) => `${lane} ${Math.round(100 * share)} %`);
  const audio =
    firstAudioMs === null
      ? 'no answer was heard'
      : `${firstAudioMs} ms, of which ${endOfTurnMs} ms are the silence that ends a turn`;
  return [
    `end of speech → first audio sample   ${audio}`,
    `sent       ${framesSent} frames, ${samplesSent} samples`,
    `received   ${bytesReceived} bytes`,
    `played     ${samplesPlayed} samples`,
    ...(shares.length > 1 ? [`lanes      ${shares.join(', ')}; ${summary.laneSwitches} switches`] : []),
  ].join('\n');
};
