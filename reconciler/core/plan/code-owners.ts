/**
 * Finds the owners that CODEOWNERS names for a path. The last matching line counts; patterns are
 * those of gitignore without negation, as on GitHub.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */

/** Possible locations of the file; the first one that exists counts. */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export type CodeOwners =
  /** `@login`, `@org/team` or an address, as written; empty if the path has no owner */
  | { readonly kind: 'owners'; readonly owners: readonly string[] }
  /** GitHub skips the invalid line and requests other owners or none */
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
