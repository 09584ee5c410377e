/**
 * Whom CODEOWNERS names for a path. The last line that matches counts; patterns are those of
 * gitignore without negation, as GitHub reads them.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */

/** Where the file may stand; the first that is there counts. */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** `@login`, `@org/team` or an address, as written; none where nobody owns the path. */
export function codeOwnersOf(text: string, path: string): readonly string[] {
  let owners: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [pattern, ...named] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern && matches(pattern, path)) owners = named;
  }
  return owners;
}

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
