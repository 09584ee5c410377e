/** Reads everything that a tick decides on. Only reads: running it changes nothing anywhere. */

import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { withClockDoubt } from '../../../core/fleet/agreed-time.ts';
import { fleetStackNeeds } from '../../../core/fleet/firewall.ts';
import { type FleetIds, fleetPath, parseFleetFile } from '../../../core/fleet/fleet-record.ts';
import type { PartialReason } from '../../../core/fleet/observed.ts';
import { doubtsOfGit } from '../../../core/fleet/plausible.ts';
import { projectProof } from '../../../core/fleet/project-proof.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import {
  type RunRef,
  type RunState,
  type RunStates,
  type RunText,
  runOf,
  runText,
} from '../../../core/fleet/run.ts';
import { compareText, type World } from '../../../core/fleet/world.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import type { Known, TickPorts, Watched } from './listed.ts';
import { readFiles, readGranted, reviewedOrphanFiles } from './read-files.ts';
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
  const { main, status, stop } = await ports.state.tips();
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const { catalog, policy } = await readCatalogAndPolicy(main, ports.files);
  const { orphanFiles, unreadableOrphans, ...known } = await readKnown(ports, main, status);
  const watched = await watch(ports, policy, known, look);
  refuseWrongProject(known, watched);
  const nowMs = await ports.cloud.now();
  const reading = withClockDoubt(watched.observed.reading, await ports.cloud.clockDoubt());
  const observed = { ...watched.observed, reading };
  const runs = await runStates(ports, known.records);
  const approvals = await readGranted(ports, main, { policy, nowMs });
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
    fleet: fleetNeeds(policy, known, watched),
    fleetIds: idsIn(known),
    runs,
    run,
    stop,
    orphanFiles: await reviewedOrphanFiles(ports, main, orphanFiles),
    approvals: approvals.granted,
    unreadable: [...approvals.unreadable, ...unreadableOrphans],
    // Asked of git once it is known whose server is to be ended.
    unprovenAlone: new Set(),
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
  const fleetFile = parseFleetFile((await status?.read(fleetPath))?.text ?? null);
  if (fleetFile.kind === 'invalid') unreadable.push({ source: 'status', detail: fleetFile.why });
  const known: Known = {
    files: desired.files,
    recordFiles: journal.records,
    records,
    unreadable,
    statusExists: status !== null,
    fleetFile,
  };
  const { orphanFiles, unreadable: unreadableOrphans } = desired;
  return { ...known, orphanFiles, unreadableOrphans };
}

/**
 * At the changed agents alone only where git leaves nothing in doubt, and where what was seen of so
 * few proves the project; otherwise everything is listed, which is judged as a whole.
 */
async function watch(ports: TickPorts, policy: Policy, known: Known, look: Look): Promise<Watched> {
  const inDoubt = !known.statusExists || doubtsOfGit({ ...known, policy }).length > 0;
  const agents = look === 'changed' && !inDoubt ? changedAgents(known) : null;
  if (agents !== null && agents.length <= looksMax) {
    const named = await readNamed(ports, policy, { ...known, agents });
    if (proofOf(known, named).kind !== 'refuted') return named;
  }
  return readFleet(ports, policy, known);
}

/** Nothing is decided on what another project's token answers, however whole and well it is. */
function refuseWrongProject(known: Known, watched: Watched): void {
  if (!watched.firewallsSeen || !watched.serversSeen) return;
  const proof = proofOf(known, watched);
  if (proof.kind === 'refuted') throw new Failure('MisconfiguredAccount', proof.message);
}

function proofOf(known: Known, { observed }: Watched) {
  return projectProof({ ...observed, records: known.records, fleetIds: idsIn(known) });
}

function idsIn({ fleetFile }: Known): FleetIds | null {
  return fleetFile.kind === 'valid' ? (fleetFile.record.firewalls ?? null) : null;
}

/**
 * Nothing where firewalls could not be listed, and where their recorded ids are unknown: the file
 * cannot be read, or branch `status` is missing although the fleet has servers.
 */
function fleetNeeds(policy: Policy, known: Known, { observed, firewallsSeen }: Watched) {
  const { fleetFile, statusExists } = known;
  const unknown = fleetFile.kind === 'invalid' || (!statusExists && observed.servers.length > 0);
  if (!firewallsSeen || unknown) return 'none';
  return fleetStackNeeds(policy, observed.firewalls, idsIn(known));
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
