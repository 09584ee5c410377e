/** Values compared by hash: equal values give equal text, whatever the order of their keys. */
import { createHash } from 'node:crypto';
import type { AgentConfig } from './agent.ts';

/** JSON with the keys of every object sorted. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** sha256 over the canonical JSON, in hex, cut to `chars` (at most 64). */
export function digest(value: unknown, chars: number): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, chars);
}

/** 32 hex over an agent's configuration, as recorded in `configured.configHash`. */
export function configHashOf(config: AgentConfig): string {
  return digest(config, 32);
}
