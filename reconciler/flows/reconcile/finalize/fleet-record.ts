/**
 * Writes to `fleet.yaml`, in one commit where something changed: conditions of the whole fleet, which
 * alarms read, Hetzner's prices, which checks of pull requests use, the last creates, from which
 * customers get an estimate, since when each kind of mail is sent, and what quotas count: beside the
 * fleet, and of GitHub's minutes.
 */

import type { Policy } from '../../../core/agent/policy.ts';
import { type Period, periodDue, withMinutes } from '../../../core/fleet/actions-minutes.ts';
import {
  type FleetRecord,
  fleetPath,
  renderFleetRecord,
  withFleetCondition,
  withMailKinds,
  withPrices,
} from '../../../core/fleet/fleet-record.ts';
import { withOthers } from '../../../core/fleet/others.ts';
import { withProvisions } from '../../../core/fleet/provisions.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { timeMs } from '../../../core/text/time.ts';
import { fleetFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { pushOnStatus } from '../../../ports/tip.ts';
import { readPolicy } from '../../shared/read-catalog.ts';
import type { FinalizePorts } from './finalize-ports.ts';

/** Only on an existing branch: a new one would be read as complete. */
export async function finalizeFleetRecord(
  ports: Pick<FinalizePorts, 'state' | 'clock' | 'forge' | 'log'>,
  plan: Plan,
  records: readonly AgentRecord[],
): Promise<void> {
  const known = await ports.state.confirmed('status');
  const policy = await readPolicy(await ports.state.confirmed('main'));
  const counted = await countMinutes(ports, { plan, policy, known });
  const found = { plan, records, policy, counted };
  if (known !== null && (await textNow(known, found)) === null) return;
  await pushOnStatus(ports, async (status) => {
    const text = status === null ? null : await textNow(status, found);
    if (text === null) return { drafts: [] };
    const subject = 'Conditions, prices, creates and counts of the fleet';
    const edits = [{ path: fleetPath, text }];
    return { drafts: [{ subject, body: '', trailers: [['Aura-Cause', 'status']], edits }] };
  });
}

type Found = {
  readonly plan: Plan;
  readonly records: readonly AgentRecord[];
  /** null where it cannot be read */
  readonly policy: Policy | null;
  /** null where it is not time, or the Forge does not tell */
  readonly counted: { readonly period: Period; readonly minutes: number } | null;
};

/** After runs that read everything; a failure does not prevent the rest. */
async function countMinutes(
  { forge, log }: Pick<FinalizePorts, 'forge' | 'log'>,
  { plan, policy, known }: Pick<Found, 'plan' | 'policy'> & { readonly known: Snapshot | null },
): Promise<Found['counted']> {
  if (plan.others === null || policy?.quotas?.actionsMinutes === undefined) return null;
  const file = known === null ? null : await fleetFileAt(known);
  if (file?.kind !== 'valid') return null;
  const period = periodDue(file.record.actionsMinutes, timeMs(plan.basis.at));
  if (period === null) return null;
  try {
    return { period, minutes: await forge.minutesUsed(period) };
  } catch (error) {
    log.warn({ error }, 'the minutes of runs could not be counted; the next run counts them');
    return null;
  }
}

/** null where the file is up to date */
async function textNow(status: Snapshot, found: Found): Promise<string | null> {
  const { plan, records, policy, counted } = found;
  const file = await fleetFileAt(status);
  // An unreadable file is not overwritten; it is in the reading.
  if (file.kind === 'invalid') return null;
  const record = file.kind === 'valid' ? file.record : null;
  const message = clockDoubtOf(plan);
  if (record === null && message === null) return null;
  const next = withFleetCondition(record, 'ClocksDisagree', { message, at: plan.basis.at });
  const current = withProvisions(countedAnew(pricedAnew(next, plan), plan, policy), records);
  const text = renderFleetRecord(withCounted(mailedAnew(current, plan, policy), counted));
  return record !== null && text === renderFleetRecord(record) ? null : text;
}

/**
 * Only after a complete reading, and beside the ids of firewalls: a record that a run has begun
 * without them is not finished yet.
 */
function pricedAnew(record: FleetRecord, { prices, reading, basis }: Plan): FleetRecord {
  const isDue = prices !== null && reading.kind === 'complete' && record.firewalls !== undefined;
  return isDue ? withPrices(record, { prices, at: basis.at }) : record;
}

/** Where quotas are set and the run read it, and beside the ids of firewalls, too. */
function countedAnew(
  record: FleetRecord,
  { others, basis }: Plan,
  policy: Policy | null,
): FleetRecord {
  if (others === null || policy?.quotas === undefined) return record;
  return record.firewalls === undefined ? record : withOthers(record, others, basis.at);
}

/** Not where another run has counted meanwhile. */
function withCounted(record: FleetRecord, counted: Found['counted']): FleetRecord {
  const known = record.actionsMinutes;
  if (counted === null || (known?.until ?? '') > counted.period.from) return record;
  return { ...record, actionsMinutes: withMinutes(known, counted.period, counted.minutes) };
}

/** From the time of the plan on: there are mails about what this run has done since. */
function mailedAnew(record: FleetRecord, { basis }: Plan, policy: Policy | null): FleetRecord {
  return policy === null
    ? record
    : withMailKinds(record, { kinds: policy.mail.kinds, at: basis.at });
}

function clockDoubtOf({ reading }: Plan): string | null {
  if (reading.kind !== 'partial') return null;
  return reading.reasons.find(({ source }) => source === 'clock')?.detail ?? null;
}
