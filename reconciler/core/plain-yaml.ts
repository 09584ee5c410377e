/**
 * Reads the plain part of YAML that this program itself writes: maps by indentation, lists of them,
 * small maps and lists on one line, and scalars that cannot be mistaken for anything else. A fleet
 * has a file and a record for each agent, and a parser of all of YAML takes half a millisecond each.
 *
 * Whatever is not beyond doubt gives null, and the caller asks the parser of all of YAML: comments
 * behind values, texts of several lines, anchors, tags, duplicate keys, odd indentation.
 */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

type Line = { readonly indent: number; readonly text: string };
type Reader = { readonly lines: readonly Line[]; next: number };

/** Thrown within this file alone. */
class NotPlain extends Error {}

/** null where the text is not plain. */
export function plainYaml(text: string): { readonly value: PlainValue } | null {
  try {
    const reader: Reader = { lines: linesOf(text), next: 0 };
    const [first] = reader.lines;
    if (first === undefined || first.indent !== 0 || isItem(first)) return null;
    const value = mapAt(reader, 0);
    return reader.next === reader.lines.length ? { value } : null;
  } catch (thrown) {
    if (thrown instanceof NotPlain) return null;
    throw thrown;
  }
}

/** Without empty lines and those that hold a comment alone. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const start = line.search(/\S/);
    if (start < 0 || line[start] === '#') continue;
    // Tabs, carriage returns and everything beyond printable ASCII: not here.
    if (!/^[\x20-\x7e]*$/.test(line)) throw new NotPlain();
    lines.push({ indent: start, text: line.slice(start).trimEnd() });
  }
  return lines;
}

function isItem({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ');
}

const keyPattern = /^([A-Za-z][A-Za-z0-9_-]*):(?: +(.*))?$/;

function mapAt(reader: Reader, indent: number): PlainValue {
  const map: Record<string, PlainValue> = {};
  for (let line = reader.lines[reader.next]; line !== undefined; line = reader.lines[reader.next]) {
    if (line.indent < indent) break;
    if (line.indent > indent || isItem(line)) throw new NotPlain();
    reader.next += 1;
    entry(reader, { map, indent, text: line.text });
  }
  return map;
}

type Entry = {
  readonly map: Record<string, PlainValue>;
  readonly indent: number;
  readonly text: string;
};

function entry(reader: Reader, { map, indent, text }: Entry): void {
  const [, key, rest = ''] = keyPattern.exec(text) ?? [];
  if (key === undefined || key === '__proto__' || Object.hasOwn(map, key)) throw new NotPlain();
  map[key] = rest === '' ? blockBelow(reader, indent) : inline(rest);
}

/** What stands indented below a key; a list may stand right below it. */
function blockBelow(reader: Reader, indent: number): PlainValue {
  const line = reader.lines[reader.next];
  if (line === undefined) throw new NotPlain();
  if (isItem(line) && line.indent >= indent) return listAt(reader, line.indent);
  // Nothing there is a null, which none of our schemas has.
  if (line.indent <= indent) throw new NotPlain();
  return mapAt(reader, line.indent);
}

function listAt(reader: Reader, indent: number): PlainValue {
  const items: PlainValue[] = [];
  for (let line = reader.lines[reader.next]; line !== undefined; line = reader.lines[reader.next]) {
    if (line.indent < indent || !isItem(line)) break;
    if (line.indent > indent) throw new NotPlain();
    reader.next += 1;
    items.push(itemOf(reader, line));
  }
  return items;
}

/** `- key: …` begins a map whose other keys stand below that first one. */
function itemOf(reader: Reader, { indent, text }: Line): PlainValue {
  const rest = text.slice(1).trimStart();
  if (!keyPattern.test(rest)) return inline(rest);
  const inner = indent + text.length - rest.length;
  const map: Record<string, PlainValue> = {};
  entry(reader, { map, indent: inner, text: rest });
  const more = reader.lines[reader.next];
  if (more === undefined || more.indent < inner || (more.indent === indent && isItem(more)))
    return map;
  const others = mapAt(reader, inner) as Readonly<Record<string, PlainValue>>;
  for (const key of Object.keys(others)) if (Object.hasOwn(map, key)) throw new NotPlain();
  return Object.assign(map, others);
}

/** A value that ends with its line. */
function inline(text: string): PlainValue {
  const first = text[0];
  if (first === '{' || first === '[') {
    const { value, end } = flowAt(text, 0);
    if (end !== text.length) throw new NotPlain();
    return value;
  }
  if (first === '"') return quoted(text);
  return scalar(text);
}

/** As JSON has it, without escapes. */
function quoted(text: string): string {
  if (!/^"[^"\\]*"$/.test(text)) throw new NotPlain();
  return text.slice(1, -1);
}

const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;
const decimalNumber = /^(?:0|[1-9]\d{0,8})\.\d{1,6}$/;
/** Words that no reader of YAML takes for anything but a text. */
const letters = "[A-Za-z0-9_./@+=;,'()-]";
const word = `${letters}+(?::${letters}+)*`;
const plainText = new RegExp(`^[A-Za-z_]${letters}*(?::${letters}+)*(?: ${word})*$`);
/** Such as the name of a blob: not to be taken for a number of any kind. */
const digitsFirst = /^\d+(?:[a-df-nq-wyz]|e[a-z])[a-z0-9]*$/;
const timeText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const addressText = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Not plain texts in YAML 1.2, which is what our files are. */
const reserved = /^(?:true|false|null)$/i;

function scalar(text: string): PlainValue {
  if (wholeNumber.test(text) || decimalNumber.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (timeText.test(text) || addressText.test(text) || digitsFirst.test(text)) return text;
  if (reserved.test(text) || !plainText.test(text)) throw new NotPlain();
  return text;
}

// ---------------------------------------------------------------- maps and lists on one line

type Flow = { readonly value: PlainValue; readonly end: number };

function flowAt(text: string, start: number): Flow {
  if (text[start] === '{') return flowMap(text, start);
  if (text[start] === '[') return flowList(text, start);
  if (text[start] === '"') {
    const end = text.indexOf('"', start + 1) + 1;
    return { value: quoted(text.slice(start, end)), end };
  }
  const [found = ''] = /^[^,{}[\]"#]*/.exec(text.slice(start)) ?? [];
  return { value: scalar(found.trimEnd()), end: start + found.length };
}

function flowMap(text: string, start: number): Flow {
  const map: Record<string, PlainValue> = {};
  let at = skip(text, start + 1);
  while (text[at] !== '}') {
    const [whole, key] = /^([A-Za-z][A-Za-z0-9_-]*): +/.exec(text.slice(at)) ?? [];
    if (whole === undefined || key === undefined || Object.hasOwn(map, key)) throw new NotPlain();
    const { value, end } = flowAt(text, at + whole.length);
    map[key] = value;
    at = afterItem(text, end, '}');
  }
  return { value: map, end: at + 1 };
}

function flowList(text: string, start: number): Flow {
  const items: PlainValue[] = [];
  let at = skip(text, start + 1);
  while (text[at] !== ']') {
    const { value, end } = flowAt(text, at);
    items.push(value);
    at = afterItem(text, end, ']');
  }
  return { value: items, end: at + 1 };
}

/** Past a comma to the next item, or to the bracket that ends them. */
function afterItem(text: string, end: number, bracket: string): number {
  const at = skip(text, end);
  if (text[at] === bracket) return at;
  if (text[at] !== ',') throw new NotPlain();
  const next = skip(text, at + 1);
  if (text[next] === bracket) throw new NotPlain();
  return next;
}

function skip(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at += 1;
  return at;
}
