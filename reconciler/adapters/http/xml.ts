/**
 * Reads single texts of an XML answer of AWS, without a parser: its documented answers use neither
 * attributes nor CDATA for them.
 */
import { Failure } from '../../core/failure.ts';

/** The text of the first element of that name; null if there is none. */
export function xmlText(xml: string, name: string): string | null {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  if (start < 0 || end < 0) return null;
  const text = xml.slice(start + name.length + 2, end);
  return text.includes('&') ? unescaped(text) : text;
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, decimal, name) => {
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (decimal !== undefined) return characterOf(Number(decimal));
    return entities[name] ?? all;
  });
}

function characterOf(codePoint: number): string {
  if (codePoint > codePointMax) throw new Failure('UnexpectedAnswer', 'no character of XML');
  return String.fromCodePoint(codePoint);
}
const codePointMax = 0x10ffff;
