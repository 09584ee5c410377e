/**
 * Whom CODEOWNERS names for a path. The last line that matches counts; patterns are those of
 * gitignore without negation, as GitHub reads them.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */

/** Where the file may stand; the first that is there counts. */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export type CodeOwners =
  /** `@login`, `@org/team` or an address, as written; none where the file gives the path to none */
  | { readonly kind: 'owners'; readonly owners: readonly string[] }
  /** GitHub skips the line that would say it, and asks other owners or none */
  | { readonly kind: 'unreadable'; readonly line: number; readonly owner: string };

export function codeOwnersOf(text: string, path: string): CodeOwners {
  let found: CodeOwners = { kind: 'owners', owners: [] };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [pattern, ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (!pattern || !matches(pattern, path)) continue;
    const odd = owners.find((owner) => !ownerShape.test(owner));
    found =
      odd === undefined
        ? { kind: 'owners', owners }
        : { kind: 'unreadable', line: index + 1, owner: odd };
  }
  return found;
}

/** What GitHub takes for an owner; a line with anything else in it is skipped whole. */
const ownerShape = /^(?:@[A-Za-z0-9][\w-]*(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+)$/;

function matches(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  // A slash in front or inside ties a pattern to the root; one at the end means a folder.
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
