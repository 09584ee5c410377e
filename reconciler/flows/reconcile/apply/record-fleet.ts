/**
 * Writes `fleet.yaml` on branch `status`, in one commit if it differs. A missing branch is created:
 * the caller has checked that it was not lost.
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

/** null removes the file. */
export async function recordFleet(ports: RecordPorts, record: FleetRecord | null): Promise<void> {
  await pushOnStatus(ports, async (status) => {
    const now = await fleetRecordAt(status);
    // Others write the rest.
    const { conditions, builders, resync, prices } = now ?? {};
    const kept = {
      ...(conditions && { conditions }),
      ...(builders && { builders }),
      ...(resync && { resync }),
      ...(prices && { prices }),
    };
    const wanted = record === null ? null : { ...record, ...kept };
    return { drafts: textOf(now) === textOf(wanted) ? [] : [draftOf(wanted)] };
  });
}

function draftOf(record: FleetRecord | null): CommitDraft {
  const what = record?.firewalls === undefined ? 'Begin to record' : 'Record';
  const subject = `${record === null ? 'Remove' : what} the ids of the fleet's firewalls`;
  const edits = [{ path: fleetPath, text: textOf(record) }];
  return { subject, body: '', trailers: [['Aura-Cause', 'fleet']], edits };
}

function textOf(record: FleetRecord | null): string | null {
  return record === null ? null : renderFleetRecord(record);
}
