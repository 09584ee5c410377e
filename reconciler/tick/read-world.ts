/** Reads everything that a tick decides on. Only reads: running it changes nothing anywhere. */
import { Failure } from '../core/failure.ts';
import { fleetStackNeeds } from '../core/firewall.ts';
import type { Observed, PartialReason } from '../core/observed.ts';
import { readingOf } from '../core/plausible.ts';
import type { AgentRecord, RunState } from '../core/recorded.ts';
import type { World } from '../core/world.ts';
import type { Listing, Ports } from '../ports.ts';

import { readApprovals, readFiles } from './read-files.ts';

export type TickPorts = Pick<
  Ports,
  'state' | 'journal' | 'cloud' | 'tailnet' | 'states' | 'forge' | 'configurator' | 'log'
>;

export async function readWorld(ports: TickPorts): Promise<World> {
  const desired = await readFiles(ports.state, ports.log);
  const { policy } = desired;
  const fleet = policy.fleet;
  // Before the listings: what a record names by then is in them, unless it is gone. The other way
  // round a server that another run finishes meanwhile would look lost.
  const journal = await ports.journal.read();
  const [observed, firewalls, offers, stop] = await Promise.all([
    observe(ports, fleet),
    listed(async () => ({ items: await ports.cloud.firewalls(fleet), partial: [] }), 'fleet'),
    ports.cloud.offers(),
    stopReason(ports),
  ]);
  const records: AgentRecord[] = [];
  const partial: PartialReason[] = [...observed.partial, ...firewalls.partial];
  for (const file of journal.records) {
    if (file.kind === 'valid') records.push(file.record);
    else partial.push({ source: 'status', detail: `${file.path}: ${file.why}` });
  }
  const nowMs = await ports.cloud.now();
  const seen: Omit<Observed, 'reading'> = { ...observed.seen, firewalls: firewalls.items };
  const reading = readingOf({
    files: desired.files,
    records,
    observed: seen,
    partial,
    statusExists: journal.commit !== null,
    policy,
  });
  return {
    nowMs,
    main: desired.main,
    status: journal.commit,
    catalog: desired.catalog,
    policy,
    files: desired.files,
    records,
    observed: { ...seen, reading },
    offers,
    roleVersion: ports.configurator.roleVersion,
    // Firewalls that could not be listed are unknown, not missing.
    fleet: firewalls.partial.length > 0 ? 'none' : fleetStackNeeds(policy, firewalls.items),
    runs: await runStates(ports, records),
    stop,
    orphanFiles: desired.orphanFiles,
    approvals: await readApprovals(ports, policy, nowMs),
  };
}

async function observe(ports: TickPorts, fleet: string) {
  const [servers, devices, states, primaryIps] = await Promise.all([
    listed(() => ports.cloud.servers(fleet), 'servers'),
    listed(() => ports.tailnet.devices(fleet), 'devices'),
    listed(() => ports.states.list(`${fleet}/agents/`), 'states'),
    listed(() => ports.cloud.primaryIps(), 'servers'),
  ]);
  return {
    seen: {
      servers: servers.items,
      devices: devices.items,
      states: states.items,
      primaryIps: primaryIps.items,
    },
    partial: [...servers.partial, ...devices.partial, ...states.partial, ...primaryIps.partial],
  };
}

/** A source that is down makes the reading partial; one that refuses us stops the tick. */
async function listed<Item>(
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

/** A stop that cannot be read counts as stop. */
async function stopReason(ports: TickPorts): Promise<string | null> {
  try {
    return await ports.state.stop();
  } catch (error) {
    ports.log.warn({ error }, 'the stop ref could not be read');
    return 'the stop ref could not be read';
  }
}

async function runStates(
  ports: TickPorts,
  records: readonly AgentRecord[],
): Promise<ReadonlyMap<string, RunState>> {
  const runs = new Set(
    records.flatMap((record) => (record.claim === undefined ? [] : [record.claim.run])),
  );
  const states = new Map<string, RunState>();
  for (const run of [...runs].sort()) {
    try {
      states.set(run, await ports.forge.runState(run));
    } catch (error) {
      ports.log.warn({ run, error }, 'the Forge could not be asked about a run; its lease decides');
      states.set(run, 'unknown');
    }
  }
  return states;
}
