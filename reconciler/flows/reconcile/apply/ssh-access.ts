/**
 * Opens and closes port 22 of a server, and waits for its firewalls. The fleet's firewalls select
 * servers by label: the bootstrap label opens port 22 to the policy's addresses. A change of labels
 * takes effect some seconds later.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { isChangeThat } from '../../../core/fleet/change-kinds.ts';
import type { FleetIds } from '../../../core/fleet/fleet-record.ts';
import {
  carriesRanLabel,
  labelNames,
  type ObservedFirewall,
  type ObservedServer,
} from '../../../core/fleet/observed.ts';
import { fleetRecordAt } from '../../../ports/at-snapshot.ts';
import type { ApplyPorts, Attempt } from './attempt.ts';
import { ourServer } from './own-server.ts';

type Role = 'base' | 'bootstrap' | 'isolation';

const lookEveryMs = 1500;
const looksMax = 40;

type Firewalls = Readonly<Record<Role, ObservedFirewall>>;
type Reads = Pick<ApplyPorts, 'cloud' | 'state'>;

async function recordedIds({ state }: Pick<Reads, 'state'>): Promise<FleetIds | null> {
  return (await fleetRecordAt(await state.fetch('status')))?.firewalls ?? null;
}

/** The fleet's firewalls by recorded id, or by name without one; a message if one is missing. */
async function fleetFirewalls(
  { cloud, state }: Reads,
  { fleet }: Policy,
): Promise<Firewalls | string> {
  const ids = await recordedIds({ state });
  const found = await cloud.firewalls(fleet);
  const of = (role: Role) =>
    found.find(({ id, name }) => (ids === null ? name === `${fleet}-${role}` : id === ids[role]));
  const [base, bootstrap, isolation] = [of('base'), of('bootstrap'), of('isolation')];
  if (base !== undefined && bootstrap !== undefined && isolation !== undefined)
    return { base, bootstrap, isolation };
  const role = base === undefined ? 'base' : bootstrap === undefined ? 'bootstrap' : 'isolation';
  const which = ids?.[role] === undefined ? '' : ` (${ids[role]})`;
  return `the fleet's firewall ${fleet}-${role}${which} does not exist`;
}

/** Their recorded ids; they are listed only where none are recorded. */
export async function firewallIds({ run }: Pick<Attempt, 'run'>): Promise<FleetIds> {
  const recorded = await recordedIds(run.ports);
  if (recorded !== null) return recorded;
  const { base, bootstrap, isolation } = await requireFirewalls({ run });
  return { base: base.id, bootstrap: bootstrap.id, isolation: isolation.id };
}

/** Why no server may be created; null where all firewalls exist. */
export async function missingFirewall(reads: Reads, policy: Policy): Promise<string | null> {
  const found = await fleetFirewalls(reads, policy);
  return typeof found === 'string' ? found : null;
}

/** Throws `FirewallMissing`: a server without firewalls has every port open to the world. */
export async function requireFirewalls({
  run,
}: {
  readonly run: { readonly ports: Reads; readonly policy: Policy };
}): Promise<Firewalls> {
  const found = await fleetFirewalls(run.ports, run.policy);
  if (typeof found === 'string') throw new Failure('FirewallMissing', found);
  return found;
}

/**
 * Waits until the firewall applies to the server, which was just read, and returns the server as it
 * was read last. After a minute the bootstrap label is rewritten once; the fleet's label is not, as
 * it identifies the server. Throws `VerifyFailed` where the firewall never applies.
 */
export async function waitForFirewall(
  attempt: Attempt,
  server: ObservedServer,
  role: Role,
): Promise<ObservedServer> {
  const id = (await firewallIds(attempt))[role] ?? (await requireFirewalls(attempt))[role].id;
  const held = await onceHeld(attempt, server, id);
  if (held !== null) return held;
  await requireFirewalls(attempt);
  if (role === 'bootstrap') {
    await holdAgain(attempt, server.id, role);
    const again = await onceHeld(attempt, await ourServer(attempt, server.id), id);
    if (again !== null) return again;
  }
  throw new Failure('VerifyFailed', `server ${server.id} is not behind firewall ${id}`);
}

