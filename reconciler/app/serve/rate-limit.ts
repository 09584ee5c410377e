/** Limits how often something is accepted, for each name by itself: a token bucket for each. */
import { createRecent } from './recent.ts';

type RateLimiter = {
  /** Takes a token; null if there was one, else the seconds until the next. */
  take(name: string, nowMs: number): number | null;
};
export type RateLimit = { readonly burst: number; readonly perMinute: number };

/** Changed in place: a new one for each request would cost more than the arithmetic. */
export type Bucket = { left: number; atMs: number };

/** How many names are remembered at least; full buckets need not be. */
export const namesLeast = 10_000;

export function createRateLimiter(limit: RateLimit): RateLimiter {
  const buckets = createRecent<Bucket>(namesLeast);
  return {
    take(name, nowMs) {
      const known = buckets.get(name);
      const bucket = known ?? fullBucket(limit, nowMs);
      if (known === undefined) buckets.set(name, bucket);
      return takeFrom(bucket, limit, nowMs);
    },
  };
}

export function fullBucket({ burst }: RateLimit, nowMs: number): Bucket {
  return { left: burst, atMs: nowMs };
}

/** Null if there was a token, else the seconds until the next. */
export function takeFrom(bucket: Bucket, { burst, perMinute }: RateLimit, nowMs: number) {
  const msPerOne = 60_000 / perMinute;
  // A clock that was set back does not change the bucket.
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  bucket.left = Math.min(burst, bucket.left + passedMs / msPerOne);
  bucket.atMs = nowMs;
  if (bucket.left < 1) return Math.max(1, Math.ceil(((1 - bucket.left) * msPerOne) / 1000));
  bucket.left -= 1;
  return null;
}
