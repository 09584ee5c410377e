/** Rows that keep an existing server as its file asks: power, size, repairs, configuration. */
import type { Drift } from '../../../schemas/generated/plan.ts';
import { customerLabel } from '../fleet/customer-label.ts';
import { isMisnamed } from '../fleet/device.ts';
import { configHashOf, hostSettingsOf } from '../fleet/host-settings.ts';
import { agentOfState, outlivesLeases } from '../fleet/lock.ts';
import { isOpen, labelNames, type ObservedServer, serverIsOn } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { runOf, runText } from '../fleet/run.ts';
import { serverIsLost } from '../fleet/server-facts.ts';
import { change, type Decision, idle, type OnServer, type Situation } from '../fleet/situation.ts';
import { offerOf } from '../stack/choice.ts';
import { timeMs } from '../text/time.ts';
import { nextAttemptMs } from './existence.ts';
import { retryThatWaits } from './restraint.ts';

/** In a partial reading the recorded server counts. */
export function powerOff(situation: Situation): Decision {
  const { view, server } = situation;
  const { access, power, retired } = view.agent.spec;
  const because =
    retired !== undefined
      ? `retired by ${retired.by}`
      : access.state !== 'granted'
        ? `access is ${access.state}`
        : `power is set to ${power}`;
  const id = server?.id ?? view.record?.server?.id ?? '';
  return change(situation, { kind: 'power', because, server: id, to: 'off' });
}

/** States that last seconds; in other states a server may stay for hours, and it is not up. */
const passing: ReadonlySet<ObservedServer['status']> = new Set(['starting', 'stopping']);

/** A server that is neither running nor off is not changed. */
export function leavePowerUnknown(situation: OnServer): Decision | null {
  const { id, status } = situation.server;
  if (status === 'running' || status === 'off') return null;
  const reason = passing.has(status) ? 'Busy' : 'PowerUnknown';
  return idle(situation, reason, `server ${id} is ${status}`);
}

/** The file's plan differs from the recorded one; a changed catalog alone resizes nothing. */
export function resize(situation: OnServer): Decision | null {
  const { view, world, server } = situation;
  const chosen = view.record?.chosen;
  if (chosen === undefined) return null;
  const plan = view.agent.spec.plan;
  const samePlan = plan === chosen.plan;
  if (samePlan && server.serverType === chosen.serverType) return null;
  // A type that was changed by hand goes back to the recorded one, even if the catalog has changed.
  const to = samePlan ? chosen.serverType : world.catalog.plans[plan]?.serverTypes[chosen.region];
  const impossible = (why: string) => idle(situation, 'ResizeImpossible', why);
  if (to === undefined) return impossible(`plan ${plan} is not sold in region ${chosen.region}`);
  const offer = offerOf(world.offers, to, server.location);
  if (to !== server.serverType && offer?.available !== true)
    return impossible(`Hetzner does not sell ${to} in ${server.location}`);
  if (offer !== null && offer.diskGb < server.diskGb)
    return impossible(
      `the disk of ${to} is smaller (${offer.diskGb} GB) than the server's (${server.diskGb} GB)`,
    );
  return change(situation, {
    kind: 'resize',
    because: samePlan
      ? `its server is a ${server.serverType}, ${to} is recorded: it was changed by hand`
      : `plan ${plan} is asked for, plan ${chosen.plan} runs`,
    server: server.id,
    from: server.serverType,
    to,
    plan,
  });
}

export function powerOn(situation: OnServer): Decision {
  const because = 'it should run and its server is off';
  return change(situation, { kind: 'power', because, server: situation.server.id, to: 'on' });
}

/** Closes port 22, which a run left open, while the server's next attempt is not due. */
export function closeWhileWaiting(situation: OnServer): Decision | null {
  const { server, view } = situation;
  if (!isOpen(server) || view.record?.server?.id !== server.id) return null;
  return nextAttemptMs(situation) === null ? null : closePort(situation);
}

/** Closes port 22 alone while the rest of the repair has to wait. */
export function closeAlone(situation: OnServer): Decision | null {
  const waits = retryThatWaits(situation, 'repair') !== null;
  return waits && driftsOf(situation).includes('bootstrap') ? closePort(situation) : null;
}

function closePort(situation: OnServer): Decision {
  const because = 'port 22 is open and no run works on it';
  const { id } = situation.server;
  return change(situation, { kind: 'repair', because, server: id, drifts: ['bootstrap'] });
}

/**
 * Labels, name, firewall, protection, device or state missing or drifted, the device's name too; its
 * key expires, port 22 is open, or a dead run left its lock.
 */
export function repair(situation: OnServer): Decision | null {
  const drifts = driftsOf(situation);
  if (drifts.length === 0) return null;
  const because = `drifted: ${drifts.join(', ')}`;
  return change(situation, { kind: 'repair', because, server: situation.server.id, drifts });
}

