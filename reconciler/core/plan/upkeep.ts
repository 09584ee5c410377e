/**
 * The rows of the decision table that are about a server that exists: power, size, repairs,
 * configuration.
 */
import type { Drift } from '../../../schemas/generated/plan.ts';
import { configHashOf } from '../agent/digest.ts';
import { customerLabel } from '../fleet/customer-label.ts';
import { isMisnamed } from '../fleet/device.ts';
import { agentOfState, outlivesLeases } from '../fleet/lock.ts';
import { isOpen, labelNames, type ObservedServer, serverIsOn } from '../fleet/observed.ts';
import { runOf, runText } from '../fleet/run.ts';
import { serverIsLost } from '../fleet/server-facts.ts';
import {
  change,
  changeHead,
  idle,
  isOrWasOn,
  type Row,
  type Situation,
  unread,
} from '../fleet/situation.ts';
import { offerOf } from '../stack/choice.ts';
import { timeMs } from '../text/time.ts';

/** On, and should not be: off, also one that is only half made. Goes on in a partial reading. */
export const powerOffRow: Row = (situation) => {
  const { view, wanted, server } = situation;
  const id = server?.id ?? view.record?.server?.id;
  if (wanted || id === undefined || !isOrWasOn(situation)) return null;
  const { access, power, retired } = view.agent.spec;
  const because =
    retired !== undefined
      ? `retired by ${retired.by}`
      : access.state !== 'granted'
        ? `access is ${access.state}`
        : `power is set to ${power}`;
  return change({ kind: 'power', ...changeHead(situation), because, server: id, to: 'off' });
};

/** A server in between two states is left alone until it has arrived. */
export const unsettledRow: Row = (situation) => {
  const { server } = situation;
  if (server === null || server.status === 'running' || server.status === 'off') return null;
  const reason = passing.has(server.status) ? 'Busy' : 'Unsettled';
  return idle(situation, reason, `server ${server.id} is ${server.status}`);
};

/** Each lasts seconds; in any other state a server may stay for hours, and is not up meanwhile. */
const passing: ReadonlySet<ObservedServer['status']> = new Set(['starting', 'stopping']);

/** The file's plan differs from the recorded one; a changed catalog alone resizes nothing. */
export const resizeRow: Row = (situation) => {
  const { view, world, server } = situation;
  const chosen = view.record?.chosen;
  if (view.agent.spec.retired !== undefined || server === null || chosen === undefined) return null;
  const plan = view.agent.spec.plan;
  const samePlan = plan === chosen.plan;
  if (situation.unfinished || (samePlan && server.serverType === chosen.serverType)) return null;
  // A type that nobody asked for goes back to the recorded one, whatever the catalog says by now.
  const to = samePlan ? chosen.serverType : world.catalog.plans[plan]?.serverTypes[chosen.region];
  if (to === undefined) {
    return idle(
      situation,
      'ResizeImpossible',
      `plan ${plan} is not sold in region ${chosen.region}`,
    );
  }
  if (world.offers === null) return unread;
  const offer = offerOf(world.offers, to, server.location);
  if (to !== server.serverType && offer?.available !== true) {
    return idle(situation, 'ResizeImpossible', `Hetzner does not sell ${to} in ${server.location}`);
  }
  if (offer !== null && offer.diskGb < server.diskGb) {
    return idle(
      situation,
      'ResizeImpossible',
      `the disk of ${to} is smaller (${offer.diskGb} GB) than the server's (${server.diskGb} GB)`,
    );
  }
  return change({
    kind: 'resize',
    ...changeHead(situation),
    because: samePlan
      ? `its server is a ${server.serverType}, ${to} is recorded: somebody changed it by hand`
      : `plan ${plan} is asked for, plan ${chosen.plan} runs`,
    server: server.id,
    from: server.serverType,
    to,
    plan,
  });
};

export const powerOnRow: Row = (situation) => {
  const { wanted, server } = situation;
  if (!wanted || server === null || situation.unfinished || serverIsOn(server)) return null;
  return change({
    kind: 'power',
    ...changeHead(situation),
    because: 'it should run and its server is off',
    server: server.id,
    to: 'on',
  });
};

/**
 * Labels, name, firewall, protection, device or state missing or drifted, the device's name too; the
 * bootstrap door or a dead run's lock left behind.
 */
