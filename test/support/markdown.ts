/** The documents for people, read as text: their links, headings, code, and prose by the line. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Markdown = {
  /** from the project's root */
  readonly path: string;
  readonly text: string;
  /** targets of links, as they are written */
  readonly links: readonly string[];
  /** the targets of `#…` in it */
  readonly anchors: readonly string[];
  /** the text between backticks, and each line of a block; continued lines are one */
  readonly code: readonly string[];
  /** lines that are neither of a block nor of a table, by number */
  readonly prose: ReadonlyMap<number, string>;
};

export const root = new URL('../..', import.meta.url).pathname;
const notOurs = /(?:^|\/)(?:node_modules|\.cache|\.git|dist|cdktf\.out)(?:\/|$)/;

export function readDocuments(): readonly Markdown[] {
  return globSync('**/*.md', { cwd: root, exclude: (path) => notOurs.test(path) })
    .sort()
    .map((path) => markdownOf(path, readFileSync(join(root, path), 'utf8')));
}

export function markdownOf(path: string, text: string): Markdown {
  const { blocks, rest } = parted(text);
  const running = [...rest.values()].join('\n');
  const code = [...running.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  const lines = [...rest.values()];
  return {
    path,
    text,
    links: [...running.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target),
    anchors: lines.filter((line) => /^#+ /.test(line)).map(anchorOf),
    code: [...code.map((span) => span.replaceAll('\n', ' ')), ...blocks],
    prose: new Map([...rest].filter(([, line]) => !line.startsWith('|'))),
  };
}

type Parted = { readonly blocks: readonly string[]; readonly rest: ReadonlyMap<number, string> };

/** Blocks between fences, and the other lines by number. */
function parted(text: string): Parted {
  const blocks: string[] = [];
  const rest = new Map<number, string>();
  let inside = false;
  for (const [place, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) inside = !inside;
    else if (inside) blocks.push(line);
    else rest.set(place + 1, line);
  }
  return { blocks: blocks.join('\n').replaceAll('\\\n', ' ').split('\n'), rest };
}

/** As GitHub derives it from a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}
