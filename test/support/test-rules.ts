/** Rules for every test, checked in the sources: loops that end, and skips with a kind. */
import { skipKinds } from '../../scripts/test/outcome.ts';
import type { Source } from './source.ts';

/** Loops whose end depends on something else: `path:line what`. */
export function boundlessIn({ path, code, lines }: Source): readonly string[] {
  const text = code.join('\n');
  const loops = [...text.matchAll(/\b(?:(while|for) \(|(do) \{)/g)];
  return loops.flatMap(({ 0: opening, 1: word, index }) => {
    if (word === 'for' && isBounded(headerAt(text, index + opening.length))) return [];
    const place = text.slice(0, index).split('\n').length - 1;
    return [`${path}:${place + 1} ${lines[place]?.trim() ?? ''}`];
  });
}

/** The text between the parentheses, the first of which was before `start`. */
function headerAt(text: string, start: number): string {
  let depth = 1;
  for (let place = start; place < text.length; place += 1) {
    if (text[place] === '(') depth += 1;
    if (text[place] === ')') depth -= 1;
    if (depth === 0) return text.slice(start, place);
  }
  return text.slice(start);
}

/** Over something, or with a comparison of sizes in its condition. */
function isBounded(header: string): boolean {
  if (/^(?:const )?(?:\w+|\[[^;]*\]|\{[^;]*\}) of\b/.test(header)) return true;
  const [, condition = ''] = header.split(';');
  return /[<>]/.test(condition.replaceAll('=>', ''));
}

/** Reasons to skip that are beside the word, and do not begin with a kind. */
export function kindlessIn({ path, code, lines }: Source): readonly string[] {
  const kinds = skipKinds.join('|');
  const reason = new RegExp(`\\bskip(?:: |\\(| = )[^'"\`]*(['"\`])(?!(?:${kinds}): |skip\\1 in )`);
  return lines.flatMap((line, place) =>
    reason.test(line) && /\bskip\b/.test(code[place] ?? '')
      ? [`${path}:${place + 1} ${line.trim()}`]
      : [],
  );
}

/** Line numbers of the findings. */
export function linesOf(found: readonly string[]): readonly (string | undefined)[] {
  return found.map((one) => one.split(/[: ]/)[1]);
}
