/** Hashes of values: equal values give equal hashes, whatever the order of their keys. */
import { createHash } from 'node:crypto';

/** JSON with the keys of every object sorted. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value));
}

/** A sorted copy: `JSON.stringify` with a replacer takes three times as long. */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields).sort();
  return Object.fromEntries(keys.map((key) => [key, inOrder(fields[key])]));
}

/** sha256 over the canonical JSON, in hex, cut to `chars` (at most 64). */
export function digest(value: unknown, chars: number): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, chars);
}

/** Git's blob id of a content; `chars` is the repository's length of ids, 40 or 64. */
export function blobOid(text: string, chars: number): string {
  const bytes = Buffer.from(text);
  const hash = createHash(chars === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
