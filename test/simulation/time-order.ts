/**
 * A file never goes back in time: Stripe's fields are those of Stripe at the time of the last write
 * or later, never before it.
 */

import type { Agent } from '../../reconciler/core/agent/agent.ts';
import type { BilledSubscription } from '../../reconciler/core/billing/billing.ts';
import { desire } from '../../reconciler/core/billing/desire.ts';
import { catalogOf } from '../builders/world.ts';
import { agentIn } from '../fakes/at-commit.ts';
import type { FakeCommit } from '../fakes/git.ts';
import type { FakeWorld } from '../fakes/world.ts';

type Versions = (subscription: string) => readonly BilledSubscription[];

/** Causes of commits that write Stripe's fields. */
const stripes = new Set(['created', 'access', 'plan', 'issues', 'ended', 'suspended']);
const catalog = catalogOf();

/** Each call checks the commits since the last one; a sentence for each that went back. */
export function createTimeOrder(world: FakeWorld, versions: Versions): () => readonly string[] {
  /** by path: the oldest version that the last write can be of */
  const reached = new Map<string, number>();
  let seen = 0;
  return () => {
    const { made } = world.git;
    const news = made.slice(seen);
    seen = made.length;
    return news.flatMap(({ branch, commit }) =>
      branch === 'main' && isStripes(commit)
        ? commit.paths.flatMap((path) => judge(world, { versions, reached, path, commit }))
        : [],
    );
  };
}

function isStripes({ author, trailers }: FakeCommit): boolean {
  const cause = trailers.findLast(([name]) => name === 'Aura-Cause')?.[1] ?? '';
  return author === 'Aura' && stripes.has(cause);
}

function judge(
  world: FakeWorld,
  {
    versions,
    reached,
    path,
    commit,
  }: { versions: Versions; reached: Map<string, number>; path: string; commit: FakeCommit },
): readonly string[] {
  const text = commit.tree.get(path);
  const agent = text === undefined ? null : agentIn(path, text);
  if (agent === null) return [];
  const before = world.git.commits.get(commit.parent ?? '')?.tree.get(path) ?? null;
  const nowMs = Date.parse(commit.at);
  const fits = versions(agent.spec.subscription).map((subscription) => {
    const file = before === null ? null : { path, oid: '', text: before };
    const { policy } = world;
    const wanted = desire({ file, subscription, catalog, policy, nowMs, removal: null });
    const made = wanted.kind === 'write' ? wanted.text : before;
    return made !== null && said(agentIn(path, made)) === said(agent);
  });
  const since = reached.get(path) ?? 0;
  const place = fits.findIndex((fit, version) => fit && version >= since);
  if (place >= 0) {
    reached.set(path, place);
    return [];
  }
  // A state that fits no version was read while it changed.
  return fits.includes(true) ? [`commit "${commit.subject}" goes back in time`] : [];
}

/** Stripe's fields of a file, without the times that depend on when it was read. */
function said(agent: Agent | null): string {
  if (agent === null) return '';
  const { plan, access } = agent.spec;
  return JSON.stringify([plan, access.state, access.issues ?? []]);
}
