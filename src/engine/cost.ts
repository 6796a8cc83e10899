import type { TokenCounts } from '../state/usage.js';
import { prices as latest, type ModelPrices, type Prices, pricesOf, type TokenPrice } from './prices.js';
import type { TokenSummary, UsageSummary } from './usage-summary.js';

/** What was used costs about this. The provider's invoice is the truth. */
export interface CostEstimate {
  /** USD; undefined where audio was used at a price that is not known. */
  readonly audioCost: number | undefined;
  /** USD; undefined where text was. */
  readonly textCost: number | undefined;
  /** USD; undefined where images were. */
  readonly imageCost: number | undefined;
  /** USD for the writing down of the user's words; undefined where a model did it whose price is not known. */
  readonly transcriptionCost: number | undefined;
  /** USD for all that has a price. */
  readonly total: number;
  readonly currency: 'USD';
  /** When the prices were read, as `2026-11`. */
  readonly pricesOf: string;
  /** Models of which something was used at a price that is not known. */
  readonly unpriced: readonly string[];
  /** Whether that is all: false where a price or a count is missing, and the truth is more. */
  readonly complete: boolean;
}

/** What `estimateCost` needs of a usage. */
export type CostBasis = Pick<UsageSummary, 'transcription' | 'uncountedResponses'> & {
  readonly byModel: Readonly<Record<string, { readonly tokens: TokenSummary }>>;
};

/**
 * What a usage costs. Of each class of tokens `(input - cached) × price of input + cached × price of cached + output × price of output`:
 * the cached ones are among the input, and reasoning is among the text.
 *
 * @param prices Those to count with; the library's are of November 2026.
 */
export const estimateCost = (
  { byModel, transcription, uncountedResponses }: CostBasis,
  prices: Prices = latest,
): CostEstimate => {
  const models = Object.entries(byModel).map(([model, { tokens }]) => ({ model, tokens, row: pricesOf(prices, model) }));
  const ofClass = (kind: keyof TokenCounts): Costs => models.map(({ tokens, row }) => costOf(tokens, kind, row?.[kind]));
  const audio = ofClass('audio');
  const text = ofClass('text');
  const image = ofClass('image');
  const written = Object.entries(transcription).map(([model, { seconds }]) => perMinute(pricesOf(prices, model), seconds));
  const all = [...audio, ...text, ...image, ...written];
  const names = models.map(({ model }) => model);
  const named = [...names, ...names, ...names, ...Object.keys(transcription)];
  return {
    audioCost: sum(audio),
    textCost: sum(text),
    imageCost: sum(image),
    transcriptionCost: sum(written),
    total: all.reduce<number>((total, cost) => total + (cost ?? 0), 0),
    currency: 'USD',
    pricesOf: prices.of,
    unpriced: [...new Set(named.filter((_, at) => all[at] === undefined))],
    complete:
      uncountedResponses === 0 && all.every((cost) => cost !== undefined) && models.every(({ tokens }) => isDivided(tokens)),
  };
};

type Costs = readonly (number | undefined)[];

const perMillion = 1e-6;

/** What is not used costs nothing, whatever its price. */
const costOf = (
  { input, cached, output }: TokenSummary,
  kind: keyof TokenCounts,
  price: TokenPrice | undefined,
): number | undefined => {
  const [inputPrice, cachedPrice, outputPrice] = price ?? [];
  return sum([times(input[kind] - cached[kind], inputPrice), times(cached[kind], cachedPrice), times(output[kind], outputPrice)]);
};

const times = (tokens: number, price: number | undefined): number | undefined =>
  tokens === 0 ? 0 : price === undefined ? undefined : tokens * price * perMillion;

const perMinute = (row: ModelPrices | undefined, seconds: number): number | undefined =>
  row?.perMinute === undefined ? undefined : (seconds / 60) * row.perMinute;

/** Undefined where one of them is. */
const sum = (costs: Costs): number | undefined =>
  costs.reduce<number | undefined>((total, cost) => (total === undefined || cost === undefined ? undefined : total + cost), 0);

/** Whether it is known of all tokens what they are. */
const isDivided = ({ text, audio, image, total }: TokenSummary): boolean => text + audio + image >= total;
