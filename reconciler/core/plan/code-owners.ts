/**
 * Finds the owners that CODEOWNERS names for a path. The last matching line counts; patterns are
 * those of gitignore without negation, as on GitHub.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
import { whyNoText } from '../agent/file-content.ts';

/** Possible locations of the file; the first one that exists counts. */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export type CodeOwners =
  /** `@login`, `@org/team` or an address, as written; empty if the path has no owner */
  | { readonly kind: 'owners'; readonly owners: readonly string[] }
  /** GitHub skips the line, or may read it otherwise, and requests other owners or none */
  | { readonly kind: 'unreadable'; readonly line: number; readonly why: string };

export function codeOwnersOf(text: string, path: string): CodeOwners {
  const odd = whyNoText(text);
  if (odd !== null) return { kind: 'unreadable', line: odd.line, why: `it ${odd.message}` };
  const ending = text.search(otherLineEnd);
  if (ending >= 0)
    return { kind: 'unreadable', line: lineAt(text, ending), why: 'it has an odd end' };
  let found: CodeOwners = { kind: 'owners', owners: [] };
  for (const [index, line] of text.split('\n').entries()) {
    const [pattern, ...owners] = wordsOf(line);
    if (pattern === undefined || !mayMatch(pattern, path)) continue;
    const why = whyUnreadable(line, pattern, owners);
    found =
      why === null ? { kind: 'owners', owners } : { kind: 'unreadable', line: index + 1, why };
  }
  return found;
}

/** Ends of lines to some programs and not to others. */
const otherLineEnd = /[\v\f\u0085\u2028\u2029]|\r(?!\n|$)/;

function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/** Without a comment, which begins a line or follows a space. */
function wordsOf(line: string): readonly string[] {
  const text = line.replace(/(^|\s)#.*$/, '').trim();
  return text === '' ? [] : text.split(/\s+/);
}

function whyUnreadable(line: string, pattern: string, owners: readonly string[]): string | null {
  // Only these are known to separate words at GitHub.
  if (/[^\S \t\r]|\p{Cf}/u.test(line)) return 'it has another space than a blank or a tab';
  if (oddPattern.test(pattern)) return `${pattern} is no pattern that GitHub documents`;
  const odd = owners.find((owner) => !ownerShape.test(owner));
  return odd === undefined ? null : `${odd} is no owner`;
}

/** Escapes, ranges and negation of gitignore: GitHub skips lines with the last two. */
const oddPattern = /[\\[\]]|^!/;

/** Whether the pattern matches, or might if its odd characters had a meaning. */
function mayMatch(pattern: string, path: string): boolean {
  if (matches(pattern, path)) return true;
  if (!oddPattern.test(pattern) && !/\p{Cf}/u.test(pattern)) return false;
  const loose = pattern
    .replace(/^!/, '')
    .replaceAll(/\p{Cf}|\\/gu, '')
    .replaceAll(/\[[^\]]*\]/g, '?');
  return matches(loose, path);
}

/** What GitHub accepts as an owner; it skips a line that contains anything else. */
const ownerShape = /^(?:@[A-Za-z0-9][\w-]*(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+)$/;

function matches(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  // A leading or inner slash anchors a pattern at the root; a trailing one means a folder.
  const rooted = pattern.startsWith('/') || bare.includes('/');
  const source = bare
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => wildcards[piece] ?? piece.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  const tail = pattern.endsWith('/') ? '/.*' : bare.endsWith('/*') ? '' : '(/.*)?';
  return new RegExp(`^${rooted ? '' : '(.*/)?'}${source}${tail}$`).test(path);
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
