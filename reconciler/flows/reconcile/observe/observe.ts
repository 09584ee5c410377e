/**
 * Observes everything that one run decides on: git, the listings of Hetzner, Tailscale and the
 * bucket, and whether those listings are plausible. Only reads.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { buildersIn } from '../../../core/fleet/builder.ts';
import { fleetStackNeeds } from '../../../core/fleet/firewall.ts';
import type { FleetIds } from '../../../core/fleet/fleet-record.ts';
import type { Observed, Offers, PartialReason } from '../../../core/fleet/observed.ts';
import { readingOf } from '../../../core/fleet/plausible.ts';
import { projectProof } from '../../../core/fleet/project-proof.ts';
import {
  type ReadRunState,
  type RunRef,
  type RunStates,
  type RunText,
  runOf,
  runText,
  type WrittenRun,
} from '../../../core/fleet/run.ts';
import { compareText, type World } from '../../../core/fleet/world.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { askRunState } from '../../shared/run-state.ts';
import { listed, type ObservePorts } from './listed.ts';
import { agentsToLookUp, lookUpAgents } from './look-up-agents.ts';
import { lookUpMissing } from './look-up-missing.ts';
import { lockedStates, readLocks } from './read-fleet-resources.ts';
import { type Known, readGranted, readKnown, reviewedOrphanFiles } from './read-git.ts';
import type { Scope } from './scope.ts';

/** @param run the run that plans; null where a person plans */
export async function observe(
  ports: ObservePorts,
  scope: Scope = 'fleet',
  run: RunRef | null = null,
): Promise<World> {
  // The tips are read before the listings, which then contain every recorded server that exists. In
  // the other order a server that another run finishes meanwhile would look lost.
  const { main, status, stop } = await ports.state.tips();
  const { catalog, policy } = await readCatalogAndPolicy(main, ports.files);
  const known = await readKnown(ports, main, status);
  const { offers, ...seen } = await readProviders(ports, policy, known, scope);
  const nowMs = await ports.cloud.now();
  const clockDoubt = await ports.cloud.clockDoubt();
  const partial = [...known.unreadable, ...seen.partial];
  const reading = readingOf({ ...known, ...seen, partial, offers, policy, clockDoubt });
  const observed = { ...seen.observed, reading };
  const builders = known.fleetFile.kind === 'valid' ? buildersIn(known.fleetFile.record) : [];
  const runs = await runStates(ports, [...known.records.map(({ lease }) => lease), ...builders]);
  const approvals = await readGranted(ports, main, { policy, nowMs });
  const { files, records } = known;
  return {
    nowMs,
    main: main.commit,
    status: status?.commit ?? null,
    catalog,
    policy,
    files,
    records,
    builders,
    observed,
    offers,
    // Read once the orphans are known.
    resources: null,
    locks: await readLocks(ports, { records, policy, nowMs, runs }, lockedStates(observed)),
    roleVersion: ports.configurator.roleVersion,
    fleet: fleetNeeds(policy, known, seen),
    runs,
    run,
    stop,
    orphanFiles: await reviewedOrphanFiles(ports, main, known.orphanFiles),
    approvals: approvals.granted,
    unreadable: [...approvals.unreadable, ...known.unreadableOrphans],
    // Read from git once the plan shows which servers would be destroyed.
    unprovenAlone: new Set(),
  };
}

/** The providers' answers before they are judged. */
type Seen = {
  readonly observed: Omit<Observed, 'reading'>;
  /** ids of existing servers that the listing lacks */
  readonly unlisted: ReadonlySet<string>;
  /** agents that were looked up one by one, sorted; null where everything was listed */
  readonly named: readonly AgentId[] | null;
  readonly offers: Offers;
  readonly partial: readonly PartialReason[];
};

