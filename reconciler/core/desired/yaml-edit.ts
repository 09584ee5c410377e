/**
 * Edits of a YAML text that leave every byte as it was which they need not change: comments, blanks,
 * line ends, quotes, the order of keys. Each is a splice at the place that the parser names. Whether
 * the result says what was asked for is checked, and where it does not (a form that is not foreseen
 * here), the whole is written anew, which loses blanks and keeps comments.
 */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Pair,
  parseDocument,
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

/** Throws `Bug` where the text is no YAML, or has no map where the path leads. */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  const document = parsed(text);
  const changing = edits.filter((edit) => differs(document, edit));
  if (changing.length === 0) return text;
  const edited = splicedText(text, document, changing);
  for (const { path, value } of changing) setAnew(document, path, value);
  if (edited === null) return document.toString(style);
  const after = parseDocument(edited);
  const isRight =
    after.errors.length === 0 && canonicalJson(after.toJS()) === canonicalJson(document.toJS());
  return isRight ? edited : document.toString(style);
}

function differs(document: Document.Parsed, { path, value }: YamlEdit): boolean {
  if (!document.hasIn(path)) return value !== undefined;
  const before = document.getIn(path, true);
  return value === undefined || canonicalJson(plainOf(before)) !== canonicalJson(value);
}

function plainOf(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : null;
}

/** null where a splice has left no YAML: the next has no place to be made at. */
function splicedText(
  text: string,
  document: Document.Parsed,
  edits: readonly YamlEdit[],
): string | null {
  try {
    return edits.reduce((so, edit) => applied(so, edit, so === text ? document : parsed(so)), text);
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

/** Nothing is folded and nothing padded. */
const style = { lineWidth: 0, flowCollectionPadding: false } as const;

function parsed(text: string): Document.Parsed {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new Failure('Bug', 'a file that is no YAML was about to be edited');
  return document;
}

function setAnew(document: Document.Parsed, path: readonly string[], value: unknown): void {
  if (value === undefined) document.deleteIn(path);
  else if (value === null || typeof value !== 'object') document.setIn(path, value);
  else document.setIn(path, document.createNode(value, { flow: path.at(-1) !== 'config' }));
}

/** A map that takes the place of a map changes it key by key. */
function applied(text: string, { path, value }: YamlEdit, document: Document.Parsed): string {
  const [map, key] = mapAt(document, path);
  const pair = pairOf(map, key);
  if (pair === undefined) return value === undefined ? text : added(text, { map, key, value });
  if (value === undefined) return removed(text, map, pair);
  if (!isMap(pair.value) || !isPlainMap(value) || Object.keys(value).length === 0)
    return replaced(text, pair, value);
  const gone = keysOf(pair.value).filter((name) => !Object.hasOwn(value, name));
  const inner = [...Object.entries(value), ...gone.map((name) => [name, undefined] as const)]
    .map(([name, one]): YamlEdit => ({ path: [...path, name], value: one }))
    .filter((edit) => differs(document, edit));
  return inner.reduce((so, edit) => applied(so, edit, so === text ? document : parsed(so)), text);
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

// ---------------------------------------------------------------- splices

function spliced(text: string, from: number, to: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

/** In the quotes that the text has there. */
function replaced(text: string, pair: Pair, value: unknown): string {
  const [from, to] = rangeOf(pair.value);
  const quote = text[from];
  const inQuotes = typeof value === 'string' && !oddText.test(value);
  if (inQuotes && quote === '"') return spliced(text, from, to, JSON.stringify(value));
  if (inQuotes && quote === "'") return spliced(text, from, to, `'${value.replaceAll("'", "''")}'`);
  // What stands below its key comes to stand beside it.
  const keyEnd = rangeOf(pair.key)[1];
  const isBelow = text.slice(keyEnd, from).includes('\n');
  const colonEnd = text.indexOf(':', keyEnd) + 1;
  const isEmpty = from === to;
  const end = isEmpty ? colonEnd : endOfContent(text, to);
  const start = isBelow || isEmpty ? colonEnd : from;
  return spliced(text, start, end, `${start === colonEnd ? ' ' : ''}${onOneLine(value)}`);
}

/** At the end of the map: after the line of the last value, or after the value itself in braces. */
function added(
  text: string,
  { map, key, value }: { readonly map: YAMLMap; readonly key: string; readonly value: unknown },
): string {
  const last = map.items.at(-1);
  const pair = `${onOneLine(key)}: ${onOneLine(value)}`;
  if (map.flow === true) {
    if (last !== undefined) return spliced(text, endOf(last), endOf(last), `, ${pair}`);
    const inside = text.indexOf('{', rangeOf(map)[0]) + 1;
    return spliced(text, inside, inside, pair);
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
  return spliced(text, at, at, isOpen ? `${eol}${block}` : `${block}${eol}`);
}

function removed(text: string, map: YAMLMap, pair: Pair): string {
  const place = map.items.indexOf(pair);
  const [before, after] = [map.items[place - 1], map.items[place + 1]];
  const [from, to] = [rangeOf(pair.key)[0], endOf(pair)];
  if (map.flow === true) {
    if (before !== undefined) return spliced(text, endOf(before), to, '');
    return spliced(text, from, after === undefined ? to : rangeOf(after.key)[0], '');
  }
  // A map without keys would be nothing at all: the caller's check has it written anew.
  const start = from - columnOf(text, from);
  return spliced(text, start, lineAfter(text, endOfContent(text, to)), '');
}

/** On one line, and right inside braces and brackets too. */
function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (isPlainMap(value)) {
    const pairs = Object.entries(value).map(([key, inner]) => [key, inner].map(onOneLine));
    return `{${pairs.map((pair) => pair.join(': ')).join(', ')}}`;
  }
  // The library folds a text of several lines, also in braces.
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

/** A block text ends after its last line's end, a value before it. */
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