export const repairRow: Row = (situation) => {
  const { view, server } = situation;
  if (view.agent.spec.retired !== undefined || server === null) return null;
  // Without its labels an unfinished one is not recognised as what it is, and cannot be brought up.
  const drifts = situation.unfinished ? driftsOfUnfinished(situation) : driftsOf(situation);
  if (drifts.length === 0) return null;
  return change({
    kind: 'repair',
    ...changeHead(situation),
    because: `drifted: ${drifts.join(', ')}`,
    server: server.id,
    drifts,
  });
};

/** Most agents have none: it is not worked out for each of them. */
const emptyConfigHash = configHashOf({});

/** Another configuration or another version of our roles: configured in place. */
export const configureRow: Row = (situation) => {
  const { view, world, server, wanted } = situation;
  if (!wanted || server === null || situation.unfinished) return null;
  const { config } = view.agent.spec;
  const configHash = config === undefined ? emptyConfigHash : configHashOf(config);
  const configured = view.record?.configured;
  if (configured?.configHash === configHash && configured.roleVersion === world.roleVersion)
    return null;
  // Nothing proves that a host without a recorded key is ours: `worthSaying` says so.
  if (view.record?.hostKey === undefined) return null;
  return change({
    kind: 'configure',
    ...changeHead(situation),
    because:
      configured === undefined
        ? 'it was never configured'
        : configured.configHash === configHash
          ? `roles ${world.roleVersion} replace ${configured.roleVersion}`
          : 'its configuration changed',
    server: server.id,
    configHash,
    roleVersion: world.roleVersion,
  });
};

/**
 * Nothing to do, but the record says otherwise than it is: a dead run's claim stands in it, which
 * keeps everybody else from writing, it does not name the server that a create made, or somebody else
 * has changed the power. What is unfinished and wanted is brought up instead.
 */
export const recordRow: Row = (situation) => {
  const { view, server, unfinished, wanted } = situation;
  const { record } = view;
  if (record === null || server === null || (unfinished && wanted)) return null;
  const power = serverIsOn(server) ? 'on' : 'off';
  const { claim } = record;
  const isLost = serverIsLost(record);
  const isUnrecorded = record.server?.id !== server.id;
  const isTrue = !isLost && !isUnrecorded && record.server?.power === power;
  if (claim === undefined && isTrue) return null;
  return change({
    kind: 'repair',
    ...changeHead(situation),
    because: isLost
      ? 'its server is there, which a create took for gone'
      : isUnrecorded
        ? 'one of its creates made this server, which its record does not name'
        : claim === undefined
          ? `its server is ${power}, which its record does not know`
          : `run ${runText(runOf(claim))} died before it said that its work was done`,
    server: server.id,
    drifts: ['record'],
  });
};

/** Labels that never change while a server lives. `created` and `spec` are the writer's own notes. */
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
 * The fleet's firewall holds by label: a server that has the label and lacks it was taken out by
 * hand. While the shared stack itself is to be put right, that comes first and may be all.
 */
function lacksFirewall({ world }: Situation, server: ObservedServer): boolean {
  const { policy, observed, fleet, nowMs } = world;
  if (fleet !== 'none' || server.labels[labelNames.fleet] !== policy.fleet) return false;
  const base = observed.firewalls.find(({ name }) => name === `${policy.fleet}-base`);
  if (base === undefined || server.firewalls.includes(base.id)) return false;
  return nowMs - timeMs(server.created) >= firewallDelayMs;
}
/** A firewall reaches a new server a while after it was made. */
const firewallDelayMs = 10 * 60_000;

/** Left by a run that is over for sure: one that is younger than a lease may be somebody's. */
function hasDeadLock({ world, view }: Situation): boolean {
  const { locks, policy, nowMs } = world;
  return locks.some(
    (lock) =>
      agentOfState(lock.key, policy.fleet) === view.id && outlivesLeases(lock, policy, nowMs),
  );
}

/** Of the recorded server alone: what only carries a nonce of ours is recorded first. */
function driftsOfUnfinished(situation: Situation): Drift[] {
  const { view, server } = situation;
  if (server === null || view.record?.server?.id !== server.id) return [];
  const drifts: Drift[] = isOpen(server) ? ['bootstrap'] : [];
  if (!(labelNames.nonce in server.labels)) drifts.push('labels');
  return hasDeadLock(situation) ? [...drifts, 'lock'] : drifts;
}

function driftsOf(situation: Situation): Drift[] {
  const { view, server, complete, world } = situation;
  if (server === null) return [];
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
  if (complete && !view.state) drifts.push('state');
  if (lacksFirewall(situation, server)) drifts.push('firewall');
  if (hasDeadLock(situation)) drifts.push('lock');
  return drifts.sort();
}
