/** Reads and writes the leases of builders, in `fleet.yaml` on branch `status`. */
import { Failure } from '../../../core/failure.ts';
import {
  type Builder,
  buildersIn,
  withBuilder,
  withoutBuilder,
} from '../../../core/fleet/builder.ts';
import {
  type FleetRecord,
  fleetPath,
  renderFleetRecord,
} from '../../../core/fleet/fleet-record.ts';
import { runOf, runText } from '../../../core/fleet/run.ts';
import { fleetRecordAt } from '../../../ports/at-snapshot.ts';
import type { Ports } from '../../../ports/ports.ts';
import { pushOnStatus } from '../../../ports/tip.ts';
import { isLeaseLive } from '../../shared/run-state.ts';

export type LeasePorts = Pick<Ports, 'state' | 'cloud' | 'forge' | 'clock' | 'log'>;

/**
 * Before the first effect. Throws `Conflict` while another run makes an image: one at a time.
 * Repeated, it writes what is known since, such as the server's id.
 */
export async function writeBuilder(ports: LeasePorts, builder: Builder): Promise<void> {
  await writeFleet(ports, `Builder ${builder.name}`, async (record) => {
    for (const other of buildersIn(record)) {
      if (other.nonce === builder.nonce || !(await isLeaseLive(ports, other))) continue;
      const message = `run ${runText(runOf(other))} makes an image until ${other.until}`;
      throw new Failure('Conflict', message, { errorClass: 'stalled' });
    }
    return withBuilder(record, builder);
  });
}

/** Once nothing of it is left. */
export async function dropBuilder(ports: LeasePorts, { name, nonce }: Builder): Promise<void> {
  await writeFleet(ports, `Builder ${name} is gone`, async (record) =>
    record === null ? null : withoutBuilder(record, nonce),
  );
}

export async function leasedBuilders({ state }: LeasePorts): Promise<readonly Builder[]> {
  return buildersIn(await fleetRecordAt(await state.fetch('status')));
}

async function writeFleet(
  ports: LeasePorts,
  subject: string,
  decide: (record: FleetRecord | null) => Promise<FleetRecord | null>,
): Promise<void> {
  await pushOnStatus(ports, async (status) => {
    const before = await fleetRecordAt(status);
    const after = await decide(before);
    const text = after === null ? null : renderFleetRecord(after);
    const isSame = text === (before === null ? null : renderFleetRecord(before));
    const edits = [{ path: fleetPath, text }];
    const trailers = [['Aura-Cause', 'image']] as const;
    return { drafts: isSame ? [] : [{ subject, body: '', trailers, edits }] };
  });
}
