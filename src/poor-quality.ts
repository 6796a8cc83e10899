import type { LaneRule } from './lane-rules.js';

/** When a voice comes in badly. */
export interface PoorQualityConfig {
  /**
   * The score below which it does, 0 to 1.
   * @default 0.5
   */
  readonly below?: number;
  /**
   * The score from which it no longer does, `below` to 1.
   * @default a tenth above `below`
   */
  readonly recovered?: number;
  /**
   * The lane that does something about it.
   * @default 'big'
   */
  readonly lane?: string;
}

/**
 * The user comes in badly, as `measureQuality` has it, which must stand before `switchLanes`: its events tell the rule. Decides anew with each of
 * them while it is so, which keeps the lane; when it is so no longer, `hysteresis` leads back.
 *
 * @throws RangeError on call, when a score is outside 0 to 1, or `recovered` below `below`.
 */
export const poorQuality = ({
  below = 0.5,
  recovered = Math.min(1, below + 0.1),
  lane = 'big',
}: PoorQualityConfig = {}): LaneRule => {
  if (!(below >= 0 && below <= 1)) throw new RangeError(`poorQuality: below must be 0 to 1, got ${below}`);
  if (!(recovered >= below && recovered <= 1))
    throw new RangeError(`poorQuality: recovered must be ${below} (below) to 1, got ${recovered}`);
  return (event, context) =>
    event.type === 'audio.quality' && event.score < (context.lane === lane ? recovered : below)
      ? { lane, reason: 'poor_quality', confidence: 1 }
      : undefined;
};
