import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { EMPTY, lastValueFrom, map, merge, type Observable, skip, takeUntil, tap } from 'rxjs';
import { encode } from '../../operators/encode.js';
import { ofType } from '../../operators/ofType.js';
import { pushToTalk } from '../../operators/pushToTalk.js';
import { resample } from '../../operators/resample.js';
import { vad } from '../../operators/vad.js';
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
import { codeOfSignal, type EndSignal, endSignals } from './signals.js';
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

/**
 * Holds one conversation and prints it. Rejects with what ended it, if that was no good end.
 *
 * The first SIGINT or SIGTERM ends what is said; what is open then is finished. The second ends all at once. The exit code is that of the signal
 * when it was the second, or when it cut a file short; a microphone has no other end, so that it is a good one.
 */
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
    let asked: EndSignal | undefined;
    let urged: EndSignal | undefined;
    let signals = 0;
    const asked$ = endSignals().pipe(
      tap((signal) => {
        asked ??= signal;
      }),
    );
    const urged$ = endSignals().pipe(
      tap(() => {
        if (signals++ === 0) print.finishing();
      }),
      skip(1),
      tap((signal) => {
        urged = signal;
      }),
    );
    const failed$ = conversation(options, provider, meter, asked$).pipe(
      tap((event) => meter.event(event)),
      tap(print.event),
      ofType('diagnostic.response_failed'),
      map(({ error }) => error),
      takeUntil(urged$),
    );
    let hasFailed = true;
    try {
      const failure = await lastValueFrom(failed$, { defaultValue: undefined });
      if (failure) throw failure;
      hasFailed = false;
    } finally {
      print.summary(meter.summary(), hasFailed);
      if (urged) process.exit(codeOfSignal(urged));
    }
    if (asked && options.input !== undefined) process.exitCode = codeOfSignal(asked);
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
const conversation = (
  options: TalkOptions,
  provider: Provider,
  meter: Meter,
  asked$: Observable<unknown>,
): Observable<VoiceEvent> => {
  const microphone = capture();
  const isSpoken = options.input === undefined;
  const voice$ = (isSpoken ? microphone : wavSource(options.input)).pipe(takeUntil(over(options, asked$)));
  return converse({
    provider,
    openSocket: metered(meter),
    playout: options.output === undefined ? speaker() : wavSink(options.output),
    input: voice$.pipe(resample({ to: provider.capabilities.input.sampleRate })),
    commands: isSpoken ? microphone.events$ : EMPTY,
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
};

/** The user is heard until a signal comes, a microphone also until no key can come any more. */
const over = ({ input, pushToTalk: isKeyed }: TalkOptions, asked$: Observable<unknown>): Observable<unknown> =>
  isKeyed && input === undefined ? merge(asked$, talkKey().gone$) : asked$;

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
  /** The end was asked for; what is open is finished. */
  finishing(): void;
  /** @param hasFailed Whether an error is told next. */
  summary(summary: Summary, hasFailed: boolean): void;
}

/** One JSON object a line; audio is counted, not printed. */
const printJson = (): Printer => ({
  event: (event) =>
    console.log(JSON.stringify(event.type === 'response.output_audio.delta' ? { ...event, delta: undefined } : event)),
  finishing: () => undefined,
  summary: (summary) => console.log(JSON.stringify(summary)),
});

const printTimeline = ({ input, output, lanes = false, pushToTalk: isKeyed }: TalkOptions, answers: string): Printer => {
  console.log(`${input ?? 'microphone (Ctrl-C ends)'} → ${answers} → ${output ?? 'loudspeaker'}`);
  console.log(isKeyed ? `${talkKey().hint}\n` : '');
  const timeline = createTimeline((text) => process.stdout.write(text), { lanes });
  return {
    event: timeline.event,
    finishing() {
      timeline.end();
      console.log('finishing what is open; once more ends at once');
    },
    summary(summary, hasFailed) {
      timeline.end();
      // Where nothing could be heard, that no speech was found would send the user the wrong way.
      if (hasFailed && summary.turns === 0) return;
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
