/** USD per million tokens of one class. */
export type TokenPrice = readonly [input: number, cached: number, output?: number];

/** What a model costs; a class that has no price is unknown. */
export interface ModelPrices {
  readonly text?: TokenPrice;
  readonly audio?: TokenPrice;
  readonly image?: TokenPrice;
  /** For models that write down what the user says: USD per minute of it. */
  readonly perMinute?: number;
}

/** A table of prices. To correct one: `{ ...prices, models: { ...prices.models, 'my-deployment': { … } } }`. */
export interface Prices {
  /** When they were read, as `2026-11`. */
  readonly of: string;
  /**
   * By model. A row also holds for the model's dated snapshots (`gpt-realtime` for `gpt-realtime-2025-08-28`), the longest that fits;
   * not for other models of which the name begins so, which may cost anything.
   */
  readonly models: Readonly<Record<string, ModelPrices>>;
}

const realtime: ModelPrices = { text: [4, 0.4, 16], audio: [32, 0.4, 64], image: [5, 0.5] };
const realtime2: ModelPrices = { ...realtime, text: [4, 0.4, 24] };
const mini: ModelPrices = { text: [0.6, 0.06, 2.4], audio: [10, 0.3, 20], image: [0.8, 0.08] };

/**
 * List prices in November 2026, without taxes, discounts and regional surcharges.
 *
 * Those of 2.1, 2.1-mini, 2 and 1.5 are of the pages of these models at developers.openai.com; `gpt-realtime`, `gpt-realtime-mini` and the
 * transcription are of third-party tables that agree.
 */
export const prices: Prices = {
  of: '2026-11',
  models: {
    'gpt-realtime': realtime,
    'gpt-realtime-1.5': realtime,
    'gpt-realtime-2': realtime2,
    'gpt-realtime-2.1': realtime2,
    'gpt-realtime-mini': mini,
    'gpt-realtime-2.1-mini': mini,
    'gpt-4o-transcribe': { perMinute: 0.006 },
  },
};

/** The row of a model, or undefined where the table has none. */
export const pricesOf = ({ models }: Prices, model: string): ModelPrices | undefined => {
  const [longest] = Object.keys(models)
    .filter((row) => model.startsWith(row) && /^(-\d{4}-\d\d-\d\d)?$/.test(model.slice(row.length)))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : models[longest];
};
