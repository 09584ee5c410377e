/**
 * Writes `fleet.yaml` on branch `status`: one commit, and none where it says the same already. Where the
 * branch is missing, it is begun: the caller has made sure that it was not lost.
 */
import {
  type FleetRecord,
  fleetPath,
  renderFleetRecord,
} from '../../../core/fleet/fleet-record.ts';
import { fleetRecordAt } from '../../../ports/at-snapshot.ts';
import type { CommitDraft } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { pushOnStatus } from '../../../ports/tip.ts';

type RecordPorts = Pick<Ports, 'state' | 'clock'>;

/** null takes the file away. */
export async function recordFleet(ports: RecordPorts, record: FleetRecord | null): Promise<void> {
  await pushOnStatus(ports, async (status) => {
    const now = await fleetRecordAt(status);
    // What is wrong with the fleet is for finalize to say.
    const { conditions } = now ?? {};
    const wanted = record === null || conditions === undefined ? record : { ...record, conditions };
    return { drafts: textOf(now) === textOf(wanted) ? [] : [draftOf(wanted)] };
  });
}

function draftOf(record: FleetRecord | null): CommitDraft {
  const what = record?.firewalls === undefined ? 'are begun' : 'are recorded';
  const subject = `The fleet's firewalls ${record === null ? 'are forgotten' : what}`;
  const edits = [{ path: fleetPath, text: textOf(record) }];
  return { subject, body: '', trailers: [['Aura-Cause', 'fleet']], edits };
}

function textOf(record: FleetRecord | null): string | null {
  return record === null ? null : renderFleetRecord(record);
}
