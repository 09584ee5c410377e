/**
 * The project's own sources, read as text: what they import, and their functions with lengths and
 * parameters. The formatter's layout makes plain text good enough: a function's last line stands at
 * the indent of its first.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export type Source = {
  /** from the project's root */
  readonly path: string;
  readonly lines: readonly string[];
  /** the lines with comments, strings and regular expressions blanked */
  readonly code: readonly string[];
  /** packages as they are named, files as paths from the project's root */
  readonly imports: readonly string[];
  /** `path name` for each name that is taken from another file of the project */
  readonly importedNames: readonly string[];
  /** the names that it offers to others */
  readonly exports: readonly Export[];
};
type Export = { readonly name: string; readonly isType: boolean };
type FunctionShape = {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
};

export const projectRoot = new URL('../..', import.meta.url).pathname;
const generated = ['schemas/generated/', 'cdktf/provider-hcloud/'];

export function readSources(...patterns: readonly string[]): readonly Source[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: projectRoot }))
    .filter((path) => !generated.some((folder) => path.startsWith(folder)))
    .sort()
    .map((path) => sourceOf(path, readFileSync(join(projectRoot, path), 'utf8')));
}

export function sourceOf(path: string, text: string): Source {
  const lines = text.trimEnd().split('\n');
  const imports = importsOf(path, text);
  return {
    path,
    lines,
    code: blanked(text).trimEnd().split('\n'),
    imports: imports.map(({ from }) => from),
    importedNames: imports.flatMap(({ from, names }) => names.map((name) => `${from} ${name}`)),
    exports: exportsOf(text),
  };
}

type Import = { readonly from: string; readonly names: readonly string[] };

function importsOf(path: string, text: string): readonly Import[] {
  const statement = /^(?:import|export)\b([^'"`;]*?)from '([^']+)';|^import '([^']+)';/gm;
  const dynamic = /\bimport\('([^']+)'\)/g;
  // What is taken of a whole module is taken by its name, somewhere in the file.
  const words = [...new Set(text.match(/\w+/g))];
  const found = [
    ...[...text.matchAll(statement)].map(([, clause = '', from, alone]) => ({
      from: from ?? alone ?? '',
      names: clause.includes('{') ? namesIn(clause) : words,
    })),
    ...[...text.matchAll(dynamic)].map(([, from = '']) => ({ from, names: words })),
  ];
  return found.map(({ from, names }) =>
    from.startsWith('.')
      ? { from: normalize(join(dirname(path), from)), names }
      : { from, names: [] },
  );
}

/** `{ a, type b as c }`: a and b, as the other file calls them. */
function namesIn(clause: string): readonly string[] {
  const listed = clause.slice(clause.indexOf('{') + 1, clause.indexOf('}')).split(',');
  return listed.flatMap((one) => /^\s*(?:type )?(\w+)/.exec(one)?.[1] ?? []);
}

function exportsOf(text: string): readonly Export[] {
  const declared =
    /^export (?:declare )?(?:async )?(?:function\*?|const|let|class|(type|interface)) (\w+)/gm;
  const listed = /^export (type )?\{([^}]*)\}/gm;
  return [
    ...[...text.matchAll(declared)].map(([, type, name = '']) => ({
      name,
      isType: type !== undefined,
    })),
    ...[...text.matchAll(listed)].flatMap(([, type, names = '']) =>
      names.split(',').flatMap((one) => {
        const name = /(\w+)\s*$/.exec(one)?.[1];
        return name === undefined ? [] : [{ name, isType: type !== undefined }];
      }),
    ),
  ];
}

