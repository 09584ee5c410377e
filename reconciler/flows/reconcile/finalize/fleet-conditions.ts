/**
 * Writes conditions of the whole fleet to `fleet.yaml`, which alarms read, in one commit when one
 * appears and one when it ends.
 */

import {
  fleetPath,
  renderFleetRecord,
  withFleetCondition,
} from '../../../core/fleet/fleet-record.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { fleetFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { pushOnStatus } from '../../../ports/tip.ts';
import type { FinalizePorts } from './finalize-ports.ts';

/** Only on an existing branch: a new one would be read as complete. */
export async function finalizeFleetConditions(
  ports: Pick<FinalizePorts, 'state' | 'clock'>,
  plan: Plan,
): Promise<void> {
  const known = await ports.state.confirmed('status');
  if (known !== null && (await textNow(known, plan)) === null) return;
  await pushOnStatus(ports, async (status) => {
    const text = status === null ? null : await textNow(status, plan);
    if (text === null) return { drafts: [] };
    const subject = 'Conditions of the fleet';
    const edits = [{ path: fleetPath, text }];
    return { drafts: [{ subject, body: '', trailers: [['Aura-Cause', 'status']], edits }] };
  });
}

/** null where the file is up to date */
async function textNow(status: Snapshot, plan: Plan): Promise<string | null> {
  const file = await fleetFileAt(status);
  // An unreadable file is not overwritten; it is in the reading.
  if (file.kind === 'invalid') return null;
  const record = file.kind === 'valid' ? file.record : null;
  const message = clockDoubtOf(plan);
  if (record === null && message === null) return null;
  const next = withFleetCondition(record, 'ClocksDisagree', { message, at: plan.basis.at });
  const text = renderFleetRecord(next);
  return record !== null && text === renderFleetRecord(record) ? null : text;
}

function clockDoubtOf({ reading }: Plan): string | null {
  if (reading.kind !== 'partial') return null;
  return reading.reasons.find(({ source }) => source === 'clock')?.detail ?? null;
}
