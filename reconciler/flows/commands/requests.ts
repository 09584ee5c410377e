/**
 * Finds requests that were carried out, by `Aura-Request` trailers in the history of `main`: a
 * client that lost an answer repeats its key, and nothing is done twice. History is read once, and
 * then only new commits.
 */

import type { LogEntry } from '../../core/commands/history.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

export type CarriedOut = {
  readonly commit: string;
  /** none where nothing had to be changed */
  readonly paths: readonly string[];
  /** digest of the request; null where a person wrote the trailers */
  readonly digest: string | null;
};
export type Requests = {
  /** Reads the tip that was fetched last. */
  find(key: string): Promise<CarriedOut | null>;
};

export const requestTrailer = 'Aura-Request';
export const digestTrailer = 'Aura-Request-Digest';

/** How many commits are searched for keys: days of a busy fleet, longer than clients retry. */
const scannedMax = 20_000;
/** Commits read in steps, until the last scanned tip is among them. */
const sizes = [64, 1024, scannedMax];
/** Limits the memory of a long-running process. */
const keptMax = 50_000;

export function createRequests(state: Pick<DesiredState, 'log'>): Requests {
  const known = new Map<string, CarriedOut>();
  let scanned: string | null = null;

  async function unseen(): Promise<readonly LogEntry[]> {
    let entries: readonly LogEntry[] = [];
    for (const size of scanned === null ? [scannedMax] : sizes) {
      entries = await state.log('main', size);
      const last = entries.findIndex(({ commit }) => commit === scanned);
      if (last >= 0) return entries.slice(0, last);
      if (entries.length < size) break;
    }
    // `main` was moved back or far ahead: keys outside its history were not carried out.
    known.clear();
    return entries;
  }

  async function scan(): Promise<void> {
    const entries = await unseen();
    for (const { commit, trailers, paths } of [...entries].reverse()) {
      const digest = trailers.findLast(([name]) => name === digestTrailer)?.[1] ?? null;
      const carriedOut = { commit, paths, digest };
      for (const [name, key] of trailers) if (name === requestTrailer) known.set(key, carriedOut);
    }
    scanned = entries[0]?.commit ?? scanned;
    for (const oldest of known.keys()) {
      if (known.size <= keptMax) break;
      known.delete(oldest);
    }
  }

  return {
    async find(key) {
      await scan();
      return known.get(key) ?? null;
    },
  };
}
