/**
 * The last stage of a run. Writes phases and conditions to records, restores removed files with a
 * tombstone, removes files of agents of which nothing is left, and proposes orphans. Everything is
 * decided again on the tip that is pushed to, the stop is checked before each effect, and a failed
 * part does not stop the others.
 */

import { type RecordFile, readableRecords } from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { lookFirst } from '../../shared/look-first.ts';
import { mainUnlessStopped, stopReason } from '../../shared/read-remote.ts';
import { finalizeAdoptions } from './adoptions.ts';
import { finalizeApprovals } from './approvals.ts';
import { finalizeCanceled } from './canceled.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { finalizeFleetRecord } from './fleet-record.ts';
import { followRefunds } from './followed-refunds.ts';
import { finalizeForgotten } from './forgotten.ts';
import { finalizeGivenUp } from './given-up.ts';
import { finalizeHealth } from './health.ts';
import { finalizeLost } from './lost.ts';
import { finalizeMails, type MailReport, noMails } from './mails.ts';
import { finalizeOrphans } from './orphans.ts';
import { createParts, type FailedPart, type Parts } from './parts.ts';
import { finalizeRemoved } from './removed.ts';
import { finalizeRetired } from './retired.ts';
import { finalizeStatuses } from './statuses.ts';

export type FinalizeReport = {
  /** agents whose record was rewritten */
  readonly statuses: readonly string[];
  /** agents whose removed file was restored with a tombstone */
  readonly restored: readonly string[];
  /** agents whose file is neither on `main` nor in its history: a person has to restore it */
  readonly lost: readonly string[];
  /** agents whose subscription was canceled at Stripe, as their customer asked */
  readonly canceled: readonly string[];
  /** given up agents for which Stripe did what the policy promises */
  readonly compensated: readonly string[];
  /** agents that run again and whose paused collection was resumed */
  readonly resumed: readonly string[];
  /** agents with a refund that a bank has finished or returned since */
  readonly refunds: readonly string[];
  /** agents whose file was removed */
  readonly removed: readonly string[];
  /** agents whose file was written to adopt their server */
  readonly adopted: readonly string[];
  /** agents that were gone for long and whose record was removed */
  readonly forgotten: readonly string[];
  /** builders of images that were ended, because their run is over */
  readonly builders: readonly string[];
  /** pull requests opened or updated */
  readonly proposals: readonly string[];
  /** mails to customers */
  readonly mails: MailReport;
  /** failed parts: the next run retries them */
  readonly failed: readonly FailedPart[];
  /** why `main` was not written; null where it was */
  readonly stopped: string | null;
};

const nothing = {
  statuses: [],
  restored: [],
  lost: [],
  canceled: [],
  compensated: [],
  resumed: [],
  refunds: [],
  removed: [],
  adopted: [],
  forgotten: [],
  builders: [],
  proposals: [],
  mails: noMails,
  failed: [],
};

/** Under a stop conditions are still written; `main` is not. */
export async function finalize(given: FinalizePorts, plan: Plan): Promise<FinalizeReport> {
  const { ports } = lookFirst(given, () => mainUnlessStopped(given));
  const { commit, records } = await ports.journal.read();
  if (commit === null && !isFirst(plan)) {
    // Writing a record would create the branch, and the next run would trust it.
    const stopped = 'branch status is missing, and this is not a first installation';
    ports.log.error({ plan: plan.fingerprint }, stopped);
    return { ...nothing, stopped };
  }
  const parts = createParts(ports.log);
  const seen = await parts.run('records', [], () => finalizeStatuses(ports, plan, records));
  // Written under a stop too, like the records.
  const judged = await parts.run('health', [], () => finalizeHealth(ports, records));
  await parts.run('fleet', undefined, () =>
    finalizeFleetRecord(given, plan, readableRecords(records)),
  );
  const unread = 'the remote could not be read';
  const stopped =
    plan.stop ?? (await parts.run<string | null>('stop', unread, () => stopReason(ports)));
  const files = await parts.run(
    'removed files',
    { restored: [], proposals: [], lost: [], judged: [] },
    () => finalizeRemoved(ports, plan, stopped === null),
  );
  const noted = await parts.run('lost files', [], () => finalizeLost(ports, files, records));
  const done = stopped === null ? await finalizeMain(ports, parts, { plan, records }) : nothing;
  parts.end();
  const { restored, lost, proposals } = files;
  return {
    ...done,
    statuses: [...new Set([...seen, ...judged, ...noted])].sort(),
    restored,
    lost,
    builders: [],
    proposals: [...proposals, ...done.proposals],
    failed: parts.failed,
    stopped: stopped ?? parts.stopped(),
  };
}

type OnMain = Omit<
  FinalizeReport,
  'statuses' | 'restored' | 'lost' | 'builders' | 'failed' | 'stopped'
>;

async function finalizeMain(
  ports: FinalizePorts,
  parts: Parts,
  { plan, records }: { readonly plan: Plan; readonly records: readonly RecordFile[] },
): Promise<OnMain> {
  // Where one of them fails, it is not known which agents still have a refund open: no file is
  // removed.
  const open = new Set(plan.finished.map(({ agent }) => agent));
  const atStripe = { canceled: [], compensated: [], resumed: [], open };
  const ended = await parts.run('canceled subscriptions', atStripe, () =>
    finalizeCanceled(ports, parts, records),
  );
  const givenUp = await parts.run('given up agents', atStripe, () =>
    finalizeGivenUp(ports, parts, records),
  );
  const refunds = await parts.run('refunds', [], () => followRefunds(ports, records));
  const closed = plan.finished.filter(
    ({ agent }) => !ended.open.has(agent) && !givenUp.open.has(agent),
  );
  const removed = await parts.run('retired files', [], () =>
    finalizeRetired(ports, parts, { finished: closed, records, fleet: plan.basis.fleet }),
  );
  const approvals = await parts.run('approvals', [], () => finalizeApprovals(ports, plan, records));
  const adopted = await parts.run('adoptions', [], () => finalizeAdoptions(ports, parts, plan));
  const orphans = await parts.run('orphans', [], () => finalizeOrphans(ports, plan));
  const forgotten = await parts.run('gone records', [], () =>
    finalizeForgotten(ports, plan, records),
  );
  // The last part: its mails say what the others did.
  const mails = await parts.run('mails', noMails, () => finalizeMails(ports, parts, plan));
  const { canceled } = ended;
  const { compensated, resumed } = givenUp;
  const proposals = [...approvals, ...orphans];
  return { canceled, compensated, resumed, refunds, removed, adopted, forgotten, mails, proposals };
}

/** The branch is missing, and the complete reading found nothing of the fleet. */
function isFirst(plan: Plan): boolean {
  return plan.basis.status === null && plan.reading.kind === 'complete';
}
