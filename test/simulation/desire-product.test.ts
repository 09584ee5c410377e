/**
 * `desire` over the product of what Stripe can say, followed through 60 days under several
 * policies: what a file says depends on the subscription, the time, the policy and the two facts
 * that a file keeps (since when a payment is owed, whether banks report), and on nothing else
 * that was read.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Access, AccessIssue } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import type { Policy } from '../../reconciler/core/agent/policy.ts';
import {
  type BilledSubscription,
  type SubscriptionStatus,
  subscriptionStatuses,
} from '../../reconciler/core/billing/billing.ts';
import { desire } from '../../reconciler/core/billing/desire.ts';
import { fileText, inputOf, path, since } from '../builders/billed.ts';
import { nowMs, policyOf } from '../builders/world.ts';

const dayMs = 86_400_000;
const daysFollowed = 60;
const walks = 900;
const secondsAt = (day: number) => (nowMs + day * dayMs) / 1000;
const isoAt = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

const policies = [
  '{}',
  '{pastDueGraceDays: 0, disputed: suspended}',
  '{pastDueGraceDays: 20, unpaidGraceDays: 30, pausedCollection: granted}',
  '{pastDueGraceDays: 3, unpaidGraceDays: 14, disputed: suspended}',
].map((text) => policyOf(`entitlement: ${text}\n`));

type Said = Partial<BilledSubscription>;
const product = everyOne([
  subscriptionStatuses.map((status) => ({ status })),
  [null, ...(['void', 'keep_as_draft', 'mark_uncollectible'] as const)].map((behavior) => ({
    pausedCollection: behavior,
  })),
  [
    {},
    { cancelAtPeriodEnd: true, currentPeriodEnd: secondsAt(25) },
    { cancelAt: secondsAt(9) },
    { cancelAt: secondsAt(45) },
  ],
  [null, ['dispute'], ['fraudWarning'], []].map((reported) => ({ reported })) as readonly Said[],
  [{ owedSince: null }, { owedSince: secondsAt(-2) }, { owedSince: secondsAt(70) }],
]);

function everyOne(parts: readonly (readonly Said[])[]): readonly Said[] {
  return parts.reduce(
    (all, part) => all.flatMap((said) => part.map((more) => ({ ...said, ...more }))),
    [{}] as readonly Said[],
  );
}

/** Steps without a common divisor with the product's size: each walk has its own order. */
const [stride, step] = [157, 613];

it('is the same whatever was read before, and writes once: 54,000 readings', () => {
  const seen = new Set<Said>();
  let followed = 0;
  for (let walk = 0; walk < walks; walk += 1) {
    let text = fileText();
    let { access, retired } = specIn(text);
    let kept: Kept = { owedMs: null, reported: [], state: 'granted', since };
    for (let day = 0; day < daysFollowed; day += 1) {
      // Each lasts for five to twenty days: graces end within it and after it.
      const turn = Math.floor(day / (5 + (walk % 16)));
      const said = product[(walk * stride + turn * step) % product.length] ?? {};
      const policy = policies[Math.floor((walk + day / 29) % policies.length)] as Policy;
      const now = nowMs + day * dayMs;
      const wanted = expected({ said, policy, nowMs: now }, kept);
      const first = desire(inputOf(said, text, { nowMs: now, policy }));
      let again = first.kind;
      if (first.kind === 'write') {
        ({ text } = first);
        ({ access, retired } = specIn(text));
        again = desire(inputOf(said, text, { nowMs: now, policy })).kind;
      }
      const got = { access, retired: retired?.by, again };
      const right = { access: wanted.access, retired: wanted.retired, again: 'unchanged' };
      if (!isDeepStrictEqual(got, right))
        assert.deepEqual(got, right, `walk ${walk}, day ${day}: ${JSON.stringify(said)}`);
      kept = wanted.kept;
      seen.add(said);
      followed += 1;
    }
  }
  assert.equal(seen.size, product.length, 'every combination was followed');
  assert.ok(followed >= 50_000, String(followed));
});

