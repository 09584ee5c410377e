/** Reads the desired state at a commit for a plan that is made by the records. */
import type { AgentFile, AgentId } from '../../core/agent/agent.ts';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import { parseApprovalFile } from '../../core/agent/decision-file.ts';
import { restoration } from '../../core/billing/restoration.ts';
import { isFailure } from '../../core/failure.ts';
import type { GrantedApproval } from '../../core/fleet/world.ts';
import type { Desired } from '../../core/pull-request/recorded-world.ts';
import { isoOf } from '../../core/text/time.ts';
import type { Merge, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';

type FilePorts = Pick<Ports, 'files'>;

/** The text says why catalog or policy cannot be read. */
export async function readDesired(
  { files }: FilePorts,
  snapshot: Snapshot,
): Promise<Desired | string> {
  try {
    const { catalog, policy } = await readCatalogAndPolicy(snapshot, files);
    return {
      commit: snapshot.commit,
      files: await files.at(snapshot),
      catalog,
      policy,
      approvals: await approvalsAt(snapshot),
    };
  } catch (thrown) {
    if (isFailure(thrown, 'InvalidInput')) return thrown.message;
    throw thrown;
  }
}

async function approvalsAt(snapshot: Snapshot): Promise<readonly GrantedApproval[]> {
  const found: GrantedApproval[] = [];
  for (const { path } of await snapshot.list('approvals/')) {
    const file = path.endsWith('.yaml') ? await snapshot.read(path) : null;
    const parsed = file === null ? null : parseApprovalFile({ path, ...file });
    if (parsed?.ok === true) found.push({ path, approval: parsed.value });
  }
  return found;
}

/**
 * The merged files as finalize makes them: the file of one removed agent is restored, with a
 * tombstone. If several are removed, a person is asked, and nothing is restored here.
 *
 * @param left the agents of which something is left
 */
export async function withRestored(
  { base, merged, head }: Merge,
  {
    before,
    after,
  }: { readonly before: readonly AgentFile[]; readonly after: readonly AgentFile[] },
  { left, nowMs }: { readonly left: ReadonlySet<AgentId>; readonly nowMs: number },
): Promise<readonly AgentFile[]> {
  const there = new Set(after.map(({ id }) => id));
  const removed = before.filter(({ id }) => id !== null && left.has(id) && !there.has(id));
  const [one, ...more] = removed;
  if (one?.kind !== 'valid' || more.length > 0 || merged.commit === base.commit) return after;
  const text = (await base.read(one.path))?.text ?? '';
  const removal = { agent: one.id, path: one.path, commit: head, text };
  const [last] = restoration(removal, isoOf(nowMs)).at(-1)?.edits ?? [];
  return last === undefined ? after : [...after, parseAgentFile({ ...last, oid: one.oid })];
}
