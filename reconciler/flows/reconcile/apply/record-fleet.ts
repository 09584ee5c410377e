/**
 * Writes `fleet.yaml` on branch `status`: one commit, and none where it says the same already. A push
 * that another run was faster than is decided again on what that one wrote, and one whose answer was
 * lost is looked at before it is tried again. Where the branch is missing, it is begun: whoever calls
 * has made sure that it is not one which was lost.
 */
import { asFailure, Failure } from '../../../core/failure.ts';
import {
  type FleetRecord,
  fleetPath,
  fleetRecordIn,
  renderFleetRecord,
  statusReadme,
} from '../../../core/fleet/fleet-record.ts';
import type { CommitDraft, FileEdit } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';

type RecordPorts = Pick<Ports, 'state' | 'clock'>;

const triesMax = 8;
const pauseMs = 500;

/** null takes the file away. */
export async function recordFleet(ports: RecordPorts, record: FleetRecord | null): Promise<void> {
  let last = new Failure('PushRejected', 'branch status kept moving');
  for (let tries = 1; tries <= triesMax; tries += 1) {
    if (tries > 1) await ports.clock.wait(pauseMs * tries);
    try {
      if (await isRecorded(ports, record)) return;
    } catch (thrown) {
      last = asFailure(thrown);
      if (last.fate !== 'transient') throw last;
    }
  }
  throw last;
}

/** false where the push was rejected. */
async function isRecorded({ state }: RecordPorts, record: FleetRecord | null): Promise<boolean> {
  const status = await state.fetch('status');
  const now = fleetRecordIn((await status?.read(fleetPath))?.text ?? null);
  // What is wrong with the fleet is a tick's to say.
  const { conditions } = now ?? {};
  const wanted = record === null || conditions === undefined ? record : { ...record, conditions };
  if (textOf(now) === textOf(wanted)) return true;
  const edits: FileEdit[] = [{ path: fleetPath, text: textOf(wanted) }];
  if (status === null) edits.unshift({ path: 'README.md', text: statusReadme });
  const pushed = await state.push('status', status, [draftOf(record, edits)]);
  return pushed.kind === 'pushed';
}

function draftOf(record: FleetRecord | null, edits: readonly FileEdit[]): CommitDraft {
  const what = record?.firewalls === undefined ? 'are begun' : 'are recorded';
  const subject = `The fleet's firewalls ${record === null ? 'are forgotten' : what}`;
  return { subject, body: '', trailers: [['Aura-Cause', 'fleet']], edits };
}

function textOf(record: FleetRecord | null): string | null {
  return record === null ? null : renderFleetRecord(record);
}
