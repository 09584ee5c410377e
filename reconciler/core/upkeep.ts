/**
 * The rows of the decision table that are about a server that exists: power, size, repairs,
 * configuration.
 */
import type { Drift } from '../../schemas/generated/plan.ts';
import { offerOf } from './choice.ts';
import { configHashOf } from './digest.ts';
import { labelNames, serverIsOn } from './observed.ts';
import { change, changeHead, idle, isOrWasOn, type Row, type Situation } from './situation.ts';

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
  return idle(situation, 'Busy', `server ${server.id} is ${server.status}`);
};

/** The file's plan differs from the recorded one; a changed catalog alone resizes nothing. */
export const resizeRow: Row = (situation) => {
  const { view, world, server } = situation;
  const chosen = view.record?.chosen;
  if (view.agent.spec.retired !== undefined || server === null || chosen === undefined) return null;
  if (view.agent.spec.plan === chosen.plan || situation.halfMade) return null;
  const plan = view.agent.spec.plan;
  const to = world.catalog.plans[plan]?.serverTypes[chosen.region];
  if (to === undefined) {
    return idle(
      situation,
      'ResizeImpossible',
      `plan ${plan} is not sold in region ${chosen.region}`,
    );
  }
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
    because: `plan ${plan} is asked for, plan ${chosen.plan} runs`,
    server: server.id,
    from: server.serverType,
    to,
    plan,
  });
};

export const powerOnRow: Row = (situation) => {
  const { wanted, server } = situation;
  if (!wanted || server === null || situation.halfMade || serverIsOn(server)) return null;
  return change({
    kind: 'power',
    ...changeHead(situation),
    because: 'it should run and its server is off',
    server: server.id,
    to: 'on',
  });
};

/** Labels, protection, device or state missing or drifted; the bootstrap door left open. */
export const repairRow: Row = (situation) => {
  const { view, server } = situation;
  if (view.agent.spec.retired !== undefined || server === null || situation.halfMade) return null;
  const drifts = driftsOf(situation);
  if (drifts.length === 0) return null;
  return change({
    kind: 'repair',
    ...changeHead(situation),
    because: `drifted: ${drifts.join(', ')}`,
    server: server.id,
    drifts,
  });
};

/** Another configuration or another version of our roles: configured in place. */
export const configureRow: Row = (situation) => {
  const { view, world, server, wanted } = situation;
  if (!wanted || server === null || situation.halfMade) return null;
  const configHash = configHashOf(view.agent.spec.config ?? {});
  const configured = view.record?.configured;
  if (configured?.configHash === configHash && configured.roleVersion === world.roleVersion)
    return null;
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

/** Labels that never change while a server lives. `created` and `spec` are the writer's own notes. */
export function expectedLabels({ view, world }: Situation): Readonly<Record<string, string>> {
  const { record, agent } = view;
  return {
    [labelNames.fleet]: world.policy.fleet,
    [labelNames.agent]: view.id,
    [labelNames.subscription]: agent.spec.subscription,
    [labelNames.customer]: agent.spec.customer,
    ...(record?.chosen === undefined
      ? {}
      : { [labelNames.revision]: String(record.chosen.revision) }),
    ...(record?.server === undefined ? {} : { [labelNames.nonce]: record.server.nonce }),
  };
}

function driftsOf(situation: Situation): Drift[] {
  const { view, server, complete } = situation;
  if (server === null) return [];
  const drifts: Drift[] = [];
  const labels = Object.entries(expectedLabels(situation));
  if (labels.some(([name, value]) => server.labels[name] !== value)) drifts.push('labels');
  if (labelNames.bootstrap in server.labels) drifts.push('bootstrap');
  if (!server.protection.delete || !server.protection.rebuild) drifts.push('protection');
  // What was not seen in a partial reading is unknown, not missing.
  const node = view.record?.tailnet?.nodeId;
  const joined = view.devices.some((device) => device.nodeId === node);
  if (complete && !joined && serverIsOn(server)) drifts.push('device');
  if (complete && !view.state) drifts.push('state');
  return drifts.sort();
}
