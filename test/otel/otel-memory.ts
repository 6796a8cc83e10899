import type { Attributes } from '@opentelemetry/api';
import { type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetryConfig } from '../../src/otel/index.js';

class Reader extends MetricReader {
  protected override onForceFlush = () => Promise.resolve();
  protected override onShutdown = () => Promise.resolve();
}

/** A measurement of a series: the sum of a counter; of a histogram the count and the sum. */
export interface Point {
  readonly attributes: Attributes;
  readonly sum: number;
  readonly count: number;
  readonly bounds?: readonly number[];
}

/** OpenTelemetry that keeps everything, and begins nothing by itself. */
export interface OtelMemory {
  readonly config: Required<Pick<TelemetryConfig, 'tracer' | 'meter'>>;
  /** How many spans were started, ended or not. */
  readonly started: number;
  /** Spans that have ended, in that order. */
  readonly spans: readonly ReadableSpan[];
  points(name: string): Promise<readonly Point[]>;
  /** All names of metrics, with their units. */
  units(): Promise<Readonly<Record<string, string>>>;
}

export const otelMemory = (): OtelMemory => {
  const exporter = new InMemorySpanExporter();
  let started = 0;
  const count = {
    onStart: () => {
      started += 1;
    },
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const traces = new BasicTracerProvider({ spanProcessors: [count, new SimpleSpanProcessor(exporter)] });
  const reader = new Reader();
  const meters = new MeterProvider({ readers: [reader] });
  const metrics = async () => {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  };
  return {
    config: { tracer: traces.getTracer('test'), meter: meters.getMeter('test') },
    get started() {
      return started;
    },
    get spans() {
      return exporter.getFinishedSpans();
    },
    async points(name) {
      const found = (await metrics()).filter(({ descriptor }) => descriptor.name === name);
      return found.flatMap(({ dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          if (typeof value === 'number') return { attributes, sum: value, count: 1 };
          const { sum = 0, count: times, buckets } = value as Histogram;
          return { attributes, sum, count: times, bounds: buckets.boundaries };
        }),
      );
    },
    units: async () => Object.fromEntries((await metrics()).map(({ descriptor: { name, unit } }) => [name, unit])),
  };
};

/** Seconds that a span took. */
export const secondsOf = ({ duration: [seconds, nanos] }: ReadableSpan): number => seconds + nanos / 1e9;
