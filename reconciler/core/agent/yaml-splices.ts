/** Computes the splices of a YAML text that set, replace or remove a value. */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Pair,
  type Range,
  stringify,
  type YAMLMap,
} from 'yaml';
import { Failure } from '../failure.ts';
import { canonicalJson } from './digest.ts';

export type YamlEdit = {
  readonly path: readonly [string, ...string[]];
  /** undefined removes the key */
  readonly value: unknown;
};

type Splice = { readonly from: number; readonly to: number; readonly inserted: string };

/** No folding and no padding. */
export const style = { lineWidth: 0, flowCollectionPadding: false } as const;

/** A map that replaces a map changes it key by key. */
export function splicesOf(
  text: string,
  { path, value }: YamlEdit,
  document: Document.Parsed,
): readonly Splice[] {
  const [map, key] = mapAt(document, path);
  const pair = pairOf(map, key);
  if (pair === undefined) return value === undefined ? [] : [added(text, { map, key, value })];
  if (value === undefined) return [removed(text, map, pair)];
  if (!isMap(pair.value) || !isPlainMap(value) || Object.keys(value).length === 0)
    return [replaced(text, pair, value)];
  const gone = keysOf(pair.value).filter((name) => !Object.hasOwn(value, name));
  return [...Object.entries(value), ...gone.map((name) => [name, undefined] as const)]
    .map(([name, one]): YamlEdit => ({ path: [...path, name], value: one }))
    .filter((edit) => differs(document, edit))
    .flatMap((edit) => splicesOf(text, edit, document));
}

export function differs(document: Document.Parsed, { path, value }: YamlEdit): boolean {
  if (!document.hasIn(path)) return value !== undefined;
  const before = document.getIn(path, true);
  return value === undefined || canonicalJson(plainOf(before)) !== canonicalJson(value);
}

function plainOf(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : null;
}

function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function mapAt(
  document: Document.Parsed,
  path: YamlEdit['path'],
): readonly [map: YAMLMap, key: string] {
  const parents = path.slice(0, -1);
  const map = parents.length === 0 ? document.contents : document.getIn(parents, true);
  if (!isMap(map)) throw new Failure('Bug', `there is no map at ${parents.join('.')}`);
  return [map, path.at(-1) ?? ''];
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
  );
}

function keysOf(map: YAMLMap): readonly string[] {
  return map.items.map(({ key }) => String(isScalar(key) ? key.value : key));
}

/** null if splices overlap. Splices at one position keep their order. */
export function spliced(text: string, splices: readonly Splice[]): string | null {
  const sorted = [...splices].sort((a, b) => a.from - b.from);
  let edited = '';
  let at = 0;
  for (const { from, to, inserted } of sorted) {
    if (from < at) return null;
    edited += text.slice(at, from) + inserted;
    at = to;
  }
  return edited + text.slice(at);
}

/** Keeps the quotes of the replaced text. */
function replaced(text: string, pair: Pair, value: unknown): Splice {
  const [from, to] = rangeOf(pair.value);
  const quote = text[from];
  const inQuotes = typeof value === 'string' && !oddText.test(value);
  if (inQuotes && quote === '"') return { from, to, inserted: JSON.stringify(value) };
  if (inQuotes && quote === "'") return { from, to, inserted: `'${value.replaceAll("'", "''")}'` };
  // A value below its key moves to the key's line.
  const keyEnd = rangeOf(pair.key)[1];
  const isBelow = text.slice(keyEnd, from).includes('\n');
  const colonEnd = text.indexOf(':', keyEnd) + 1;
  const isEmpty = from === to;
  const end = isEmpty ? colonEnd : endOfContent(text, to);
  const start = isBelow || isEmpty ? colonEnd : from;
  const blank = start === colonEnd ? ' ' : '';
  return { from: start, to: end, inserted: `${blank}${onOneLine(value)}` };
}

/** At the end of the map: after the line of the last value, or after the value itself in braces. */
function added(
  text: string,
  { map, key, value }: { readonly map: YAMLMap; readonly key: string; readonly value: unknown },
): Splice {
  const last = map.items.at(-1);
  const pair = `${onOneLine(key)}: ${onOneLine(value)}`;
  if (map.flow === true) {
    if (last !== undefined) return inserting(endOf(last), `, ${pair}`);
    const inside = text.indexOf('{', rangeOf(map)[0]) + 1;
    return inserting(inside, pair);
  }
  if (last === undefined) throw new Failure('Bug', `a map without keys has no place for ${key}`);
  const indent = ' '.repeat(columnOf(text, rangeOf(last.key)[0]));
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines =
    key === 'config'
      ? stringify({ [key]: value }, style)
          .trimEnd()
          .split('\n')
      : [pair];
  const block = lines.map((line) => `${indent}${line}`).join(eol);
  const at = lineAfter(text, endOfContent(text, endOf(last)));
  const isOpen = at === text.length && !text.endsWith('\n');
  return inserting(at, isOpen ? `${eol}${block}` : `${block}${eol}`);
}

function inserting(at: number, inserted: string): Splice {
  return { from: at, to: at, inserted };
}

function removed(text: string, map: YAMLMap, pair: Pair): Splice {
  const place = map.items.indexOf(pair);
  const [before, after] = [map.items[place - 1], map.items[place + 1]];
  const [from, to] = [rangeOf(pair.key)[0], endOf(pair)];
  if (map.flow === true) {
    if (before !== undefined) return { from: endOf(before), to, inserted: '' };
    return { from, to: after === undefined ? to : rangeOf(after.key)[0], inserted: '' };
  }
  // Removing the last key leaves no map; the caller's check then renders the text again.
  const start = from - columnOf(text, from);
  return { from: start, to: lineAfter(text, endOfContent(text, to)), inserted: '' };
}

/** On one line, also valid inside braces and brackets. */
function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (isPlainMap(value)) {
    const pairs = Object.entries(value).map(([key, inner]) => [key, inner].map(onOneLine));
    return `{${pairs.map((pair) => pair.join(': ')).join(', ')}}`;
  }
  // The library folds a text of several lines, even in braces.
  if (typeof value === 'string' && oddText.test(value)) return JSON.stringify(value);
  const list = stringify([value], { ...style, collectionStyle: 'flow' }).trimEnd();
  return list.slice(1, -1).trim();
}
const oddText = /[\p{Control}\u2028\u2029]/u;

function rangeOf(node: unknown): Range {
  const range = isNode(node) ? node.range : null;
  if (range == null) throw new Failure('Bug', 'a part of a file has no place in it');
  return range;
}

function endOf({ key, value }: Pair): number {
  return rangeOf(isNode(value) ? value : key)[1];
}

/** The end of a value without its line end, which a block text includes. */
function endOfContent(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}
