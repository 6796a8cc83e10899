import type { Millis } from '../audio.js';
import { unixNow } from '../clock.js';
import type { Capabilities } from './provider.js';

/** Less than this left at the start of a session is taken for a clock that is wrong. */
const shortestMs: Millis = 5000;

/**
 * How long a session that begins now may last: until the moment that the provider told, and no longer than its sessions last. A client's clock
 * may be wrong by minutes, so that what it makes of that moment counts only where it is possible.
 *
 * @param expiresAt Unix time in seconds.
 */
export const sessionLimitMs = (
  expiresAt: number | null | undefined,
  { maxSessionMs = Number.POSITIVE_INFINITY }: Capabilities,
): Millis => {
  if (expiresAt == null) return maxSessionMs;
  const leftMs = expiresAt * 1000 - unixNow();
  return leftMs >= shortestMs ? Math.min(leftMs, maxSessionMs) : maxSessionMs;
};