/** Same length, same lines: what is no code is spaces. */
export function blanked(text: string): string {
  // A `/` opens a regular expression where a value may begin, and divides elsewhere.
  const regex = String.raw`(?<=(?:[(,=:[!&|?{};+\n]|return|=>)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`;
  const tokens = new RegExp(
    [
      String.raw`\/\/[^\n]*`,
      String.raw`\/\*[\s\S]*?\*\/`,
      String.raw`'(?:\\.|[^'\\\n])*'`,
      String.raw`"(?:\\.|[^"\\\n])*"`,
      '`',
      regex,
    ].join('|'),
    'g',
  );
  let code = '';
  for (let place = 0, end = 0; place < text.length; place = end) {
    tokens.lastIndex = place;
    const found = tokens.exec(text);
    const start = found?.index ?? text.length;
    end = found?.[0] === '`' ? templateEnd(text, start) : start + (found?.[0].length ?? 0);
    code += text.slice(place, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ');
  }
  return code;
}

/** After the end of the template that begins here; one inside of it has its own. */
function templateEnd(text: string, start: number): number {
  let depth = 0;
  for (let place = start + 1; place < text.length; place += 1) {
    const one = text[place];
    if (one === '\\') place += 1;
    else if (one === '`' && depth === 0) return place + 1;
    else if (one === '`') place = templateEnd(text, place) - 1;
    else if (one === '{' && (depth > 0 || text[place - 1] === '$')) depth += 1;
    else if (depth > 0 && one === '}') depth -= 1;
  }
  return text.length;
}

/** Functions with a body of their own: declarations, methods, and arrows that open a block. */
export function functionsOf(source: Source): readonly FunctionShape[] {
  return source.code.flatMap((line, place) => {
    const opening = openingOf(line);
    if (opening === null) return [];
    const end = endOf(source.code, place, opening.indent);
    if (end === null) return [];
    const text = source.code.slice(place, end + 1).join('\n');
    const parameters = parametersOf(text, opening.parenthesis);
    return parameters === null
      ? []
      : [{ name: opening.name, line: place + 1, lines: end - place + 1, parameters }];
  });
}

type Opening = { readonly name: string; readonly indent: string; readonly parenthesis: number };
const keywords = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'await', 'super']);

function openingOf(line: string): Opening | null {
  const declared =
    /^(\s*)(?:export )?(?:async )?function\*? ?(\w*)(?:<.*?>)?(?=\()/.exec(line) ??
    /^(\s*)(?:export )?const (\w+)(?:: [^=]+)? = (?:async )?(?:<.*?>)?(?=\()/.exec(line) ??
    /^(\s*)(?:async )?\*?(\w+)(?=\()/.exec(line);
  const [matched, indent, name] = declared ?? [];
  if (matched === undefined || indent === undefined || name === undefined) return null;
  return keywords.has(name) ? null : { name, indent, parenthesis: matched.length };
}

/** The first line at that indent that closes and opens nothing again; null for a mere call. */
function endOf(code: readonly string[], start: number, indent: string): number | null {
  let opened = false;
  for (let place = start; place < code.length; place += 1) {
    const line = code[place] ?? '';
    const outside = line.startsWith(indent) && /^\S/.test(line.slice(indent.length));
    if (/[)\w>}\]|]\s+\{$|=> \{$/.test(line) && outside) opened = true;
    if (place > start && outside && line.startsWith(`${indent}}`) && !/[{(]$/.test(line))
      return opened ? place : null;
    if (place > start && outside && !/^[)}\]]/.test(line.trim())) return null;
    if (place === start && /;$/.test(line)) return null;
  }
  return null;
}

/** How many a list of parameters holds; null where what follows it is no function. */
function parametersOf(text: string, parenthesis: number): number | null {
  let depth = 0;
  let commas = 0;
  let last = '';
  for (let place = parenthesis; place < text.length; place += 1) {
    const char = text.charAt(place);
    if ('([{<'.includes(char)) depth += 1;
    if (')]}'.includes(char) || (char === '>' && text.charAt(place - 1) !== '=')) depth -= 1;
    if (depth === 0) {
      const after = text.slice(place + 1);
      if (!/^(?:: [^;]*?)?(?: =>)?\s+\{|^: /.test(after)) return null;
      return last === '' ? 0 : commas + (last === ',' ? 0 : 1);
    }
    if (char === ',' && depth === 1) commas += 1;
    if (!/\s/.test(char) && place > parenthesis) last = char;
  }
  return null;
}
