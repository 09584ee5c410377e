/**
 * Mutants of a source text: each differs from it in one operator, one condition or one early exit. A
 * guard whose mutant passes every test is a guard that no test holds.
 */
import { blanked } from '../../test/support/source.ts';

export type Mutant = {
  readonly path: string;
  /** 1-based */
  readonly line: number;
  /** e.g. `=== becomes !==` */
  readonly what: string;
  /** the whole file as it reads then */
  readonly text: string;
};

/** With blanks around them, as the formatter writes operators and never type arguments. */
const operators: readonly (readonly [from: string, to: string])[] = [
  [' === ', ' !== '],
  [' !== ', ' === '],
  [' < ', ' <= '],
  [' <= ', ' < '],
  [' > ', ' >= '],
  [' >= ', ' > '],
  [' && ', ' || '],
  [' || ', ' && '],
  [' + ', ' - '],
  [' - ', ' + '],
];
const literals: readonly (readonly [from: RegExp, to: string])[] = [
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/(?<=[(&|=?:\s])!(?=[A-Za-z(])/g, ''],
];

/** In the order of the text. */
export function mutantsOf(path: string, text: string): readonly Mutant[] {
  const code = withoutTypes(blanked(text));
  const found: { readonly at: number; readonly length: number; readonly to: string }[] = [];
  for (const [from, to] of operators)
    for (const at of placesOf(code, from)) found.push({ at, length: from.length, to });
  for (const [from, to] of literals)
    for (const match of code.matchAll(from))
      found.push({ at: match.index, length: match[0].length, to });
  for (const { at, length } of conditionsOf(code))
    for (const to of ['true', 'false']) found.push({ at, length, to });
  for (const { at, length } of throwsOf(code)) found.push({ at, length, to: ';' });
  return found
    .sort((a, b) => a.at - b.at || (a.to < b.to ? -1 : 1))
    .map(({ at, length, to }) => ({
      path,
      line: text.slice(0, at).split('\n').length,
      what: `${oneLine(text.slice(at, at + length))} becomes ${oneLine(to) || 'nothing'}`,
      text: text.slice(0, at) + to + text.slice(at + length),
    }));
}

/** Declarations of types have unions and literals, and do nothing. */
function withoutTypes(code: string): string {
  return code.replaceAll(/^(?:export )?type [\s\S]*?;\n(?=\n|[^\s])/gm, (declaration) =>
    declaration.replaceAll(/[^\n]/g, ' '),
  );
}

function placesOf(code: string, part: string): readonly number[] {
  const places: number[] = [];
  for (let at = code.indexOf(part); at !== -1; at = code.indexOf(part, at + 1)) places.push(at);
  return places;
}

type Range = { readonly at: number; readonly length: number };

/** What stands between the parentheses of each `if`. */
function conditionsOf(code: string): readonly Range[] {
  return [...code.matchAll(/\bif \(/g)].flatMap((match): Range[] => {
    const at = match.index + match[0].length;
    const end = closing(code, at, '(', ')');
    return end === null ? [] : [{ at, length: end - at }];
  });
}

/** Each `throw` up to its semicolon. */
function throwsOf(code: string): readonly Range[] {
  return [...code.matchAll(/\bthrow [^;]*;/g)].map((match) => ({
    at: match.index,
    length: match[0].length,
  }));
}

function closing(code: string, from: number, open: string, close: string): number | null {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    const char = code.charAt(at);
    if (char === open) depth += 1;
    if (char === close) depth -= 1;
    if (depth === 0) return at;
  }
  return null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 80);
}