function specIn(text: string) {
  const parsed = parseAgentFile({ path, oid: '', text });
  assert.ok(parsed.kind === 'valid');
  return parsed.agent.spec;
}

type Kept = {
  readonly owedMs: number | null;
  readonly reported: NonNullable<BilledSubscription['reported']>;
  readonly state: Access['state'];
  readonly since: string;
};
type Now = { readonly said: Said; readonly policy: Policy; readonly nowMs: number };

const owes: ReadonlySet<SubscriptionStatus> = new Set(['past_due', 'unpaid']);
const ends: ReadonlySet<SubscriptionStatus> = new Set(['canceled', 'incomplete_expired']);
const paysNothing: ReadonlySet<SubscriptionStatus> = new Set(['incomplete', 'paused']);
const issueOf: Partial<Record<SubscriptionStatus, AccessIssue>> = {
  past_due: 'PaymentPastDue',
  unpaid: 'PaymentUnpaid',
  incomplete: 'PaymentIncomplete',
  paused: 'SubscriptionPaused',
};

/** The expected content of the file, by the policy and Stripe's documentation. */
function expected(
  { said, policy, nowMs: now }: Now,
  before: Kept,
): { readonly access: Access; readonly kept: Kept; readonly retired: string | undefined } {
  const { entitlement } = policy;
  const status = said.status ?? 'active';
  const sinceOf = (state: Access['state']) => (before.state === state ? before.since : isoAt(now));
  const reported = said.reported ?? before.reported;
  const reports = reported.map((one) => (one === 'dispute' ? 'PaymentDisputed' : 'FraudWarning'));
  if (ends.has(status)) {
    const kept: Kept = { owedMs: null, reported, state: 'ended', since: sinceOf('ended') };
    const access: Access = { state: 'ended', since: kept.since, ...issuesOf(reports) };
    return { access, kept, retired: 'stripe' };
  }
  const stripes = said.owedSince == null ? now : Math.min(now, said.owedSince * 1000);
  const owedMs =
    owes.has(status) || paysNothing.has(status)
      ? (before.owedMs ?? (owes.has(status) ? stripes : null))
      : null;
  const graceDays =
    status === 'unpaid' ? entitlement.unpaidGraceDays : entitlement.pastDueGraceDays;
  const graceEnd = owes.has(status) && owedMs !== null ? owedMs + graceDays * dayMs : null;
  const waived = said.pausedCollection === 'void';
  const off =
    paysNothing.has(status) ||
    (graceEnd !== null && graceEnd <= now) ||
    (waived && entitlement.pausedCollection === 'suspended') ||
    (reported.length > 0 && entitlement.disputed === 'suspended');
  const state = off ? 'suspended' : 'granted';
  const announced = said.cancelAtPeriodEnd === true ? said.currentPeriodEnd : said.cancelAt;
  const untils = [
    ...(state === 'granted' && graceEnd !== null ? [graceEnd] : []),
    ...(announced == null ? [] : [announced * 1000]),
  ];
  const issues = [
    ...(said.pausedCollection ? (['CollectionPaused'] as const) : []),
    ...reports,
    ...(issueOf[status] === undefined ? [] : [issueOf[status]]),
  ];
  const kept: Kept = { owedMs, reported, state, since: sinceOf(state) };
  const access: Access = {
    state,
    since: kept.since,
    ...(untils.length === 0 ? {} : { until: isoAt(Math.min(...untils)) }),
    ...(owedMs === null ? {} : { owedSince: isoAt(owedMs) }),
    ...issuesOf(issues),
  };
  return { access, kept, retired: undefined };
}

function issuesOf(issues: readonly AccessIssue[]): Pick<Access, 'issues'> {
  return issues.length === 0 ? {} : { issues: issues.toSorted() };
}
