/** Reads everything that a tick decides on. Only reads: running it changes nothing anywhere. */
import { Failure } from '../core/failure.ts';
import { fleetStackNeeds } from '../core/world/firewall.ts';
import type { PartialReason } from '../core/world/observed.ts';
import type { AgentRecord } from '../core/world/recorded.ts';
import {
  type RunRef,
  type RunState,
  type RunStates,
  type RunText,
  runOf,
  runText,
} from '../core/world/run.ts';
import { compareText, type World } from '../core/world/world.ts';
import type { Snapshot } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';
import type { Known, TickPorts, Watched } from './listed.ts';
import { grantedApprovals, readFiles, reviewedOrphanFiles } from './read-files.ts';
import { readFleet } from './read-fleet.ts';
import { readLocks } from './read-marks.ts';
import { changedAgents, looksMax, readNamed } from './read-named.ts';

/**
 * At the agents alone whose file has changed, at the fleet, or at everything that carries its marks.
 */
export type Look = 'changed' | 'fleet' | 'everything';

/** @param run the one that plans; null where a person does */
export async function readWorld(
  ports: TickPorts,
  look: Look = 'fleet',
  run: RunRef | null = null,
): Promise<World> {
  // The tips before the listings: what a record names by then is in them, unless it is gone. The
  // other way round a server that another run finishes meanwhile would look lost.
  const { main, status, stop } = await ports.glance.tips();
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const { catalog, policy } = await readCatalogAndPolicy(main, ports.files);
  const { orphanFiles, ...known } = await readKnown(ports, main, status);
  const changed = look === 'changed' && status !== null ? changedAgents(known) : null;
  const watched: Watched =
    changed === null || changed.length > looksMax
      ? await readFleet(ports, policy, known)
      : await readNamed(ports, policy, { ...known, agents: changed });
  const { observed, firewallsSeen } = watched;
  if (firewallsSeen) refuseWrongProject(known.records, watched);
  const nowMs = await ports.cloud.now();
  const runs = await runStates(ports, known.records);
  return {
    nowMs,
    main: main.commit,
    status: status?.commit ?? null,
    catalog,
    policy,
    files: known.files,
    records: known.records,
    observed,
    offers: null,
    marks: null,
    locks: await readLocks(ports, { ...known, observed, policy, nowMs, runs }),
    roleVersion: ports.configurator.roleVersion,
    // Firewalls that could not be listed are unknown, not missing.
    fleet: firewallsSeen ? fleetStackNeeds(policy, observed.firewalls) : 'none',
    runs,
    run,
    stop,
    orphanFiles: await reviewedOrphanFiles(ports, main, orphanFiles),
    approvals: await grantedApprovals(ports, main, { policy, nowMs }),
  };
}

/** What git knows, as both tips have it. */
async function readKnown(ports: TickPorts, main: Snapshot, status: Snapshot | null) {
  const journal = await ports.journal.read(status);
  const desired = await readFiles(ports, main);
  const records: AgentRecord[] = [];
  const unreadable: PartialReason[] = [];
  for (const file of journal.records) {
    if (file.kind === 'valid') records.push(file.record);
    else unreadable.push({ source: 'status', detail: `${file.path}: ${file.why}` });
  }
  const known: Known = {
    files: desired.files,
    recordFiles: journal.records,
    records,
    unreadable,
    statusExists: status !== null,
  };
  return { ...known, orphanFiles: desired.orphanFiles };
}

/**
 * A project that has neither a server that we recorded nor a firewall of ours is another one: its
 * token reads and writes, and everything that it answers is beside the point.
 */
function refuseWrongProject(records: readonly AgentRecord[], { observed }: Watched): void {
  const live = records.flatMap(({ gone, server }) =>
    gone !== undefined || server === undefined ? [] : [server.id],
  );
  if (live.length === 0 || observed.firewalls.length > 0) return;
  const seen = new Set(observed.servers.map(({ id }) => id));
  if (live.some((id) => seen.has(id))) return;
  throw new Failure(
    'MisconfiguredAccount',
    `this Hetzner project has no firewall of the fleet and none of its ${live.length} recorded ` +
      'servers: HCLOUD_TOKEN is another project’s',
  );
}

async function runStates(ports: TickPorts, records: readonly AgentRecord[]): Promise<RunStates> {
  const runs = new Map<RunText, RunRef>();
  for (const { claim } of records)
    if (claim !== undefined) runs.set(runText(runOf(claim)), runOf(claim));
  const states = new Map<RunText, RunState>();
  for (const [run, ref] of [...runs].sort(([a], [b]) => compareText(a, b))) {
    try {
      states.set(run, await ports.forge.runState(ref));
    } catch (error) {
      ports.log.warn({ run, error }, 'the Forge could not be asked about a run; its lease decides');
      states.set(run, 'unknown');
    }
  }
  return states;
}
