/** What a tick reads by, what it knows before it looks at the cloud, and a listing that may be down. */
import type { AgentFile } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import type { FleetFile } from '../../../core/fleet/fleet-record.ts';
import type { Observed, PartialReason } from '../../../core/fleet/observed.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import type { Listing } from '../../../ports/listing.ts';
import type { Ports } from '../../../ports/ports.ts';

export type TickPorts = Pick<
  Ports,
  'state' | 'files' | 'journal' | 'cloud' | 'tailnet' | 'states' | 'forge' | 'configurator' | 'log'
>;

/** What git says. */
export type Known = {
  readonly files: readonly AgentFile[];
  readonly recordFiles: readonly RecordFile[];
  /** those that can be read, and why the others cannot */
  readonly records: readonly AgentRecord[];
  readonly unreadable: readonly PartialReason[];
  readonly statusExists: boolean;
  /** one that cannot be read is among the unreadable */
  readonly fleetFile: FleetFile;
};

/** What the cloud says; what was not listed whole is unknown, not missing. */
export type Watched = {
  readonly observed: Observed;
  readonly firewallsSeen: boolean;
  readonly serversSeen: boolean;
};

/** A source that is down makes the reading partial; one that refuses us stops the tick. */
export async function listed<Item>(
  list: () => Promise<Listing<Item>>,
  source: PartialReason['source'],
): Promise<Listing<Item>> {
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof Failure) || error.fate !== 'transient') throw error;
    return { items: [], partial: [{ source, detail: `${error.reason}: ${error.message}` }] };
  }
}
