/** Limits how often something is accepted, for each name by itself: a token bucket for each. */
type RateLimiter = {
  /** Takes a token; null if there was one, else the seconds until the next. */
  take(name: string, nowMs: number): number | null;
};
export type RateLimit = { readonly burst: number; readonly perMinute: number };

/** How many buckets are stored; full ones need not be. */
const bucketsMax = 10_000;

export function createRateLimiter({ burst, perMinute }: RateLimit): RateLimiter {
  const buckets = new Map<string, { readonly left: number; readonly atMs: number }>();
  const msPerOne = 60_000 / perMinute;

  return {
    take(name, nowMs) {
      const before = buckets.get(name) ?? { left: burst, atMs: nowMs };
      // A clock that was set back does not change the bucket.
      const passedMs = Math.max(0, nowMs - before.atMs);
      const left = Math.min(burst, before.left + passedMs / msPerOne);
      buckets.delete(name);
      if (left < 1) {
        buckets.set(name, { left, atMs: nowMs });
        return Math.max(1, Math.ceil(((1 - left) * msPerOne) / 1000));
      }
      buckets.set(name, { left: left - 1, atMs: nowMs });
      // Only then, because finding the oldest skips the places of all that moved.
      if (buckets.size > bucketsMax) buckets.delete(buckets.keys().next().value ?? '');
      return null;
    },
  };
}
