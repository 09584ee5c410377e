/** Parses YAML text into a value checked by a schema. Reports all errors with line and column. */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { type Documents, type SchemaName, validate } from '../../../schemas/validate.ts';
import type { Problem } from './agent.ts';
import { whyNoText } from './file-content.ts';
import { quickYaml } from './quick-yaml.ts';

export type FileText = { readonly path: string; readonly oid: string; readonly text: string };
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** present if the schema accepts the file and only a check refuses it */
      readonly value?: Value;
    };

/** An error that a schema cannot express, and the field that it is at. */
export type Check = { readonly keys: readonly string[]; readonly message: string };

/** A parsed document, with the lines to compute positions from. */
type Source = { readonly document: Document.Parsed; readonly lines: LineCounter };

/** Far above the size of any real file. */
const bytesMax = 65_536;

type ChecksOf<Name extends SchemaName> = (value: Documents[Name]) => readonly Check[];

/** Parses a plain, valid text quickly; any other one is parsed again for its errors. */
export function parseYaml<Name extends SchemaName>(
  schema: Name,
  file: Pick<FileText, 'path' | 'text'>,
  checksOf: ChecksOf<Name> = () => [],
): Parsed<Documents[Name]> {
  const plain = file.text.length > bytesMax ? null : quickYaml(file.text);
  const checked = plain === null ? null : validate(schema, plain.value);
  if (checked?.ok === true && checksOf(checked.value).length === 0)
    return { ok: true, value: checked.value };
  return parseCarefully(schema, file, checksOf);
}

function parseCarefully<Name extends SchemaName>(
  schema: Name,
  { path, text }: Pick<FileText, 'path' | 'text'>,
  checksOf: ChecksOf<Name>,
): Parsed<Documents[Name]> {
  const wholly = (message: string) => failed([{ path, line: 0, column: 0, field: '', message }]);
  if (Buffer.byteLength(text) > bytesMax) return wholly(`is larger than ${bytesMax} bytes`);
  const odd = whyNoText(text);
  if (odd !== null) return failed([{ path, ...odd, field: '' }]);
  const lines = new LineCounter();
  // Aliases are refused, because nested ones grow without bound.
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
  });
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    path,
    line: error.linePos?.[0].line ?? 0,
    column: error.linePos?.[0].col ?? 0,
    field: '',
    message: error.message.split('\n')[0] ?? 'is no YAML',
  }));
  if (syntax.length > 0) return failed(syntax);
  if (usesAliases(document)) return wholly('uses aliases, which are not allowed');
  const checked = validate(schema, document.toJS({ maxAliasCount: 0 }));
  const wrong = checked.ok ? checksOf(checked.value) : checked.problems;
  const problems = wrong.map((check) => problemAt({ document, lines }, path, check));
  if (!checked.ok) return failed(problems);
  const { value } = checked;
  return problems.length === 0 ? { ok: true, value } : { ...failed(problems), value };
}

function problemAt(source: Source, path: string, { keys, message }: Check): Problem {
  const { line, col: column } = positionOf(source, keys);
  return { path, line, column, field: keys.join('.'), message };
}

/** `path:line:column: field message`; missing parts are left out. */
export function problemText({ path, line, column, field, message }: Problem): string {
  const place = line === 0 ? path : `${path}:${line}:${column}`;
  return `${place}: ${field === '' ? '' : `${field} `}${message}`;
}

/** The first problem, and how many more there are. */
export function firstProblemText(problems: readonly Problem[]): string {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${problems.slice(0, 1).map(problemText).join('')}${more}`;
}

/** All problems in one block, with a valid example if given. */
export function explainProblems(problems: readonly Problem[], example?: string): string {
  const lines = problems.map(problemText);
  if (example === undefined) return lines.join('\n');
  return [
    ...lines,
    '',
    'A valid one looks like this:',
    '',
    ...example
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ].join('\n');
}

function failed(problems: readonly Problem[]): {
  readonly ok: false;
  readonly problems: readonly Problem[];
} {
  return {
    ok: false,
    problems: [...problems].sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

/** The position of a field, or of its innermost parent that exists. */
function positionOf(
  { document, lines }: Source,
  keys: readonly string[],
): { line: number; col: number } {
  for (let depth = keys.length; depth >= 0; depth -= 1) {
    const path = keys.slice(0, depth);
    const key = keyNode(document, path);
    const node = key ?? (depth === 0 ? document.contents : document.getIn(path, true));
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lines.linePos(offset);
  }
  return { line: 1, col: 1 };
}

function keyNode(document: Document.Parsed, path: readonly string[]): unknown {
  const last = path.at(-1);
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (last === undefined || !isMap(parent)) return undefined;
  return parent.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === last,
  )?.key;
}

function usesAliases(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
