/** Counts and reports what a resync read, wrote and found odd. */

import type { AgentId } from '../../core/agent/agent.ts';
import type { Catalog } from '../../core/agent/catalog.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { NothingReason } from '../../core/billing/desire.ts';
import { planOf, plansOfItem } from '../../core/billing/purchase.ts';
import type { Failure } from '../../core/failure.ts';
import type { Log } from '../../ports/log.ts';
import { paidButRetiredText } from '../shared/subscription-file.ts';

type ResyncWritten = {
  readonly agent: AgentId;
  readonly causes: readonly string[];
  readonly subject: string;
  /** none in a dry run */
  readonly commits: readonly string[];
};
export type ResyncReport = {
  readonly dryRun: boolean;
  /** whether everything was read */
  readonly complete: boolean;
  /** the subscription to continue after; null at the end or before the first */
  readonly cursor: string | null;
  /** subscriptions listed in this run */
  readonly seen: number;
  /** what was written, or would be; sorted by agent */
  readonly written: readonly ResyncWritten[];
  /** paid subscriptions without a file, and why they get none */
  readonly unplanned: readonly { readonly subscription: string; readonly reason: NothingReason }[];
  /** prices of active subscriptions without a plan */
  readonly unknownPrices: readonly { readonly price: string; readonly subscriptions: number }[];
  /** paid agents whose file has a tombstone, as written; sorted */
  readonly paidButRetired: readonly AgentId[];
  /** agents whose subscription was not listed and was fetched */
  readonly unlisted: readonly AgentId[];
  /** those of `unlisted` that Stripe does not have; they are left unchanged */
  readonly unknown: readonly AgentId[];
  readonly failed: readonly {
    readonly agent: AgentId | null;
    readonly path: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** why it ended early; null where it did not */
  readonly stopped: { readonly reason: string; readonly message: string } | null;
};

type Failed = ResyncReport['failed'][number];

export type ResyncTally = {
  saw(subscription: BilledSubscription, catalog: Catalog): void;
  wrote(one: ResyncWritten, paidButRetired: boolean): void;
  leftOut(subscription: string, reason: NothingReason): void;
  fetched(agent: AgentId): void;
  knewNothing(agent: AgentId): void;
  failed(one: Omit<Failed, 'reason' | 'message'>, failure: Failure): void;
  readonly seen: number;
  report(end: Pick<ResyncReport, 'dryRun' | 'complete' | 'cursor' | 'stopped'>): ResyncReport;
};

export function createResyncTally(): ResyncTally {
  const written = new Map<string, ResyncWritten>();
  const unplanned = new Map<string, NothingReason>();
  const prices = new Map<string, number>();
  const paidButRetired = new Set<AgentId>();
  const unlisted = new Set<AgentId>();
  const unknown = new Set<AgentId>();
  const failures = new Map<string, Failed>();
  let seen = 0;
  return {
    get seen() {
      return seen;
    },
    saw(subscription, catalog) {
      seen += 1;
      for (const price of unknownPrices(subscription, catalog))
        prices.set(price, (prices.get(price) ?? 0) + 1);
    },
    wrote(one, isPaidButRetired) {
      written.set(one.agent, one);
      if (isPaidButRetired) paidButRetired.add(one.agent);
    },
    leftOut: (subscription, reason) => void unplanned.set(subscription, reason),
    fetched: (agent) => void unlisted.add(agent),
    knewNothing: (agent) => void unknown.add(agent),
    failed: (one, { reason, message }) => void failures.set(one.path, { ...one, reason, message }),
    report: (end) => ({
      ...end,
      seen,
      written: sortedBy([...written.values()], ({ agent }) => agent),
      unplanned: sortedBy(
        [...unplanned].map(([subscription, reason]) => ({ subscription, reason })),
        ({ subscription }) => subscription,
      ),
      unknownPrices: sortedBy(
        [...prices].map(([price, subscriptions]) => ({ price, subscriptions })),
        ({ price }) => price,
      ),
      paidButRetired: [...paidButRetired].sort(),
      unlisted: [...unlisted].sort(),
      unknown: [...unknown].sort(),
      failed: sortedBy([...failures.values()], ({ path }) => path),
    }),
  };
}

const paying: ReadonlySet<BilledSubscription['status']> = new Set([
  'active',
  'past_due',
  'trialing',
]);

/** Each price once, of a paying subscription without a plan. */
function unknownPrices(subscription: BilledSubscription, catalog: Catalog): readonly string[] {
  if (!paying.has(subscription.status)) return [];
  const plan = planOf(catalog, subscription);
  if (plan.ok || plan.issue !== 'PlanUnknown') return [];
  const unknown = subscription.items.filter((item) => plansOfItem(catalog, item).length === 0);
  return [...new Set(unknown.map(({ priceId }) => priceId))];
}

function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Logs what a person has to check: alerts use the log. */
export function tellResync(log: Log, report: ResyncReport): ResyncReport {
  const { written, unplanned, unknownPrices, unknown, failed, stopped, seen } = report;
  const { paidButRetired } = report;
  log.info({ seen, written: written.length, complete: report.complete }, 'resync');
  for (const one of unplanned) log.warn(one, 'a subscription is paid and gets no agent');
  for (const one of unknownPrices)
    log.warn(one, 'an active price belongs to no plan of the catalog');
  for (const agent of paidButRetired)
    log.error({ agent, alarm: 'PaidButRetired' }, paidButRetiredText);
  for (const agent of unknown) log.error({ agent }, 'Stripe has no such subscription');
  for (const one of failed) log.error(one, 'an agent could not be resynced');
  if (stopped !== null) log.error({ ...stopped, cursor: report.cursor }, 'a resync ended early');
  return report;
}
