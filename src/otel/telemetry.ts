import { type Attributes, context, type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Millis } from '../audio.js';
import { unixNow } from '../clock.js';
import type { Prices } from '../engine/prices.js';
import type { VoiceEvent } from '../events.js';
import { callFacts, noFacts } from './call-facts.js';
import { callMetrics } from './call-metrics.js';
import { createInstruments } from './instruments.js';
import { attribute, conventionsOf } from './names.js';
import { operationMetrics } from './operation-metrics.js';
import { operationSpans } from './operation-spans.js';
import { quietly } from './quietly.js';
import { trackOperations } from './track-operations.js';

/** What telemetry goes where. */
export interface TelemetryConfig {
  /** @default trace.getTracer('rxvox') */
  readonly tracer?: Tracer;
  /** @default metrics.getMeter('rxvox') */
  readonly meter?: Meter;
  /**
   * Of every span and every measurement, such as `gen_ai.agent.name` and `server.address`. Nothing that differs from call to call.
   * @default {}
   */
  readonly attributes?: Attributes;
  /**
   * Of every span, such as your own id of the call.
   * @default {}
   */
  readonly spanAttributes?: Attributes;
  /**
   * Who answers, as `gen_ai.provider.name` has it: `azure.ai.openai`, `x_ai`.
   * @default 'openai'
   */
  readonly provider?: string;
  /**
   * Silence in which the client's VAD sees that speech is over, in milliseconds; 0 where a key ends turns.
   * @default 500
   */
  readonly speechEndMs?: Millis;
  /**
   * What things cost.
   * @default prices
   */
  readonly prices?: Prices;
  /**
   * Which conventions to follow: with `gen_ai_latest_experimental` in this list, those that are proposed for voice.
   * @default OTEL_SEMCONV_STABILITY_OPT_IN, where there is an environment
   */
  readonly semconvStabilityOptIn?: string;
}

/**
 * Tells OpenTelemetry of a conversation: spans of turns, responses and tools, and metrics. Events go through as they are.
 *
 * An operator, not an epic: all that it tells stands in the events, and only an operator sees how a conversation ends. All that is open is closed
 * when the source completes or errors and on unsubscription, so that every span that starts ends. Spans of turns are part of the span that is active
 * on subscription, if there is one. A tracer or meter that throws is told to the diagnostics of OpenTelemetry, and disturbs nothing. No span and no
 * measurement holds a key, audio, or what was said.
 *
 * @see docs/observability.md for the names.
 */
export const telemetry = ({
  tracer = trace.getTracer('rxvox'),
  meter = metrics.getMeter('rxvox'),
  attributes = {},
  spanAttributes = {},
  provider = 'openai',
  speechEndMs = 500,
  prices,
  semconvStabilityOptIn = environment('OTEL_SEMCONV_STABILITY_OPT_IN'),
}: TelemetryConfig = {}): MonoTypeOperatorFunction<VoiceEvent> => {
  const conventions = conventionsOf(semconvStabilityOptIn);
  const labels = { [attribute.provider]: provider, ...attributes };
  const instruments = createInstruments(meter, labels);

  return (source) =>
    defer(() => {
      let known = noFacts;
      const facts = () => known;
      const spans = operationSpans({
        tracer,
        conventions,
        attributes: { ...labels, ...spanAttributes },
        context: context.active(),
        facts,
      });
      const measured = operationMetrics({ instruments, conventions, prices, facts });
      const operations = trackOperations({
        started: spans.started,
        ended(operation, outcome) {
          spans.ended(operation, outcome);
          measured.ended(operation, outcome);
        },
      });
      const call = callMetrics({ instruments, conventions, speechEndMs, facts });
      const watch = (event: VoiceEvent): void => {
        const at = unixNow();
        known = callFacts(known, event);
        operations.happened(event, at);
        call.happened(event, at);
      };
      const end = (error?: string): void => {
        const at = unixNow();
        quietly(() => operations.end(at, error));
        quietly(() => call.end(at));
      };
      // Ahead of whoever is told, who may shut the tracer down.
      return source.pipe(
        tap({
          next: (event) => quietly(() => watch(event)),
          complete: () => end(),
          error: (error: unknown) => end(codeOf(error)),
          unsubscribe: () => end(),
        }),
      );
    });
};

/** The code of one of our errors, the name of any other: never what it says. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** Browsers have no environment. */
const environment = (name: string): string => {
  const { process } = globalThis as { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } };
  return process?.env?.[name] ?? '';
};