async function onceHeld(
  attempt: Attempt,
  server: ObservedServer,
  id: string,
): Promise<ObservedServer | null> {
  let read = server;
  for (let looks = 1; looks <= looksMax; looks += 1) {
    if (read.firewalls.includes(id)) return read;
    await attempt.run.ports.clock.wait(lookEveryMs);
    read = await ourServer(attempt, server.id);
  }
  return null;
}

/** Rewrites a label, so that Hetzner applies a firewall again from which the server was removed. */
export async function holdAgain(
  attempt: Attempt,
  serverId: string,
  role: Exclude<Role, 'isolation'>,
): Promise<void> {
  const name = role === 'base' ? labelNames.fleet : labelNames.bootstrap;
  const server = await ourServer(attempt, serverId);
  await attempt.mayGoOn();
  try {
    await attempt.run.ports.cloud.setLabels(server.id, without(server.labels, name));
  } finally {
    // Also after a lost answer and under a stop: a server without its labels has no owner.
    await writeLabels(attempt, server, server.labels, attempt.unheld);
  }
}

/** Opens port 22 of a server that was just read, and waits until it is open. */
export async function openSsh(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (server.labels[labelNames.bootstrap] !== '1')
    await writeLabels(attempt, server, { ...server.labels, [labelNames.bootstrap]: '1' });
  await waitForFirewall(attempt, server, 'bootstrap');
}

export async function closeSsh(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (!(labelNames.bootstrap in server.labels)) return;
  const labels = without(server.labels, labelNames.bootstrap);
  await writeLabels(attempt, server, labels, attempt.unheld);
}

/**
 * Closes port 22 after an attempt that failed or was superseded. Not where another run holds the
 * lease, which may need it. A port that could not be closed is repaired by the next run.
 */
export async function leaveClosed(attempt: Attempt): Promise<void> {
  const id = attempt.record().server?.id;
  if (id === undefined || !isChangeThat(attempt.change, 'opensPort22')) return;
  try {
    const server = await ourServer(attempt, id);
    if (labelNames.bootstrap in server.labels && (await attempt.holdsLease()))
      await closeSsh(attempt, server);
  } catch (error) {
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'port 22 could not be closed');
  }
}

/**
 * Protects and labels a server that ran and was just read, protection first: with either it is
 * never rolled back. The same write closes port 22: a second one could be based on stale labels.
 */
export async function labelAsRan(attempt: Attempt, server: ObservedServer): Promise<void> {
  await attempt.run.ports.cloud.protect(server.id, true);
  if (labelNames.ran in server.labels && !(labelNames.bootstrap in server.labels)) return;
  const closed = without(server.labels, labelNames.bootstrap);
  await writeLabels(attempt, server, { ...closed, [labelNames.ran]: '1' });
}

/** Only with the firewall that the label selects: without it the server would not be isolated. */
export async function labelIsolation(
  attempt: Attempt,
  server: ObservedServer,
  isolated: boolean,
): Promise<void> {
  if (labelNames.isolated in server.labels === isolated) return;
  if (isolated) await requireFirewalls(attempt);
  const others = without(server.labels, labelNames.isolated);
  const labels = isolated ? { ...others, [labelNames.isolated]: '1' } : others;
  await writeLabels(attempt, server, labels);
}

/** Sets `ran` before the protection is lifted, so that a run that dies in between loses nothing. */
export async function keepRanLabel(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (carriesRanLabel(server) && !(labelNames.ran in server.labels))
    await writeLabels(attempt, server, server.labels);
}

/**
 * A write replaces all labels; those read may be stale, so `ran`, fleet and agent are always set.
 */
async function writeLabels(
  attempt: Attempt,
  server: ObservedServer,
  labels: ObservedServer['labels'],
  { cloud }: Pick<ApplyPorts, 'cloud'> = attempt.run.ports,
): Promise<void> {
  const { everRunning, server: recorded } = attempt.record();
  const ran = carriesRanLabel(server) || (everRunning && recorded?.id === server.id);
  const ranLabel = ran ? { [labelNames.ran]: '1' } : {};
  const { id, run } = attempt;
  const whose = { [labelNames.fleet]: run.policy.fleet, [labelNames.agent]: id };
  await cloud.setLabels(server.id, { ...labels, ...whose, ...ranLabel });
}

function without(labels: ObservedServer['labels'], name: string): ObservedServer['labels'] {
  const { [name]: _value, ...others } = labels;
  return others;
}
