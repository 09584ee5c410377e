/**
 * The CODEOWNERS file: who must review what.
 *
 * The first file of `.github/`, the root and `docs/` on the base branch applies; in it the last
 * line that matches a path. Patterns are those of gitignore without `!`, `[]` and `\#`.
 */
import type { GithubWorld } from './world.ts';

type OwnerRule = {
  readonly line: number;
  readonly pattern: string;
  /** `@login`, `@org/team` or an address; none: it has no owner. */
  readonly owners: readonly string[];
};

type OwnersFile = { readonly path: string; readonly rules: readonly OwnerRule[] };

const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

export async function readOwners(world: GithubWorld, commit: string): Promise<OwnersFile | null> {
  for (const path of places) {
    const { code, stdout } = await world.repository.tryGit([
      'cat-file',
      'blob',
      `${commit}:${path}`,
    ]);
    if (code === 0) return { path, rules: parseOwners(stdout.toString()) };
  }
  return null;
}

export function parseOwners(text: string): OwnerRule[] {
  return text.split('\n').flatMap((raw, i) => {
    const [pattern, ...owners] = raw
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/(?<!\\)\s+/);
    return pattern ? [{ line: i + 1, pattern: pattern.replace(/\\ /g, ' '), owners }] : [];
  });
}

export function ownersOf(rules: readonly OwnerRule[], path: string): readonly string[] {
  return rules.findLast(({ pattern }) => owns(pattern, path))?.owners ?? [];
}

function owns(pattern: string, path: string): boolean {
  const folder = pattern.endsWith('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  // A slash inside, or in front, ties the pattern to the root.
  const rooted = pattern.startsWith('/') || bare.includes('/');
  const source = bare
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => wildcards[piece] ?? piece.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  // `docs/*` owns the files in docs and not those in folders below it.
  const tail = folder ? '/.*' : bare.endsWith('/*') ? '' : '(/.*)?';
  return new RegExp(`^${rooted ? '' : '(.*/)?'}${source}${tail}$`).test(path);
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

/** Whether a person is one of these owners, by name, team or noreply address. */
export function isOwner(world: GithubWorld, owners: readonly string[], login: string): boolean {
  return owners.some((owner) => {
    const [, org, team] = /^@([^/]+)\/(.+)$/.exec(owner) ?? [];
    if (org !== undefined && team !== undefined) {
      return org === world.owner && world.accounts.isInTeam(team, login);
    }
    if (owner.startsWith('@')) return owner.slice(1).toLowerCase() === login.toLowerCase();
    return owner.endsWith(`+${login}@users.noreply.github.com`);
  });
}

/** Groups of owners that the changed paths ask for; each needs one approval. */
export function requiredOwners(
  rules: readonly OwnerRule[],
  paths: readonly string[],
): readonly (readonly string[])[] {
  const groups = paths.map((path) => ownersOf(rules, path)).filter((one) => one.length > 0);
  return [...new Map(groups.map((group) => [[...group].sort().join(' '), group])).values()];
}