/** Throws where the token is of another project: its answers prove nothing. */
async function readProviders(
  ports: ObservePorts,
  policy: Policy,
  known: Known,
  scope: Scope,
): Promise<Seen> {
  const agents = agentsToLookUp(scope, known, policy);
  const seen = await readOnce(ports, policy, known, agents);
  const proof = proofOf(known, seen);
  if (proof?.kind !== 'refuted') return seen;
  // A few agents may not prove the project: a full listing must.
  if (agents !== null) return readProviders(ports, policy, known, 'fleet');
  throw new Failure('MisconfiguredAccount', proof.message);
}

async function readOnce(
  ports: ObservePorts,
  policy: Policy,
  known: Known,
  agents: readonly AgentId[] | null,
): Promise<Seen> {
  const { fleet } = policy;
  const [own, firewalls, offers, addresses] = await Promise.all([
    agents === null ? listFleet(ports, fleet) : lookUpAgents(ports, fleet, { ...known, agents }),
    listed('fleet', () => ports.cloud.firewalls(fleet)),
    listed('prices', async () => [await ports.cloud.offers()]),
    listed('addresses', () => ports.cloud.primaryIps(fleet)),
  ]);
  const { servers, devices, states, named } = own;
  const partial = [own, firewalls, offers, addresses].flatMap((one) => one.partial);
  const isWhole = named === null && partial.length === 0;
  const missing = isWhole ? await lookUpMissing(ports, { ...known, policy }, own) : null;
  const found = missing?.found ?? [];
  return {
    observed: {
      servers: [...servers, ...found],
      devices,
      states,
      primaryIps: addresses.items,
      firewalls: firewalls.items,
    },
    unlisted: new Set(found.map(({ id }) => id)),
    named,
    offers: offers.items[0] ?? noOffers,
    partial: [...partial, ...(missing?.partial ?? [])],
  };
}

const noOffers: Offers = { currency: '', backupPercent: 0, ipv4MonthlyNet: {}, list: [] };

async function listFleet({ cloud, tailnet, states }: ObservePorts, fleet: string) {
  const [servers, devices, kept] = await Promise.all([
    listed('servers', () => cloud.servers(fleet)),
    listed('devices', () => tailnet.devices(fleet)),
    listed('states', () => states.list(`${fleet}/agents/`)),
  ]);
  return {
    named: null,
    servers: servers.items,
    devices: devices.items,
    states: kept.items,
    partial: [...servers.partial, ...devices.partial, ...kept.partial],
  };
}

/** null where servers or firewalls could not be listed: then missing ones prove nothing. */
function proofOf(known: Known, { observed, partial }: Seen) {
  if (partial.some(({ source }) => source === 'servers' || source === 'fleet')) return null;
  return projectProof({ ...observed, records: known.records, fleetIds: idsIn(known) });
}

function idsIn({ fleetFile }: Known): FleetIds | null {
  return fleetFile.kind === 'valid' ? (fleetFile.record.firewalls ?? null) : null;
}

/**
 * `none` where firewalls could not be listed, or their recorded ids are unknown: the file cannot be
 * read, or branch `status` is missing although the fleet has servers.
 */
function fleetNeeds(policy: Policy, known: Known, { observed, partial }: Omit<Seen, 'offers'>) {
  const { fleetFile, statusExists } = known;
  const unknown = fleetFile.kind === 'invalid' || (!statusExists && observed.servers.length > 0);
  if (unknown || partial.some(({ source }) => source === 'fleet')) return 'none';
  return fleetStackNeeds(policy, observed.firewalls, idsIn(known));
}

async function runStates(
  ports: ObservePorts,
  leases: readonly (WrittenRun | undefined)[],
): Promise<RunStates> {
  const runs = new Map<RunText, RunRef>();
  for (const lease of leases)
    if (lease !== undefined) runs.set(runText(runOf(lease)), runOf(lease));
  const states = new Map<RunText, ReadRunState>();
  for (const [run, ref] of [...runs].sort(([a], [b]) => compareText(a, b)))
    states.set(run, await askRunState(ports, ref));
  return states;
}
