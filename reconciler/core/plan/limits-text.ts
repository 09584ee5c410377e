/** Messages about the changes that limits deferred or refused. */
import type { Policy } from '../agent/policy.ts';
import type { Plan } from './plan.ts';

type Deferred = Plan['deferred'][number];
type Refused = Plan['refused'][number];

/** Why a change waits, and when its turn comes if a time window decides that. */
export function deferralText({ message, freeAt }: Deferred): string {
  return freeAt === undefined ? message : `${message}; its turn comes at ${freeAt}`;
}

/** One line for each limit: how many changes it refused and what releases them. */
export function refusalLines(refused: readonly Refused[]): readonly string[] {
  const limits = [...new Set(refused.map(({ limit }) => limit))].sort();
  return limits.map((limit) => {
    const those = refused.filter((one) => one.limit === limit);
    return `${limit} (${those.length}): ${those[0]?.message ?? ''}; ${releaseText(those)}`;
  });
}

/** Ends with `freeAt` are the rest of a burst most of which was ended a day before. */
function releaseText(refused: readonly Refused[]): string {
  const freed = refused.flatMap(({ freeAt }) => freeAt ?? []).sort();
  const [at] = freed;
  if (at === undefined) return 'without an approval they stay';
  const rest = freed.length < refused.length ? ', and the rest stays' : '';
  return (
    `without an approval ${freed.length} of them would be ended from ${at} on, when enough of their ` +
    `set were ended a day before${rest}`
  );
}

/** The policy's limits on what a run may do, a line for each kind. */
export function limitsInForce({ limits }: Policy): readonly string[] {
  const { currency } = limits;
  return [
    `creates: ${limits.createsPerRunMax} a run, ${limits.createsPerHourMax} an hour, ` +
      `${limits.createsPerCustomerPerHourMax} an hour for one customer, who has at most ` +
      `${limits.agentsPerCustomerMax} servers, and the fleet costs at most ` +
      `${limits.fleetCostMonthlyMax} ${currency} a month`,
    `ends of servers that ran: ${limits.destroysPerHourCount} an hour or ` +
      `${limits.destroysPerHourPercent} % of the fleet, ${limits.destroysPerDayCount} a day or ` +
      `${limits.destroysPerDayPercent} %, the larger each; none of a burst of more than ` +
      `${limits.burstCount} or ${limits.burstPercent} % within an hour`,
    `interruptions of running agents: ${limits.disruptionsPerRunMax} a run`,
  ];
}
