/**
 * Checks whether the owners in CODEOWNERS approved a pull request. Owners that cannot be resolved
 * (a team that GitHub does not return, an address, a line that GitHub skips) count as not having
 * approved, and only people who may write to the repository are counted, as in GitHub.
 */

import { Failure } from '../../core/failure.ts';
import { type CodeOwners, codeOwnersOf, codeOwnersPaths } from '../../core/plan/code-owners.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { MergedProposal } from '../../ports/forge.ts';
import type { Ports } from '../../ports/ports.ts';

type OwnerPorts = Pick<Ports, 'state' | 'forge'>;

/** Why the review is insufficient; null where it is sufficient. */
export async function missingReview(
  { state, forge }: OwnerPorts,
  main: Snapshot,
  { path, merged }: { readonly path: string; readonly merged: MergedProposal },
): Promise<string | null> {
  const approvers = new Set<string>();
  for (const login of merged.approvedBy)
    if (await forge.mayWrite(login)) approvers.add(login.toLowerCase());
  if (approvers.size === 0) return 'none of its reviewers may write to the repository';
  for (const owners of await ownersOf(state, main, { path, before: merged.base })) {
    if (owners.kind === 'unreadable')
      return `line ${owners.line} of CODEOWNERS cannot be read: ${owners.why}`;
    const missing = await missingOwner(forge, owners.owners, approvers);
    if (missing !== null) return missing;
  }
  return null;
}

async function missingOwner(
  forge: OwnerPorts['forge'],
  owners: readonly string[],
  approvers: ReadonlySet<string>,
): Promise<string | null> {
  if (owners.length === 0) return null;
  const unknown: string[] = [];
  for (const owner of owners) {
    const members = await peopleOf(forge, owner);
    if (members === null) unknown.push(owner);
    else if (members.some((login) => approvers.has(login.toLowerCase()))) return null;
  }
  return unknown.length === 0
    ? 'no code owner approved it'
    : `GitHub does not return the people of ${unknown.join(' and ')}, so none of them is counted as a reviewer`;
}

/** null where they are not known */
async function peopleOf(
  forge: OwnerPorts['forge'],
  owner: string,
): Promise<readonly string[] | null> {
  if (!owner.startsWith('@')) return null;
  const name = owner.slice(1);
  return name.includes('/') ? forge.membersOf(name) : [name];
}

/**
 * The owners of a path now and before the pull request: another commit of it may have changed them.
 */
async function ownersOf(
  state: OwnerPorts['state'],
  main: Snapshot,
  { path, before }: { readonly path: string; readonly before: string },
): Promise<readonly CodeOwners[]> {
  const now = async (place: string) => (await main.read(place))?.text ?? null;
  const then = (place: string) => state.textAt(before, place);
  const [owners, earlier] = [await ownersBy(now, path), await ownersBy(then, path)];
  // A commit that git lacks looks like one without the file; every commit has a policy.
  if (earlier === null && (await then('policy.yaml')) === null)
    throw new Failure('NotFound', `commit ${before}, the base of its pull request, cannot be read`);
  return [owners, earlier].filter((one) => one !== null);
}

/** null where there is no such file */
async function ownersBy(
  textOf: (place: string) => Promise<string | null>,
  path: string,
): Promise<CodeOwners | null> {
  for (const place of codeOwnersPaths) {
    const text = await textOf(place);
    if (text !== null) return codeOwnersOf(text, path);
  }
  return null;
}
