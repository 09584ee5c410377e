/**
 * Restores files that were removed while their agent is not gone. A removal does not ask to
 * destroy: one commit restores the file byte for byte, and a second one adds a tombstone that cites
 * the removal, so that reverting the second restores the agent. For a commit that removed several
 * agents, a removal that is not in history, and removals that make the reading partial, a pull
 * request asks a person, and `main` is not written.
 */

import { parseAgentFile } from '../../../core/agent/agent-file.ts';
import { restoration } from '../../../core/billing/restoration.ts';
import { showsRemovals } from '../../../core/fleet/plausible.ts';
import { compareText } from '../../../core/fleet/world.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { removedFilesBody, removedFilesTitle } from '../../../core/status/removed-files.ts';
import type { Removal, Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip } from '../../../ports/tip.ts';
import { isOwnRemoval } from '../../shared/read-removal.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { namingFilesAt } from './naming-files.ts';
import { dropProposal, keepProposal } from './proposal.ts';

type Removed = Plan['removed'][number];
export type RemovedFiles = {
  /** agents whose file was restored, sorted */
  readonly restored: readonly string[];
  readonly proposals: readonly string[];
  /** agents whose file is not in history, sorted */
  readonly lost: readonly string[];
  /** agents whose removal was judged, sorted */
  readonly judged: readonly string[];
};
type Found = { readonly removed: Removed; readonly removal: Removal; readonly text: string };
type Case =
  | (Found & { readonly kind: 'restore' })
  | (Found & { readonly kind: 'ask'; readonly note: string | null })
  | { readonly kind: 'lost'; readonly removed: Removed };

/** Per push: another writer's push makes us decide on all of them again. */
const restoredAtOnce = 100;
const proposalHead = 'aura/removed-files';

/** @param mayWrite whether `main` and its pull requests may be written */
export async function finalizeRemoved(
  ports: FinalizePorts,
  plan: Pick<Plan, 'reading' | 'removed'>,
  mayWrite: boolean,
): Promise<RemovedFiles> {
  // A reading that is partial for another reason shows no removals: open requests stay.
  if (!showsRemovals(plan.reading)) return { restored: [], proposals: [], lost: [], judged: [] };
  const isMass = plan.reading.kind !== 'complete';
  const { restored, left } = await restoreAll(ports, plan.removed, mayWrite && !isMass);
  const lost = left.flatMap((one) => (one.kind === 'lost' ? [one.removed.agent] : []));
  if (lost.length > 0)
    ports.log.error({ agents: lost }, 'agents have no file, and history does not contain one');
  return {
    restored,
    proposals: mayWrite ? await propose(ports, left) : [],
    lost,
    judged: plan.removed.map(({ agent }) => agent),
  };
}

type Restored = { readonly restored: readonly string[]; readonly left: readonly Case[] };

/** Restores the unambiguous ones in batches; returns the others, to be asked about. */
async function restoreAll(
  ports: FinalizePorts,
  removed: readonly Removed[],
  mayRestore: boolean,
): Promise<Restored> {
  const textAt = keptTexts(ports);
  const restored = new Set<string>();
  const decide = async (main: Snapshot) => {
    const powerUnknown = removed.filter(({ agent }) => !restored.has(agent));
    const left = await judge(ports, main, { removed: powerUnknown, textAt });
    const able = mayRestore ? left.filter((one) => one.kind === 'restore') : [];
    const batch = able.slice(0, restoredAtOnce);
    const at = new Date(await ports.cloud.now()).toISOString();
    const drafts = batch.flatMap((one) =>
      restoration({ ...one.removed, commit: one.removal.commit, text: one.text }, at),
    );
    return { left, batch, drafts };
  };
  // Each push restores at least one.
  for (;;) {
    const { left, batch } = await pushOnTip(ports, 'main', decide);
    if (batch.length === 0) return { restored: [...restored].sort(), left };
    for (const one of batch) restored.add(one.removed.agent);
  }
}

type TextAt = (removal: Removal, path: string) => Promise<string | null>;

/** Each text is read once: a commit does not change. */
function keptTexts({ state }: FinalizePorts): TextAt {
  const kept = new Map<string, string | null>();
  return async ({ parent }, path) => {
    const key = `${parent}:${path}`;
    const known = kept.get(key);
    const text = known === undefined ? await state.textAt(parent, path) : known;
    kept.set(key, text);
    return text;
  };
}

/** Which files are still missing on the tip, by which removal, and their last text. */
async function judge(
  ports: FinalizePorts,
  snapshot: Snapshot,
  { removed, textAt }: { readonly removed: readonly Removed[]; readonly textAt: TextAt },
): Promise<readonly Case[]> {
  const namingFiles = await namingFilesAt(
    ports,
    snapshot,
    new Set(removed.map(({ agent }) => agent)),
  );
  const absent = removed.filter((one) => {
    const namingFile = namingFiles.get(one.agent);
    if (namingFile !== undefined && namingFile !== one.path)
      ports.log.warn({ ...one, namingFile }, 'the file of an agent is at the wrong path');
    return namingFile === undefined;
  });
  if (absent.length === 0) return [];
  const removals = await ports.state.lastRemovals(absent.map(({ path }) => path));
  const cases: Case[] = [];
  for (const one of absent) {
    const removal = removals.get(one.path);
    const text = removal === undefined ? null : await textAt(removal, one.path);
    // A removal by finalize means that the agent was gone: a later file is not in history.
    const { path } = one;
    if (
      removal === undefined ||
      text === null ||
      (await isOwnRemoval(ports.state, { path, cause: removal.cause, text }))
    )
      cases.push({ kind: 'lost', removed: one });
    else cases.push(caseOf({ removed: one, removal, text }));
  }
  return cases;
}

function caseOf(found: Found): Case {
  const { removed, removal, text } = found;
  const isValid = parseAgentFile({ path: removed.path, oid: '', text }).kind === 'valid';
  if (removal.agentsRemoved === 1 && isValid) return { ...found, kind: 'restore' };
  const note = isValid ? null : 'its file was invalid before it was removed';
  return { ...found, kind: 'ask', note };
}

/** One pull request that restores all files found in history. */
async function propose(ports: FinalizePorts, cases: readonly Case[]): Promise<readonly string[]> {
  const files = cases.flatMap((one) =>
    one.kind === 'lost' ? [] : [{ path: one.removed.path, text: one.text }],
  );
  if (files.length === 0) {
    await dropProposal(ports, proposalHead);
    return [];
  }
  const listed = cases.map((one) => ({
    agent: one.removed.agent,
    removal: one.kind === 'lost' ? null : one.removal,
    note: one.kind === 'ask' ? one.note : null,
  }));
  return keepProposal(ports, {
    head: proposalHead,
    title: removedFilesTitle(listed),
    body: removedFilesBody(listed),
    cause: 'restored',
    folder: 'agents/',
    alone: true,
    files: files.sort((a, b) => compareText(a.path, b.path)),
  });
}
