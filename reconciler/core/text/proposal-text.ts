/** Keeps the texts of pull requests inside GitHub's limits; what is cut is in their files. */
import { cut } from './cut.ts';

const titleMax = 256;
const bodyMax = 65_536;
const cutNote = '\n\n… The rest is in the files of this pull request.';

export function titleWithin(title: string): string {
  return title.length <= titleMax ? title : `${cut(title, titleMax - 1)}…`;
}

/** @param end what stands after the text in any case */
export function bodyWithin(body: string, end = ''): string {
  if (body.length + end.length <= bodyMax) return `${body}${end}`;
  const kept = cut(body, bodyMax - end.length - cutNote.length);
  const line = kept.lastIndexOf('\n');
  return `${line > 0 ? kept.slice(0, line) : kept}${cutNote}${end}`;
}

/** Of a list before other text: as many lines as fit, then how many are left out. */
export function linesWithin(lines: readonly string[], rest: (left: number) => string) {
  let characters = 0;
  const shown = lines.slice(0, linesMax).filter((line) => {
    characters += line.length + 1;
    return characters <= listMax;
  });
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, rest(left)];
}

const linesMax = 100;
const listMax = 50_000;
