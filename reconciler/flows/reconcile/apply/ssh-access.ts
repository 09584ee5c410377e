/**
 * Port 22 of a server, and the firewalls behind it. The fleet's firewalls hold by label selector: the
 * bootstrap label opens port 22 to the policy's addresses, and a change of labels reaches a firewall
 * some seconds later.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { isChangeThat } from '../../../core/fleet/change-kinds.ts';
import {
  carriesRanLabel,
  labelNames,
  type ObservedFirewall,
  type ObservedServer,
} from '../../../core/fleet/observed.ts';
import { fleetRecordAt } from '../../../ports/at-snapshot.ts';
import type { ApplyPorts, Attempt } from './attempt.ts';
import { ourServer } from './own-server.ts';

type Role = 'base' | 'bootstrap';

const lookEveryMs = 1500;
const looksMax = 40;

type Firewalls = Readonly<Record<Role, ObservedFirewall>>;
type Reads = Pick<ApplyPorts, 'cloud' | 'state'>;

/**
 * The fleet's firewalls as they are at Hetzner now: those whose ids are recorded, or of their names
 * where an older installation has recorded none. In words which is missing.
 */
async function fleetFirewalls(
  { cloud, state }: Reads,
  { fleet }: Policy,
): Promise<Firewalls | string> {
  const ids = (await fleetRecordAt(await state.fetch('status')))?.firewalls ?? null;
  const found = await cloud.firewalls(fleet);
  const of = (role: Role) =>
    found.find(({ id, name }) => (ids === null ? name === `${fleet}-${role}` : id === ids[role]));
  const [base, bootstrap] = [of('base'), of('bootstrap')];
  if (base !== undefined && bootstrap !== undefined) return { base, bootstrap };
  const role = base === undefined ? 'base' : 'bootstrap';
  const which = ids === null ? '' : ` (${ids[role]})`;
  return `the fleet's firewall ${fleet}-${role}${which} is not there`;
}

/** Why nothing may be bought; null where both of the fleet's firewalls are there. */
export async function missingFirewall(reads: Reads, policy: Policy): Promise<string | null> {
  const found = await fleetFirewalls(reads, policy);
  return typeof found === 'string' ? found : null;
}

/**
 * Throws `FirewallMissing` where one of them is not there: a server that is made without has every
 * port open to the world.
 */
export async function requireFirewalls({ run }: Pick<Attempt, 'run'>): Promise<Firewalls> {
  const found = await fleetFirewalls(run.ports, run.policy);
  if (typeof found === 'string') throw new Failure('FirewallMissing', found);
  return found;
}

/**
 * Until the firewall is applied to the server. The one that opens port 22 is made to look again where
 * it is not in a minute; the label of the other one says whose the server is, which only a repair of a
 * finished one takes off. Throws `VerifyFailed` where it never is.
 */
export async function waitForFirewall(
  attempt: Attempt,
  serverId: string,
  role: Role,
): Promise<void> {
  const { id } = (await requireFirewalls(attempt))[role];
  if (await comesToHold(attempt, serverId, id)) return;
  if (role === 'bootstrap') {
    await holdAgain(attempt, serverId, role);
    if (await comesToHold(attempt, serverId, id)) return;
  }
  throw new Failure('VerifyFailed', `server ${serverId} is not behind firewall ${id}`);
}

async function comesToHold(attempt: Attempt, serverId: string, id: string): Promise<boolean> {
  for (let looks = 1; looks <= looksMax; looks += 1) {
    if ((await ourServer(attempt, serverId)).firewalls.includes(id)) return true;
    await attempt.run.ports.clock.wait(lookEveryMs);
  }
  return false;
}

/** A firewall looks at a server again, which was taken out of it, once the label is rewritten. */
export async function holdAgain(attempt: Attempt, serverId: string, role: Role): Promise<void> {
  const name = role === 'base' ? labelNames.fleet : labelNames.bootstrap;
  const server = await ourServer(attempt, serverId);
  await attempt.mayGoOn();
  try {
    await attempt.run.ports.cloud.setLabels(server.id, without(server.labels, name));
  } finally {
    // Also where the answer to that was lost, and under a stop: a server without its labels has no
    // owner.
    await writeLabels(attempt, server, server.labels, attempt.unheld);
  }
}

/** Opens port 22 and waits until it is open. */
export async function openSsh(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (server.labels[labelNames.bootstrap] !== '1')
    await writeLabels(attempt, server, { ...server.labels, [labelNames.bootstrap]: '1' });
  await waitForFirewall(attempt, server.id, 'bootstrap');
}

export async function closeSsh(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (!(labelNames.bootstrap in server.labels)) return;
  const labels = without(server.labels, labelNames.bootstrap);
  await writeLabels(attempt, server, labels, attempt.unheld);
}

/** What fails on the way is closed at the end of the attempt. */
export async function withSshOpen(
  attempt: Attempt,
  server: ObservedServer,
  work: () => Promise<void>,
): Promise<void> {
  await openSsh(attempt, server);
  await work();
  await closeSsh(attempt, await ourServer(attempt, server.id));
}

/**
 * At the end of an attempt that failed, or that a stop or another commit ended: port 22 is open while
 * its server is worked on, and no longer. Not where another run has the agent by now, which may need
 * it; one that could not be closed is the next run's repair.
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
 * The label and the protection of a server that ran, protection first: from either on it is never
 * rolled back, whatever else of the verification is lost. The label closes port 22 in the same write,
 * as a further one could be made of labels that were read before it.
 */
export async function labelAsRan(attempt: Attempt, serverId: string): Promise<void> {
  const { cloud } = attempt.run.ports;
  await cloud.protect(serverId, true);
  const server = await ourServer(attempt, serverId);
  if (labelNames.ran in server.labels && !(labelNames.bootstrap in server.labels)) return;
  const closed = without(server.labels, labelNames.bootstrap);
  await writeLabels(attempt, server, { ...closed, [labelNames.ran]: '1' });
}

/**
 * Before its protection is lifted: what dies before the server is gone leaves one that is known to have
 * run.
 */
export async function keepRanLabel(attempt: Attempt, server: ObservedServer): Promise<void> {
  if (carriesRanLabel(server) && !(labelNames.ran in server.labels))
    await writeLabels(attempt, server, server.labels);
}

/**
 * A write replaces all labels, and those that were read may be old: what ran keeps its mark, and each
 * server says whose it is.
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
