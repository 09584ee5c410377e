/**
 * Orphans are proposed in one pull request that is updated in place: a decision file each, to be
 * set to destroy, adopt or keep by whoever reviews it. Decisions that were carried out are removed.
 */
import { parseOrphanFile, renderOrphanFile } from '../core/decision-file.ts';
import { Failure } from '../core/failure.ts';
import { type Orphan, orphanKey } from '../core/orphan.ts';
import type { Plan } from '../core/plan.ts';
import { compareText } from '../core/world.ts';
import type { Snapshot } from '../ports.ts';
import { dropProposal, keepProposal, tipOf } from './proposal.ts';
import type { SettlePorts } from './settle.ts';

const proposalHead = 'aura/orphans';
const triesMax = 5;

/** URLs of the pull requests that were opened or updated. */
export async function settleOrphans(ports: SettlePorts, plan: Plan): Promise<readonly string[]> {
  if (plan.reading.kind !== 'complete') return [];
  await removeExecuted(ports, plan);
  const fresh = plan.orphans.filter((orphan) => orphan.decision === 'new');
  if (fresh.length === 0) {
    await dropProposal(ports, proposalHead);
    return [];
  }
  const url = await keepProposal(ports, {
    head: proposalHead,
    title: `Orphans: ${fresh.length} to decide`,
    body: proposalBody(fresh),
    cause: 'orphan',
    files: fresh
      .map((orphan) => ({
        path: orphanPath(orphan),
        text: renderOrphanFile(decisionFor(orphan, plan.basis.at)),
      }))
      .sort((a, b) => compareText(a.path, b.path)),
  });
  return url === null ? [] : [url];
}

export function orphanPath(orphan: Pick<Orphan, 'resource' | 'id'>): string {
  return `orphans/${orphan.resource}-${orphan.id.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.yaml`;
}

function decisionFor(orphan: Orphan, seen: string) {
  return {
    apiVersion: 'aura.dev/v1' as const,
    kind: 'Orphan' as const,
    resource: {
      kind: orphan.resource,
      id: orphan.id,
      name: orphan.name,
      ...(orphan.created === undefined ? {} : { created: orphan.created }),
      seen,
      ...(orphan.labels === undefined ? {} : { labels: { ...orphan.labels } }),
      ...(orphan.monthlyCost === undefined ? {} : { monthlyCost: orphan.monthlyCost }),
      why: orphan.why,
    },
    decision: 'undecided' as const,
  };
}

function proposalBody(orphans: readonly Orphan[]): string {
  const lines = orphans.map((orphan) => {
    const cost =
      orphan.monthlyCost === undefined ? '' : `, ${orphan.monthlyCost.toFixed(2)} a month`;
    return `- ${orphan.resource} \`${orphan.id}\` \`${orphan.name}\`${cost}, created ${orphan.created ?? 'at an unknown time'}: ${orphan.why}`;
  });
  return [
    'These carry our marks and belong to no agent. Nothing is done to them until a decision is merged.',
    '',
    ...lines,
    '',
    'Set `decision` in each file to `destroy`, `adopt` or `keep: {until: …}`, then merge.',
    '',
  ].join('\n');
}

/** A decision whose resource is gone has been carried out: its file goes. */
async function removeExecuted(ports: SettlePorts, plan: Plan): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const main = await tipOf(ports, 'main');
    const paths = await executedPaths(ports, main, plan);
    if (paths.length === 0) return;
    const outcome = await ports.state.push('main', main, [
      {
        subject: `Orphans: ${paths.length} decisions carried out`,
        body: paths.join('\n'),
        trailers: [['Aura-Cause', 'settled']],
        edits: paths.map((path) => ({ path, text: null })),
      },
    ]);
    if (outcome.kind === 'pushed') return;
  }
  throw new Failure('PushRejected', 'main kept moving while orphan decisions were removed');
}

/** By what a file says and not by its name; one that came after the plan was not decided on yet. */
async function executedPaths(
  { state }: SettlePorts,
  main: Snapshot,
  plan: Plan,
): Promise<readonly string[]> {
  const left = new Set(plan.orphans.map(({ resource, id }) => orphanKey({ kind: resource, id })));
  const executed: string[] = [];
  for (const { path } of await main.list('orphans/')) {
    const file = path.endsWith('.yaml') ? await main.read(path) : null;
    const parsed = file === null ? null : parseOrphanFile({ path, ...file });
    if (!parsed?.ok || left.has(orphanKey(parsed.value.resource))) continue;
    if ((await state.textAt(plan.basis.main, path)) === file?.text) executed.push(path);
  }
  return executed;
}