/** Configures the server in place after a change of what it is configured to, or of our roles. */
export function configure(situation: OnServer): Decision | null {
  const { view, world, server } = situation;
  const { roleVersion } = world;
  const configHash = configHashOf(hostSettingsOf(view.agent.spec, server, world.policy));
  const configured = view.record?.configured;
  if (configured?.configHash === configHash && configured.roleVersion === roleVersion) return null;
  const because =
    configured === undefined
      ? 'it was never configured'
      : configured.configHash === configHash
        ? `roles ${roleVersion} replace ${configured.roleVersion}`
        : 'its configuration, its memory or the policy changed';
  return change(situation, {
    kind: 'configure',
    because,
    server: server.id,
    configHash,
    roleVersion,
  });
}

/** Corrects a record that differs from what was observed; null if none does. */
export function correctRecord(situation: OnServer): Decision | null {
  const { view, server } = situation;
  const because = view.record === null ? null : recordError(view.record, server);
  if (because === null) return null;
  return change(situation, { kind: 'repair', because, server: server.id, drifts: ['record'] });
}

/** Why the record is wrong; null if it is right. A dead run's lease blocks other writers. */
function recordError(record: AgentRecord, server: ObservedServer): string | null {
  const { lease } = record;
  if (serverIsLost(record)) return 'its server exists, although a create recorded it as gone';
  if (record.server?.id !== server.id)
    return 'one of its creates made this server, which its record does not name';
  if (lease !== undefined) return `run ${runText(runOf(lease))} died before it recorded its result`;
  const power = serverIsOn(server) ? 'on' : 'off';
  return record.server.power === power
    ? null
    : `its server is ${power}, and its record says otherwise`;
}

/** Labels that never change while a server exists. `created` and `spec` are not compared. */
function expectedLabels({ view, world }: Situation): Readonly<Record<string, string>> {
  const { record, agent } = view;
  return {
    [labelNames.fleet]: world.policy.fleet,
    [labelNames.agent]: view.id,
    [labelNames.subscription]: agent.spec.subscription,
    [labelNames.customer]: customerLabel(agent.spec.customer),
    ...(record?.chosen === undefined
      ? {}
      : { [labelNames.revision]: String(record.chosen.revision) }),
    ...(record?.server === undefined ? {} : { [labelNames.nonce]: record.server.nonce }),
  };
}

/**
 * The fleet's firewall is attached by label: a server that has the label and lacks the firewall was
 * detached by hand. The shared stack is repaired first, if it needs a repair.
 */
function lacksFirewall({ world }: Situation, server: ObservedServer): boolean {
  const { policy, observed, fleet, nowMs } = world;
  if (fleet !== 'none' || server.labels[labelNames.fleet] !== policy.fleet) return false;
  const base = observed.firewalls.find(({ name }) => name === `${policy.fleet}-base`);
  if (base === undefined || server.firewalls.includes(base.id)) return false;
  return nowMs - timeMs(server.created) >= firewallDelayMs;
}
/** Hetzner attaches a firewall to a new server some time after its creation. */
const firewallDelayMs = 10 * 60_000;

/** A lock that outlives any lease was left by a run that is over; a younger one may be in use. */
function hasDeadLock({ world, view }: Situation): boolean {
  const { locks, policy, nowMs } = world;
  return locks.some(
    (lock) =>
      agentOfState(lock.key, policy.fleet) === view.id && outlivesLeases(lock, policy, nowMs),
  );
}

/** None unless the server is recorded, which has to happen first. */
function driftsOfUnfinished(situation: OnServer): Drift[] {
  const { view, server } = situation;
  if (view.record?.server?.id !== server.id) return [];
  const drifts: Drift[] = isOpen(server) ? ['bootstrap'] : [];
  // Without its labels the server is not recognized and cannot be brought up.
  if (!(labelNames.nonce in server.labels)) drifts.push('labels');
  return hasDeadLock(situation) ? [...drifts, 'lock'] : drifts;
}

function driftsOf(situation: OnServer): Drift[] {
  const { view, server, complete, world } = situation;
  if (situation.unfinished) return driftsOfUnfinished(situation);
  const drifts: Drift[] = [];
  const labels = Object.entries(expectedLabels(situation));
  if (labels.some(([name, value]) => server.labels[name] !== value)) drifts.push('labels');
  if (server.name !== view.id) drifts.push('name');
  if (labelNames.bootstrap in server.labels) drifts.push('bootstrap');
  if (!server.protection.delete || !server.protection.rebuild) drifts.push('protection');
  // What was not seen in a partial reading is unknown, not missing.
  const node = view.record?.tailnet?.nodeId;
  const device = view.devices.find(({ nodeId }) => nodeId === node);
  const reachable = serverIsOn(server) && view.record?.hostKey !== undefined;
  if (reachable && (device === undefined ? complete : situation.rejoins)) drifts.push('device');
  if (device !== undefined && isMisnamed(view.id, device, world.observed))
    drifts.push('deviceName');
  if (device?.online === true && device.keyExpires) drifts.push('keyExpiry');
  if (complete && !view.state) drifts.push('state');
  if (lacksFirewall(situation, server)) drifts.push('firewall');
  if (hasDeadLock(situation)) drifts.push('lock');
  return drifts.sort();
}
