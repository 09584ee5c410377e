/**
 * From a subscription to what its file should be, on one tip of `main`. The file was read before the
 * subscription: what another writer does to it later makes our push fail, and then both are read
 * again. The other way round, an older subscription could be written over a newer one.
 */

import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { agentExample } from '../../core/agent/agent-file.ts';
import { explainProblems } from '../../core/agent/document.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { type Desire, desire, type FileRemoval } from '../../core/billing/desire.ts';
import { Failure } from '../../core/failure.ts';
import type { Ports } from '../../ports/ports.ts';
import { isOwnRemoval } from '../shared/read-removal.ts';
import type { Tip } from './tip.ts';

export type Decided =
  | Exclude<Desire, { readonly kind: 'frozen' }>
  | { readonly kind: 'nothing'; readonly agent: AgentId; readonly reason: 'NotOurs' };
type DesiredState = Pick<Ports['state'], 'lastRemoval' | 'textAt' | 'fetch' | 'log'>;

/** @param subscription null where Stripe does not know it */
export async function decideFor(
  state: DesiredState,
  tip: Tip,
  { id, subscription }: { readonly id: string; readonly subscription: BilledSubscription | null },
): Promise<Decided> {
  if (subscription !== null) return decide(state, tip, subscription);
  const agent = agentIdOf(id);
  if ((await tip.snapshot.read(agentPath(agent))) === null)
    return { kind: 'nothing', agent, reason: 'NotOurs' };
  throw new Failure('NotFound', `Stripe does not know ${id}, which ${agentPath(agent)} is about`);
}

async function decide(
  state: DesiredState,
  { snapshot, ...rest }: Tip,
  subscription: BilledSubscription,
): Promise<Decided> {
  const path = agentPath(agentIdOf(subscription.id));
  const found = await snapshot.read(path);
  const file = found === null ? null : { path, ...found };
  const input = { ...rest, file, subscription, removal: null };
  const first = desire(input);
  if (first.kind === 'frozen')
    throw new Failure('InvalidInput', explainProblems(first.problems, agentExample));
  if (file !== null || first.kind !== 'write') return first;
  const removal = await removalOf(state, path);
  const second = removal === null ? first : desire({ ...input, removal });
  if (second.kind === 'frozen') throw new Failure('Bug', 'a file that is not there was frozen');
  return second;
}

/** Asked only before a creation: a path that was removed is not made anew as if it never was. */
async function removalOf(state: DesiredState, path: string): Promise<FileRemoval | null> {
  const removal = await state.lastRemoval(path);
  if (removal === null) return null;
  const { commit, agentsRemoved, cause, parent } = removal;
  const text = await state.textAt(parent, path);
  return { commit, agentsRemoved, text, own: await isOwnRemoval(state, { path, cause, text }) };
}
