/**
 * Shortens a page of servers. Three quarters of a page repeat a few bodies: each server contains
 * its type with all prices, its image and its location. A body that was parsed once is replaced by
 * its short form wherever the same bytes occur again.
 *
 * Inside a JSON text a quotation mark is always escaped, so `"image":` can only begin that field,
 * and equal bytes are equal values.
 */
import { isAscii } from 'node:buffer';

export type Compact = (bytes: Buffer) => string;

/** The fields that are read of each body. */
const fields = [
  { head: Buffer.from('"server_type":'), names: ['name', 'memory'] },
  { head: Buffer.from('"image":'), names: ['id', 'name'] },
  { head: Buffer.from('"location":'), names: ['name'] },
] as const;
type Field = (typeof fields)[number];
/** The body's bytes, from the field's name to the brace that ends it, and what it becomes. */
type Known = { readonly body: Buffer; readonly short: string };

/** Above it the bodies differ from server to server, and the cache gains nothing. */
const bodiesMax = 20;

export function createCompact(): Compact {
  const known = new Map<Field, Known[]>(fields.map((field) => [field, []]));
  return (bytes) => {
    const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
    const next = fields.map(({ head }) => bytes.indexOf(head));
    let text = '';
    let done = 0;
    for (let place = nearest(next); place !== null; place = nearest(next)) {
      const field = fields[place];
      const start = next[place] ?? -1;
      if (field === undefined) break;
      const found = knownAt(bytes, start, { field, known: known.get(field) ?? [] });
      if (found !== null) {
        text += bytes.toString(encoding, done, start) + found.short;
        done = start + found.body.length;
      }
      const after = found === null ? start + field.head.length : done;
      // Fields within the replaced body are skipped.
      for (const [other, at] of next.entries()) {
        if (at >= 0 && at < after) next[other] = bytes.indexOf(fields[other]?.head ?? '', after);
      }
    }
    return text + bytes.toString(encoding, done);
  };
}

function nearest(next: readonly number[]): number | null {
  let found: number | null = null;
  for (const [place, at] of next.entries()) {
    if (at >= 0 && (found === null || at < (next[found] ?? 0))) found = place;
  }
  return found;
}

/** null if the field holds no object, or if the cache is full */
function knownAt(
  bytes: Buffer,
  start: number,
  { field, known }: { readonly field: Field; readonly known: Known[] },
): Known | null {
  for (const one of known) {
    const end = start + one.body.length;
    if (end <= bytes.length && bytes.compare(one.body, 0, one.body.length, start, end) === 0)
      return one;
  }
  if (known.length >= bodiesMax) return null;
  const end = endOfObject(bytes, start + field.head.length);
  const short = end === null ? null : shortened(field, bytes.subarray(start, end));
  // The parser reports invalid JSON.
  if (end === null || short === null) return null;
  const made = { body: Buffer.from(bytes.subarray(start, end)), short };
  known.push(made);
  return made;
}

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, open, close] = [code('"'), code('\\'), code('{'), code('}')];

/** The index after the brace that closes the object; null if there is no object. */
function endOfObject(bytes: Buffer, from: number): number | null {
  let start = from;
  while (bytes[start] === 32 || bytes[start] === 10 || bytes[start] === 13) start += 1;
  if (bytes[start] !== open) return null;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted && byte === backslash) at += 1;
    else if (byte === quote) quoted = !quoted;
    else if (!quoted && byte === open) depth += 1;
    else if (!quoted && byte === close) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function shortened({ head, names }: Field, body: Buffer): string | null {
  try {
    const value = JSON.parse(body.subarray(head.length).toString()) as Record<string, unknown>;
    const short = Object.fromEntries(names.map((name) => [name, value[name]]));
    return `${head.toString()}${JSON.stringify(short)}`;
  } catch {
    return null;
  }
}
