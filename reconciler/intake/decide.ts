/**
 * From a subscription to what its file should be, on one tip of `main`. The tip is read before the
 * subscription: whatever another writer put on a later tip makes our push fail, and then both are
 * read again. The other way round, an older subscription could be written over a newer one.
 */
import { type AgentId, agentIdOf, agentPath } from '../core/agent.ts';
import { agentExample } from '../core/agent-file.ts';
import type { BilledSubscription, VerifiedEvent } from '../core/billing.ts';
import { type Desire, desire, type FileRemoval } from '../core/desire.ts';
import { explainProblems } from '../core/document.ts';
import { Failure } from '../core/failure.ts';
import type { Ports, Snapshot } from '../ports.ts';
import type { CatalogAndPolicy } from '../read-catalog.ts';

export type Tip = CatalogAndPolicy & {
  readonly snapshot: Snapshot;
  readonly nowMs: number;
};
export type Decided =
  | Exclude<Desire, { readonly kind: 'frozen' }>
  | { readonly kind: 'nothing'; readonly agent: AgentId; readonly reason: 'NotOurs' };
type DecidePorts = Pick<Ports, 'billing' | 'state'>;

/**
 * Decides for the subscriptions of events, each once however many events ring for it. A failure is
 * the events' own that name the subscription.
 */
export function createDecider(
  ports: DecidePorts,
  tip: Tip,
): (event: VerifiedEvent) => Promise<readonly PromiseSettledResult<Decided>[]> {
  const decisions = new Map<string, Promise<Decided>>();

  function once(id: string, decide: () => Promise<Decided>): Promise<Decided> {
    const decision = decisions.get(id) ?? decide();
    decisions.set(id, decision);
    return decision;
  }

  return async (event) => {
    if (event.subscriptionIds.length > 0) {
      const ids = event.subscriptionIds;
      return Promise.allSettled(ids.map((id) => once(id, () => decideById(ports, tip, id))));
    }
    const { customer } = event;
    const found = customer === null ? [] : await ports.billing.subscriptionsOf(customer);
    return Promise.allSettled(found.map((one) => once(one.id, () => decide(ports, tip, one))));
  };
}

async function decideById(ports: DecidePorts, tip: Tip, id: string): Promise<Decided> {
  const subscription = await ports.billing.subscription(id);
  if (subscription !== null) return decide(ports, tip, subscription);
  const agent = agentIdOf(id);
  if ((await tip.snapshot.read(agentPath(agent))) === null)
    return { kind: 'nothing', agent, reason: 'NotOurs' };
  throw new Failure('NotFound', `Stripe does not know ${id}, which ${agentPath(agent)} is about`);
}

async function decide(
  { state }: DecidePorts,
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
async function removalOf(state: Ports['state'], path: string): Promise<FileRemoval | null> {
  const removal = await state.lastRemoval(path);
  if (removal === null) return null;
  return { ...removal, text: await state.textAt(removal.parent, path) };
}
