/**
 * Brings an agent's server into the tailnet: one single-use key, handed over by the configurator and
 * revoked where it was not used. Which device the server then is, is read on the host itself, over the
 * connection that its host key pins, and checked by Tailscale's API and the records before it is
 * recorded: a host can lie, and a hostname is what a machine chooses to call itself.
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
import { nameJoined } from './device-name.ts';

const lookEveryMs = 1500;
const looksMax = 200;

/** Joined, recorded and named. A device that is not proven to be this agent's is left as it is. */
export async function joinTailnet(
  attempt: Attempt,
  host: Host,
  server: ObservedServer,
): Promise<void> {
  if (attempt.change.kind !== 'create') await revokeLeftKeys(attempt);
  await removeLeftovers(attempt);
  const before = await attempt.run.ports.configurator.nodeOf(host);
  const known = before === null ? null : await attempt.run.ports.tailnet.device(before);
  // The recorded one, whose tag was removed: it gets that again by the key, and is checked then.
  const lostTag = known !== null && isRecorded(attempt, known) && !hasTag(attempt, known);
  if (known !== null && !lostTag) checkDevice(attempt, known, server.created);
  const isIn = known?.online === true && !lostTag && !namesAnother(attempt, known);
  const device = isIn ? known : await joinByKey(attempt, host, { before, server });
  await recordDevice(attempt, device);
  await nameJoined(attempt, device);
}

/** Keys of the agent that a dead run or a lost answer left: no run is going to use them. */
export async function revokeLeftKeys(attempt: Attempt): Promise<void> {
  const { tailnet } = attempt.run.ports;
  const keys = await tailnet.keys(attempt.run.policy.fleet);
  for (const key of keys.filter(({ description }) => description.endsWith(` ${attempt.id}`)))
    await tailnet.revokeKey(key.id);
}

/** The same where nothing else may depend on it: a key that stays ends by itself within minutes. */
export async function tryToRevokeLeftKeys(attempt: Attempt): Promise<void> {
  try {
    await revokeLeftKeys(attempt);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'keys could not be revoked');
  }
}

type Earlier = {
  /** the node that the host had before, if any: a machine that joins again stays the same device */
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
    // It may have been made anyway, with the answer lost.
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
      throw notOurs(device, `calls itself ${device.hostname}`);
    // One that was in the tailnet already joins again without a key.
    if (node === before) await revoke();
    return device;
  } catch (thrown) {
    // Whether it was used is not known; revoked it opens nothing.
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
 * The tag that only our keys give; and made after the key that it joined by, or, where the host had
 * joined earlier, after the server. The record's own device has been through this before.
 */
function checkDevice(attempt: Attempt, device: ObservedDevice, since: string): void {
  if (!hasTag(attempt, device))
    throw notOurs(device, `does not carry ${deviceTag(attempt.run.policy.fleet)}`);
  if (!isRecorded(attempt, device) && isOlder(device, since))
    throw notOurs(device, `was made at ${device.created}, before ${since}`);
}

/** By the very commit that records it: of two agents that say they are one node, the first has it. */
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

/** Tried again with the policy's delays: what is wrong may be the host's, and a new server's is not. */
function notOurs(device: ObservedDevice, why: string): Failure {
  const message = `the host says that it is device ${device.nodeId}, which ${why}`;
  return new Failure('OwnershipUnproven', message, { errorClass: 'transient' });
}
