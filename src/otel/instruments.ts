import type { Attributes, Meter } from '@opentelemetry/api';
import { counters, histograms, levels } from './names.js';
import { quietly } from './quietly.js';

/** Everything that is measured, by name; none of it throws. */
export interface Instruments {
  /** One more measurement, in the unit of the histogram. */
  record(name: keyof typeof histograms, value: number, attributes?: Attributes): void;
  /** So much more. */
  count(name: keyof typeof counters, value: number, attributes?: Attributes): void;
  /** So much more or less. */
  move(name: keyof typeof levels, by: 1 | -1, attributes?: Attributes): void;
}

/** @param labels Of every measurement. */
export const createInstruments = (meter: Meter, labels: Attributes): Instruments => {
  const recorded = made(histograms, (name, [unit, bounds]) =>
    meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...bounds] } }),
  );
  const counted = made(counters, (name, unit) => meter.createCounter(name, { unit }));
  const moved = made(levels, (name, unit) => meter.createUpDownCounter(name, { unit }));
  return {
    record: (name, value, attributes) => {
      quietly(() => recorded.get(name)?.record(value, { ...labels, ...attributes }));
    },
    count: (name, value, attributes) => {
      quietly(() => counted.get(name)?.add(value, { ...labels, ...attributes }));
    },
    move: (name, by, attributes) => {
      quietly(() => moved.get(name)?.add(by, { ...labels, ...attributes }));
    },
  };
};

/** What could be made of each. */
const made = <Table extends Readonly<Record<string, unknown>>, Instrument>(
  table: Table,
  make: (name: string, spec: Table[keyof Table]) => Instrument,
): ReadonlyMap<string, Instrument | undefined> =>
  new Map(Object.entries(table).map(([name, spec]) => [name, quietly(() => make(name, spec as Table[keyof Table]))]));
