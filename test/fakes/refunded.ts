/** What must hold of the refunds at Stripe, whatever the processes that made them saw. */
import type { FakeRefund } from './billing.ts';
import type { FakeWorld } from './world.ts';

/** At most one refund for a cause and revision; at most as many in a day as the policy allows. */
export function refundedTooOften({ stripe, git, policy }: FakeWorld): readonly string[] {
  const perDay = grouped(stripe.refunds, ({ seconds }) => dayOf(seconds));
  const wrong = [...perDay]
    .filter(([, refunds]) => refunds.length > policy.refund.perDayMax)
    .map(([day, refunds]) => `${refunds.length} refunds were made on ${day}`);
  // Without the records, an agent is tried anew and given up again: for the invoice of then.
  if (git.rewritten.has('status')) return wrong;
  const perCause = grouped(stripe.refunds, ({ key }) => key);
  return [
    ...wrong,
    ...[...perCause]
      .filter(([, refunds]) => refunds.length > 1)
      .map(([key, refunds]) => `${key} was refunded ${refunds.length} times`),
  ];
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function grouped(refunds: readonly FakeRefund[], by: (refund: FakeRefund) => string) {
  const groups = new Map<string, FakeRefund[]>();
  for (const refund of refunds) groups.set(by(refund), [...(groups.get(by(refund)) ?? []), refund]);
  return groups;
}
