import { type Context, context, DiagLogLevel, diag, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { concat, from, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionError, StreamError, ToolError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';
import { type TelemetryConfig, telemetry } from '../../src/otel/index.js';
import { type Recorded, recordings } from '../conformance/recordings.js';
import { truth } from '../conformance/truth.js';
import { audio, call, committed, created, done, established, lane, restored, session } from '../engine/usage-events.js';
import { marbles } from '../marbles.js';
import { hasShared } from '../shared.js';
import { type OtelMemory, otelMemory, secondsOf } from './otel-memory.js';

const begins: VoiceEvent = { type: 'speech.started', position: 0 };
const stops: VoiceEvent = { type: 'speech.stopped', position: 0, durationMs: 1000 };
const sounds = (id: string): VoiceEvent => ({ type: 'playout.started', itemId: `item_${id}`, responseId: id });
const drained: VoiceEvent = { type: 'playout.drained' };
const flushedItem = (id: string) => ({
  itemId: `item_${id}`,
  responseId: id,
  playedSamples: 0,
  playedMs: 0,
  discardedMs: 300,
  isFinished: false,
});
const flushed = (id: string): VoiceEvent => ({ type: 'playout.flushed', items: [flushedItem(id)], responseIds: [id] });
const interrupted: VoiceEvent = { type: 'turn.interrupted', itemId: 'item_r', heardMs: 100 };
const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' };
const closed: VoiceEvent = { type: 'connection.closed', reason: 'completed' };
const starting: VoiceEvent = { type: 'connection.starting', attempt: 1 };
const written: VoiceEvent = {
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: 'e',
  item_id: 'item_u',
  content_index: 0,
  transcript: 'what they said',
};
const calls = (id: string): VoiceEvent => ({
  type: 'response.done',
  event_id: 'e',
  response: { id, status: 'completed', output: [{ type: 'function_call', name: 'f', call_id: 'c', arguments: '{}' }] },
});
const invoked: VoiceEvent = { type: 'tool.invoked', functionName: 'f', arguments: { city: 'Tokyo' }, callId: 'c' };
const runs: VoiceEvent = { type: 'tool.started', functionName: 'f', callId: 'c' };
const returns: VoiceEvent = { type: 'tool.succeeded', functionName: 'f', callId: 'c', durationMs: 40 };
const throws: VoiceEvent = { type: 'tool.failed', functionName: 'f', callId: 'c', error: new ToolError('f', { code: 'threw' }) };
const tokens = { input: [10, 27, 3], cached: [4, 5, 1], output: [6, 20] } as const;

const watch = (memory: OtelMemory, events$: Observable<VoiceEvent>, config: TelemetryConfig = {}): readonly ReadableSpan[] => {
  events$.pipe(telemetry({ ...memory.config, semconvStabilityOptIn: '', ...config })).subscribe({ error: () => undefined });
  return memory.spans;
};
const spansOf = (...events: readonly VoiceEvent[]): readonly ReadableSpan[] => watch(otelMemory(), from(events));
const namesOf = (spans: readonly ReadableSpan[]): readonly string[] => spans.map(({ name }) => name);
const parentOf = (span: ReadableSpan | undefined, spans: readonly ReadableSpan[]): string | undefined =>
  spans.find((each) => each.spanContext().spanId === span?.parentSpanContext?.spanId)?.name;

/** A conversation in virtual time, one character 20 ms; what comes of it is looked at when it is over. */
const story = (
  diagram: string,
  values: Readonly<Record<string, VoiceEvent>>,
  { unsubscribe, ...config }: TelemetryConfig & { readonly unsubscribe?: string } = {},
): OtelMemory => {
  const memory = otelMemory();
  marbles((t) => {
    const source = t.hot(diagram, values);
    const watched$ = source.pipe(telemetry({ ...memory.config, semconvStabilityOptIn: '', ...config }));
    t.expectObservable(watched$, unsubscribe).toBe(unsubscribe ? diagram.replace(/[|#].*$/, '') : diagram, values);
    t.expectSubscriptions(source.subscriptions).toBe(unsubscribe ?? `^${'-'.repeat(diagram.trim().search(/[|]/) - 1)}!`);
  })();
  return memory;
};
const turn = {
  s: begins,
  e: stops,
  k: committed,
  c: created('r'),
  a: audio('r', 20),
  p: sounds('r'),
  d: done('r', tokens),
  x: drained,
};

describe('spans', () => {
  it('are one a turn, with the responses and tools in it', () => {
    const spans = spansOf(session('m'), committed, created('r'), invoked, runs, calls('r'), returns, created('s'), done('s'));
    expect(namesOf(spans)).toEqual(['generate_content m', 'execute_tool f', 'generate_content m', 'invoke_agent']);
    expect(spans.slice(0, 3).map((span) => parentOf(span, spans))).toEqual(Array(3).fill('invoke_agent'));
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  it('of turns last from the end of speech until the answer was heard', () => {
    const { spans } = story('s---e--k-c--a-p-d---x|', turn);
    expect(spans.map((span) => [span.name, secondsOf(span)])).toEqual([
      ['generate_content', expect.closeTo(0.14, 6)],
      ['invoke_agent', expect.closeTo(0.32, 6)],
    ]);
  });

  it('of turns last until the answer was received where there is no loudspeaker', () => {
    const { spans } = story('s---e--k-c--a---d---------------k|', turn);
    expect(spans.filter(({ name }) => name === 'invoke_agent').map(secondsOf)).toEqual([
      expect.closeTo(0.24, 6),
      expect.closeTo(0.02, 6),
    ]);
  });

  it('of turns end with the answer from the second one on where there is no loudspeaker', () => {
    const again = [created('s'), audio('s', 20), done('s')];
    const memory = otelMemory();
    const spans = watch(memory, concat(from([committed, created('r'), audio('r', 20), done('r'), committed, ...again]), NEVER));
    expect(namesOf(spans).filter((name) => name === 'invoke_agent')).toHaveLength(2);
  });

  it('of turns wait for an answer that is received before it sounds', () => {
    const { spans } = story('k-c-a-d-p-----x--|', turn);
    expect(secondsOf(spans.at(-1) as ReadableSpan)).toBeCloseTo(0.28, 6);
  });

  it('of turns last as long as any answer in them', () => {
    const values = { c: created('r'), o: created('s'), d: done('r'), n: done('s') };
    const { spans } = story('c-o-d---n--|', values);
    expect(spans.map(secondsOf)).toEqual([0.08, 0.12, 0.16].map((seconds) => expect.closeTo(seconds, 6)));
  });

  it('of turns last until the next one while a tool runs, and else until the last of their work was done', () => {
    const values = { c: created('r'), i: invoked, d: calls('r'), r: returns, k: committed };
    const turnIn = (diagram: string) => story(diagram, values).spans.find(({ name }) => name === 'invoke_agent') as ReadableSpan;
    expect(secondsOf(turnIn('c-i-d-----k--|'))).toBeCloseTo(0.2, 6);
    expect(secondsOf(turnIn('c-i-d-r---k--|'))).toBeCloseTo(0.12, 6);
  });

  it('of a turn begin anew with an answer after the last', () => {
    const { spans } = story('s-e-k-c-a-p-d---o-n|', { ...turn, o: created('s'), n: done('s') });
    expect(spans.filter(({ name }) => name === 'invoke_agent').map(secondsOf)).toEqual([
      expect.closeTo(0.28, 6),
      expect.closeTo(0.04, 6),
    ]);
  });

  it('are one where the turn is ended, and then taken by the service', () => {
    const spans = spansOf({ type: 'turn.ended', reason: 'silence' }, committed, created('r'), done('r'));
    expect(namesOf(spans)).toEqual(['generate_content', 'invoke_agent']);
  });

  it('of a turn that somebody else has answered end with it', () => {
    const answered: VoiceEvent = { type: 'turn.delegation_ended', reason: 'answered' };
    const failed: VoiceEvent = { type: 'turn.delegation_failed', error: new StreamError('x', { code: 'threw' }) };
    const { spans } = story('k--a---k--f---k-|', { k: committed, a: answered, f: failed });
    expect(spans.map((span) => [secondsOf(span), span.attributes['error.type']])).toEqual([
      [expect.closeTo(0.06, 6), undefined],
      [expect.closeTo(0.06, 6), 'threw'],
      [expect.closeTo(0.04, 6), undefined],
    ]);
  });

  it('of a turn tell that it was interrupted', () => {
    const { spans } = story('s--e-k-c-a-p-d---(yx)|', { ...turn, y: flushed('r') });
    expect(spans.at(-1)?.attributes).toMatchObject({ 'vox.interrupted': true, 'gen_ai.output.type': 'speech' });
    expect(spansOf(committed, created('r'), interrupted, done('r')).at(-1)?.attributes['vox.interrupted']).toBe(true);
    const quiet = { ...flushed('r'), items: [{ ...flushedItem('r'), discardedMs: 0 }] } as VoiceEvent;
    for (const events of [[], [sounds('r'), quiet], [sounds('r'), flushed('s')]])
      expect(spansOf(committed, created('r'), ...events, done('r')).at(-1)?.attributes['vox.interrupted']).toBe(false);
  });

  it('of a turn begin with the answer where nobody spoke', () => {
    const { spans } = story('c--d|', { ...turn, d: done('r') });
    expect(spans.map(secondsOf)).toEqual([expect.closeTo(0.06, 6), expect.closeTo(0.06, 6)]);
  });

  it('do not begin with speech of which no turn came', () => {
    const values = { ...turn, n: { type: 'speech.dismissed' } as VoiceEvent, d: done('r') };
    expect(story('s--e---n----c--d|', values).spans.map(secondsOf)[1]).toBeCloseTo(0.06, 6);
  });

  it('of turns follow one another by links, and are traces of their own', () => {
    const spans = spansOf(committed, created('r'), done('r'), committed, created('s'), done('s'));
    const [first, second] = spans.filter(({ name }) => name === 'invoke_agent');
    expect(first?.links).toEqual([]);
    expect(second?.links.map(({ context: { spanId } }) => spanId)).toEqual([first?.spanContext().spanId]);
    expect(second?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
  });

  it('say what was used, and how it ended', () => {
    const [response] = spansOf(session('m', 'sess_7'), created('r'), audio('r', 20), done('r', tokens, 'incomplete'));
    expect(response?.attributes).toEqual({
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'm',
      'gen_ai.conversation.id': 'sess_7',
      'gen_ai.response.id': 'r',
      'gen_ai.response.finish_reasons': ['incomplete'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.output.type': 'speech',
      'gen_ai.usage.input_tokens': 40,
      'gen_ai.usage.output_tokens': 26,
      'gen_ai.usage.cache_read.input_tokens': 10,
      'gen_ai.usage.audio.input_tokens': 27,
      'gen_ai.usage.audio.output_tokens': 20,
    });
  });

  it('take the usage that stands beside the response', () => {
    const beside = { ...done('r'), usage: { output_tokens: 7 } } as VoiceEvent;
    expect(spansOf(created('r'), beside)[0]?.attributes['gen_ai.usage.output_tokens']).toBe(7);
  });

  it('have the attributes of the application, in the names too', () => {
    const config = { attributes: { 'gen_ai.agent.name': 'concierge' }, spanAttributes: { call: 7 }, provider: 'x_ai' };
    const spans = watch(otelMemory(), of(lane('big'), created('r')), config);
    expect(spans[1]?.name).toBe('invoke_agent concierge');
    for (const { attributes } of spans)
      expect(attributes).toMatchObject({ call: 7, 'gen_ai.provider.name': 'x_ai', 'vox.lane': 'big' });
  });

  it('of what is asked for beside the conversation belong to no turn', () => {
    const aside = { type: 'response.created', event_id: 'e', response: { id: 'o', conversation_id: null } } as VoiceEvent;
    expect(namesOf(spansOf(aside, done('o')))).toEqual(['generate_content']);
  });

  it.each([
    ['the response failed', done('r', undefined, 'failed'), 'failed'],
    ['the connection was lost', lost, 'heartbeat'],
  ])('are failed when %s', (_, event, code) => {
    const spans = watch(otelMemory(), concat(of(committed, created('r'), event), NEVER));
    expect(spans.map(({ status, attributes }) => [status.code, attributes['error.type']])).toEqual(
      Array(2).fill([SpanStatusCode.ERROR, code]),
    );
  });

  it('of a tool tell why it failed, whether it ran or not', () => {
    for (const events of [[invoked, runs, throws], [throws]]) {
      const [span] = spansOf(...events);
      expect(span).toMatchObject({ name: 'execute_tool f', status: { code: SpanStatusCode.ERROR } });
      expect(span?.attributes).toMatchObject({ 'error.type': 'threw', 'gen_ai.tool.name': 'f', 'gen_ai.tool.call.id': 'c' });
    }
  });

  it('of a tool outlive the loss of the connection', () => {
    const { spans } = story('c-i-l---r|', { c: created('r'), i: invoked, l: lost, r: returns });
    expect(namesOf(spans)).toEqual(['generate_content', 'invoke_agent', 'execute_tool f']);
    expect(secondsOf(spans[2] as ReadableSpan)).toBeCloseTo(0.12, 6);
    expect(spans[2]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it.each([
    ['the source completes', '-c-i-a|', undefined],
    ['somebody unsubscribes', '-c-i-a-----', '^-----!'],
  ])('end when %s', (_, diagram, unsubscribe) => {
    const values = { c: created('r'), i: invoked, a: audio('r', 20) };
    const memory = story(diagram, values, unsubscribe === undefined ? {} : { unsubscribe });
    expect(namesOf(memory.spans).toSorted()).toEqual(['execute_tool f', 'generate_content', 'invoke_agent']);
    expect(memory.started).toBe(3);
  });

  it.each([
    ['the conversation is closed', closed],
    ['another conversation begins', starting],
  ])('end when %s, though somebody goes on listening', (_, event) => {
    const memory = otelMemory();
    watch(memory, concat(of(created('r'), invoked, audio('r', 20), event), NEVER));
    expect(namesOf(memory.spans).toSorted()).toEqual(['execute_tool f', 'generate_content', 'invoke_agent']);
  });

  it('end when the source errors, with its code, before anybody is told', () => {
    const memory = otelMemory();
    const failing$ = concat(
      of(created('r')),
      throwError(() => new ConnectionError('x', { code: 'lost' })),
    );
    let ended = 0;
    failing$.pipe(telemetry(memory.config)).subscribe({
      error: () => {
        ended = memory.spans.length;
      },
    });
    expect(ended).toBe(2);
    expect(memory.spans.map(({ attributes }) => attributes['error.type'])).toEqual(['lost', 'lost']);
  });

  it('are part of the span that is active on subscription', () => {
    const memory = otelMemory();
    const outer = memory.config.tracer.startSpan('call');
    const active = trace.setSpan(ROOT_CONTEXT, outer);
    const own = { active: () => active, with: (_: Context, run: () => never) => run(), bind: (_: Context, it: never) => it };
    context.setGlobalContextManager({ ...own, enable: () => own as never, disable: () => own as never } as never);
    watch(memory, of(created('r')));
    context.disable();
    expect(memory.spans[1]?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  it('are apart for each subscription', () => {
    const memory = otelMemory();
    const events = new Subject<VoiceEvent>();
    const watched$ = events.pipe(telemetry(memory.config));
    watched$.subscribe();
    events.next(created('r'));
    const late = watched$.subscribe();
    events.next(done('r'));
    late.unsubscribe();
    expect(memory.spans).toHaveLength(2);
  });

  it('follow the conventions that are asked for', () => {
    const nameWith = (semconvStabilityOptIn: string) => watch(otelMemory(), of(created('r')), { semconvStabilityOptIn })[0]?.name;
    expect(nameWith('http, gen_ai_latest_experimental')).toBe('generate_live_content');
    expect(nameWith('http')).toBe('generate_content');
  });

  it('read the environment where there is one', () => {
    const nameNow = (): string | undefined => {
      const memory = otelMemory();
      of(created('r')).pipe(telemetry(memory.config)).subscribe();
      return memory.spans[0]?.name;
    };
    const before = process.env.OTEL_SEMCONV_STABILITY_OPT_IN;
    process.env.OTEL_SEMCONV_STABILITY_OPT_IN = 'gen_ai_latest_experimental';
    expect(nameNow()).toBe('generate_live_content');
    if (before === undefined) delete process.env.OTEL_SEMCONV_STABILITY_OPT_IN;
    else process.env.OTEL_SEMCONV_STABILITY_OPT_IN = before;
  });
});

describe('a tracer or a meter that throws', () => {
  afterEach(() => diag.disable());
  const fail = (): never => {
    throw new Error('no exporter');
  };
  const broken = (member: string): TelemetryConfig => {
    const { tracer, meter } = otelMemory().config;
    const breaking = <It extends object>(it: It): It =>
      new Proxy(it, { get: (target, name) => (name === member ? fail : wrapped(Reflect.get(target, name), target)) });
    const wrapped = (value: unknown, target: object): unknown =>
      typeof value === 'function'
        ? (...args: unknown[]) => {
            const made: unknown = value.apply(target, args);
            return typeof made === 'object' && made !== null && name(made) ? breaking(made) : made;
          }
        : value;
    const name = (made: object): boolean => 'end' in made || 'record' in made || 'add' in made;
    return { tracer: breaking(tracer), meter: breaking(meter) };
  };

  it.each(['startSpan', 'setAttributes', 'setStatus', 'end', 'spanContext', 'createHistogram', 'createCounter', 'record', 'add'])(
    'in %s disturbs nothing, and is told to the diagnostics',
    (member) => {
      let warnings = 0;
      const ignore = () => undefined;
      const warn = () => {
        warnings += 1;
      };
      diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
      const events = [
        established,
        committed,
        created('r'),
        interrupted,
        done('r', tokens, 'failed'),
        committed,
        created('s'),
        lost,
        closed,
      ];
      const seen: VoiceEvent[] = [];
      from(events)
        .pipe(telemetry(broken(member)))
        .subscribe((event) => seen.push(event));
      expect(seen).toEqual(events);
      expect(warnings).toBeGreaterThan(0);
    },
  );

  it('disturbs nothing either when the diagnostics throw', () => {
    diag.setLogger(
      { warn: fail, error: fail, info: fail, debug: fail, verbose: fail },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    expect(() =>
      from([created('r'), done('r')])
        .pipe(telemetry(broken('startSpan')))
        .subscribe(),
    ).not.toThrow();
  });
});

describe('metrics', () => {
  it('of a turn are what the user feels, in seconds', async () => {
    const memory = story('s---e--k-c--a-aap-d---x---w|', { ...turn, w: written }, { speechEndMs: 60 });
    const sumOf = async (name: string) => (await memory.points(name)).map(({ sum }) => Number(sum.toFixed(6)));
    expect(await sumOf('gen_ai.client.operation.time_to_first_chunk')).toEqual([0.16]);
    expect(await sumOf('voice.turn.e2e_latency')).toEqual([0.3]);
    expect(await sumOf('voice.turn.end_of_turn_delay')).toEqual([0.12]);
    expect(await sumOf('voice.turn.transcription_delay')).toEqual([0.5]);
    expect(await memory.points('gen_ai.client.operation.time_per_output_chunk')).toMatchObject([{ count: 2 }]);
    expect(await sumOf('gen_ai.client.operation.duration')).toEqual([0.18]);
    expect(await sumOf('gen_ai.invoke_agent.duration')).toEqual([0.36]);
  });

  it.each([
    ['was dismissed', { type: 'speech.dismissed' }],
    ['came to nothing', { type: 'turn.abandoned', reason: 'too_short' }],
  ] as const)('of a turn do not count from speech that %s', async (_, n) => {
    const memory = story('s-e-n-----k---c-a-p-d-w-x|', { ...turn, n, w: written });
    for (const name of ['e2e_latency', 'end_of_turn_delay', 'transcription_delay'])
      expect(await memory.points(`voice.turn.${name}`)).toEqual([]);
    const [first] = await memory.points('gen_ai.client.operation.time_to_first_chunk');
    expect(first?.sum).toBeCloseTo(0.12, 6);
  });

  it('of the end of a turn count nothing where it ends in the midst of speech', async () => {
    const memory = story('s-e---s-----k|', turn);
    expect(await memory.points('voice.turn.end_of_turn_delay')).toEqual([]);
  });

  it('of operations are as long as their spans', async () => {
    const memory = story('-ki-c-ad---k-c-l--r-|', { ...turn, i: invoked, r: returns, l: lost });
    for (const [span, metric] of [
      ['generate_content', 'gen_ai.client.operation.duration'],
      ['invoke_agent', 'gen_ai.invoke_agent.duration'],
      ['execute_tool f', 'gen_ai.execute_tool.duration'],
    ] as const) {
      const seconds = memory.spans.filter(({ name }) => name === span).map(secondsOf);
      const points = await memory.points(metric);
      expect(points.reduce((total, { sum }) => total + sum, 0)).toBeCloseTo(
        seconds.reduce((total, each) => total + each, 0),
        6,
      );
      expect(points.reduce((total, { count }) => total + count, 0)).toBe(seconds.length);
    }
  });

  it('tell how fast the assistant falls silent, and who wanted it', async () => {
    const values = { ...turn, y: flushed('r'), i: interrupted };
    const memory = story('c-a-p--s-(yi)--e-k-c-i|', values);
    expect((await memory.points('voice.interruption.stop_latency')).map(({ sum }) => sum)).toEqual([expect.closeTo(0.04, 6)]);
    expect((await memory.points('voice.interruptions')).map(({ attributes, sum }) => [attributes['vox.reason'], sum])).toEqual([
      ['speech', 1],
      ['application', 1],
    ]);
  });

  it('of sessions count those that are active, how long they lasted, and what was lost', async () => {
    const memory = story('-e---l-----r---t--|', {
      e: { ...established, droppedMs: 200 } as VoiceEvent,
      l: lost,
      r: { ...restored, gapMs: 120, droppedMs: 400 } as VoiceEvent,
      t: restored,
    });
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 0 }]);
    expect(await memory.points('voice.session.duration')).toMatchObject([{ count: 3, sum: expect.closeTo(0.22, 6) }]);
    expect(await memory.points('voice.session.gap')).toMatchObject([{ count: 1, sum: 0.12 }]);
    expect(await memory.points('voice.session.reconnects')).toMatchObject([
      { sum: 1, attributes: { 'vox.reason': 'heartbeat' } },
    ]);
    expect((await memory.points('voice.audio.dropped')).map(({ attributes, sum }) => [attributes['vox.reason'], sum])).toEqual([
      ['connecting', 0.2],
      ['lost', 0.4],
    ]);
  });

  it('of sessions say 1 while there is one', async () => {
    const memory = otelMemory();
    const events = new Subject<VoiceEvent>();
    const watching = events.pipe(telemetry(memory.config)).subscribe();
    const activeNow = async () => (await memory.points('voice.session.active'))[0]?.sum;
    events.next(established);
    events.next(lane('fast'));
    expect(await activeNow()).toBe(1);
    events.next(lane('big'));
    const lanes = await memory.points('voice.lane');
    expect(lanes.map(({ attributes, sum }) => [attributes['vox.lane'], sum])).toEqual([
      ['fast', 0],
      ['big', 1],
    ]);
    watching.unsubscribe();
    expect(await activeNow()).toBe(0);
    expect((await memory.points('voice.lane')).map(({ sum }) => sum)).toEqual([0, 0]);
  });

  it('of tokens count both directions, and by class where the proposed conventions are asked for', async () => {
    const usedWith = async (semconvStabilityOptIn: string) => {
      const memory = otelMemory();
      watch(memory, of(session('gpt-realtime'), created('r'), done('r', tokens)), { semconvStabilityOptIn });
      return (await memory.points('gen_ai.client.token.usage')).map(
        ({ attributes: { 'gen_ai.token.type': type, ...rest }, sum }) => [type, rest['gen_ai.token.modality'], sum],
      );
    };
    expect(await usedWith('')).toEqual([
      ['input', undefined, 40],
      ['output', undefined, 26],
    ]);
    expect(await usedWith('gen_ai_latest_experimental')).toEqual([
      ['input', 'text', 10],
      ['input', 'audio', 27],
      ['input', 'image', 3],
      ['output', 'text', 6],
      ['output', 'audio', 20],
    ]);
  });

  it('of cost go by the prices', async () => {
    const memory = otelMemory();
    const prices = { of: '2026-11', models: { m: { text: [1e6, 0, 0], audio: [0, 0, 1e6], image: [0, 0, 0] } } } as const;
    watch(memory, of(session('m'), created('r'), done('r', tokens)), { prices } as TelemetryConfig);
    expect(await memory.points('voice.cost')).toMatchObject([{ sum: 10 - 4 + 20, attributes: { 'gen_ai.request.model': 'm' } }]);
  });

  it('have the units and the buckets of the conventions', async () => {
    const memory = story('s---e--k-c--a-a-p-d---x---w|', { ...turn, w: written, k: committed, i: invoked });
    expect(
      Object.entries(await memory.units()).filter(([name, unit]) => /latency|delay|duration|time|gap/.test(name) && unit !== 's'),
    ).toEqual([]);
    expect((await memory.points('gen_ai.client.operation.duration'))[0]?.bounds).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
  });
});

/** Any events of a call, in any order. */
const anyEvent = fc.oneof(
  fc.constantFrom(begins, stops, committed, drained, interrupted, lost, closed, starting, established, restored, written),
  fc
    .constantFrom('r', 's', 't')
    .chain((id) =>
      fc.constantFrom(
        created(id),
        audio(id, 20),
        done(id, tokens),
        done(id, undefined, 'failed'),
        calls(id),
        sounds(id),
        flushed(id),
        call(id),
      ),
    ),
  fc
    .constantFrom('c', 'd')
    .chain((callId) => fc.constantFrom(...[invoked, runs, returns, throws].map((event) => ({ ...event, callId }) as VoiceEvent))),
  fc.constantFrom(lane('fast'), lane('big'), session('m'), { type: 'turn.delegation_ended', reason: 'answered' } as VoiceEvent),
  fc.constant<VoiceEvent>({ type: 'turn.delegation_failed', error: new StreamError('x', { code: 'threw' }) }),
);

describe('whatever happens', () => {
  it('every span that starts ends, not before it started, and is measured once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), fc.boolean(), async (events, completes) => {
        const memory = otelMemory();
        const source$ = completes ? from(events) : concat(from(events), NEVER);
        const seen: VoiceEvent[] = [];
        source$
          .pipe(telemetry(memory.config))
          .subscribe((event) => seen.push(event))
          .unsubscribe();
        expect(seen).toEqual(events);
        expect(memory.spans).toHaveLength(memory.started);
        for (const span of memory.spans) expect(secondsOf(span)).toBeGreaterThanOrEqual(0);
        const counted = async (name: string) => (await memory.points(name)).reduce((total, { count }) => total + count, 0);
        const ofKind = (kind: string) => memory.spans.filter(({ name }) => name.startsWith(kind)).length;
        expect(await counted('gen_ai.client.operation.duration')).toBe(ofKind('generate'));
        expect(await counted('gen_ai.invoke_agent.duration')).toBe(ofKind('invoke'));
        expect(await counted('gen_ai.execute_tool.duration')).toBe(ofKind('execute'));
      }),
    );
  });

  it('counters equal the events, and what goes up comes down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), async (events) => {
        const memory = otelMemory();
        watch(memory, from(events));
        const total = async (name: string) => (await memory.points(name)).reduce((all, { sum }) => all + sum, 0);
        expect(await total('voice.interruptions')).toBe(events.filter(({ type }) => type === 'turn.interrupted').length);
        for (const name of ['voice.session.active', 'voice.lane']) {
          expect((await memory.points(name)).map(({ sum }) => sum).filter((sum) => sum !== 0)).toEqual([]);
        }
      }),
    );
  });

  it('no name of a session, a call or an item is a label', async () => {
    const memory = otelMemory();
    watch(
      memory,
      of(session('m', 'sess_7'), established, committed, created('resp_7'), invoked, written, done('resp_7', tokens), lost),
    );
    const points = await Promise.all(Object.keys(await memory.units()).map((name) => memory.points(name)));
    expect(points.flat().length).toBeGreaterThan(5);
    expect(JSON.stringify(points)).not.toMatch(/sess_7|resp_7|item_|Tokyo|what they said|"c"/);
  });
});

describe.skipIf(!hasShared)('of a recorded session (needs ../shared)', () => {
  const received = (lines: readonly Recorded[]): readonly VoiceEvent[] =>
    lines.flatMap(({ dir, ev }) => (dir === 's2c' ? [ev as unknown as VoiceEvent] : []));
  for (const { name, lines } of recordings('openai', 'azure', 'azure_voice_live', 'xai')) {
    it(`${name}: has a span for each response, its tokens, and nothing that was said`, async () => {
      const events = received(lines);
      const memory = otelMemory();
      const spans = watch(memory, from(events));
      expect(spans.filter((span) => span.name.startsWith('generate_content'))).toHaveLength(
        events.filter(({ type }) => type === 'response.created').length,
      );
      const total = (await memory.points('gen_ai.client.token.usage')).reduce((all, { sum }) => all + sum, 0);
      if (!name.startsWith('xai')) expect(total).toBe(truth(lines).usage.totalTokens);
      const said = events.flatMap((event) =>
        'transcript' in event && typeof event.transcript === 'string' ? [event.transcript] : [],
      );
      for (const each of said.filter(({ length }) => length > 5)) {
        expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain(each);
      }
    });
  }
});
