/**
 * Joins an agent's server to the tailnet with one single-use key, passed by the configurator and
 * revoked if unused. The node id is read on the host, over the connection that its host key pins,
 * and checked against Tailscale's API and the records before it is recorded: a host may report any
 * id and choose any hostname.
 */

import { Failure } from '../../../core/failure.ts';
import { agentNamedBy, isOlder, nodeOwners, tailnetOf } from '../../../core/fleet/device.ts';
import {
  deviceTag,
  type ObservedDevice,
  type ObservedServer,
} from '../../../core/fleet/observed.ts';
import { durationMs } from '../../../core/text/duration.ts';
import type { Host } from '../../../ports/configurator.ts';
import type { Attempt } from './attempt.ts';
import { removeLeftovers, removeOwnDevice } from './device.ts';
import { keepKeyValid } from './device-key.ts';
import { nameJoined } from './device-name.ts';

const lookEveryMs = 1500;
const looksMax = 200;

/** Joins, records and names the device. A device without proven ownership stays unchanged. */
export async function joinTailnet(
  attempt: Attempt,
  host: Host,
  server: ObservedServer,
): Promise<void> {
  if (attempt.change.kind !== 'create') await revokeLeftKeys(attempt);
  await removeLeftovers(attempt);
  const before = await attempt.run.ports.configurator.nodeOf(host);
  const known = before === null ? null : await attempt.run.ports.tailnet.device(before);
  // The recorded device without its tag: the key restores the tag, and the device is checked then.
  const lostTag = known !== null && isRecorded(attempt, known) && !hasTag(attempt, known);
  if (known !== null && !lostTag) checkDevice(attempt, known, server.created);
  const isIn = known?.online === true && !lostTag && !namesAnother(attempt, known);
  const device = isIn ? known : await joinByKey(attempt, host, { before, server });
  await recordDevice(attempt, device);
  await keepKeyValid(attempt, device);
  await nameJoined(attempt, device);
}

/** Revokes keys of the agent that a dead run or a lost answer left. */
export async function revokeLeftKeys(attempt: Attempt): Promise<void> {
  const { tailnet } = attempt.run.ports;
  const keys = await tailnet.keys(attempt.run.policy.fleet);
  for (const key of keys.filter(({ description }) => description.endsWith(` ${attempt.id}`)))
    await tailnet.revokeKey(key.id);
}

/** The same, but a failure is only logged: a key expires within minutes. */
export async function tryToRevokeLeftKeys(attempt: Attempt): Promise<void> {
  try {
    await revokeLeftKeys(attempt);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'keys could not be revoked');
  }
}

type Earlier = {
  /** the host's earlier node, if any: a machine that joins again keeps its node */
  readonly before: string | null;
  readonly server: ObservedServer;
};

async function joinByKey(
  attempt: Attempt,
  host: Host,
  { before, server }: Earlier,
): Promise<ObservedDevice> {
  const { tailnet, configurator, log } = attempt.run.ports;
  const { fleet, tailnet: wanted } = attempt.run.policy;
  const request = { fleet, agent: attempt.id, seconds: wanted.keySeconds };
  const key = await tailnet.createKey(request).catch(async (failure: unknown) => {
    // The key may exist although the answer was lost.
    await tryToRevokeLeftKeys(attempt);
    throw failure;
  });
  const revoke = () =>
    tailnet
      .revokeKey(key.id)
      .catch((error: unknown) => log.warn({ key: key.id, error }, 'a key could not be revoked'));
  try {
    const tag = deviceTag(fleet);
    const node = await configurator.join(host, { authKey: key.secret, hostname: attempt.id, tag });
    const device = await waitForDevice(attempt, node);
    checkDevice(attempt, device, node === before ? server.created : key.created);
    if (!isRecorded(attempt, device) && namesAnother(attempt, device))
      throw notOurs(device, `has the hostname ${device.hostname}`);
    // A node that was in the tailnet joins again without using the key.
    if (node === before) await revoke();
    return device;
  } catch (thrown) {
    // It is not known whether the key was used.
    await revoke();
    throw thrown;
  }
}

async function waitForDevice(attempt: Attempt, node: string): Promise<ObservedDevice> {
  const { clock, tailnet } = attempt.run.ports;
  const until = clock.now() + durationMs(attempt.run.policy.apply.joinTimeout);
  for (let looks = 0; looks < looksMax; looks += 1) {
    const device = await tailnet.device(node);
    if (device?.online === true) return device;
    if (clock.now() + lookEveryMs > until) break;
    await clock.wait(lookEveryMs);
  }
  throw new Failure('JoinFailed', 'the device does not appear in the tailnet');
}

/**
 * Requires the tag that only our keys assign, and a creation time after the key's, or after the
 * server's where the host joined earlier. The recorded device has passed this before.
 */
function checkDevice(attempt: Attempt, device: ObservedDevice, since: string): void {
  if (!hasTag(attempt, device))
    throw notOurs(device, `does not carry ${deviceTag(attempt.run.policy.fleet)}`);
  if (!isRecorded(attempt, device) && isOlder(device, since))
    throw notOurs(device, `was created at ${device.created}, before ${since}`);
}

/** Checked in the commit itself: of two agents that report one node, the first gets it. */
async function recordDevice(attempt: Attempt, device: ObservedDevice): Promise<void> {
  if (!isRecorded(attempt, device)) await removeOwnDevice(attempt, 'offline');
  await attempt.noteAmong((record, records) => {
    const others = records.filter(({ name }) => name !== attempt.id);
    const owner = nodeOwners(others).get(device.nodeId);
    if (owner !== undefined) throw notOurs(device, `is recorded for ${owner}`);
    return { ...record, tailnet: tailnetOf(device) };
  });
}

function hasTag({ run }: Attempt, { tags }: ObservedDevice): boolean {
  return tags.includes(deviceTag(run.policy.fleet));
}

function isRecorded(attempt: Attempt, device: ObservedDevice): boolean {
  return attempt.record().tailnet?.nodeId === device.nodeId;
}

function namesAnother(attempt: Attempt, device: ObservedDevice): boolean {
  const named = agentNamedBy(device);
  return named !== null && named !== attempt.id;
}

/** Retried with the policy's delays: this host may be at fault, and a new server's may not be. */
function notOurs(device: ObservedDevice, why: string): Failure {
  const message = `the host reports that it is device ${device.nodeId}, which ${why}`;
  return new Failure('OwnershipUnproven', message, { errorClass: 'transient' });
}
