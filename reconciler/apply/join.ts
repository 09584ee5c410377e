/**
 * Brings an agent's server into the tailnet: one single-use key, handed over by the configurator and
 * revoked where it was not used. A device that an earlier server of the agent left behind goes first,
 * else Tailscale would give the new one another name.
 */
import { durationMs } from '../core/duration.ts';
import { Failure } from '../core/failure.ts';
import { deviceTag, type ObservedDevice, type ObservedServer } from '../core/world/observed.ts';
import type { AgentRecord } from '../core/world/recorded.ts';
import type { Host } from '../ports.ts';
import type { Attempt } from './attempt.ts';

const lookEveryMs = 1500;
const looksMax = 200;

export async function joinTailnet(
  attempt: Attempt,
  host: Host,
  server: ObservedServer,
): Promise<ObservedDevice> {
  const { tailnet, configurator, log } = attempt.run.ports;
  const { policy } = attempt.run;
  if (attempt.change.kind !== 'create') await revokeLeftKeys(attempt);
  const devices = await devicesOf(attempt);
  for (const device of devices)
    if (!isOf(server, device)) await removeDevice(attempt, device.nodeId);
  const joined = devices.find((device) => isOf(server, device) && device.online);
  if (joined !== undefined) return joined;

  const seconds = policy.tailnet.keySeconds;
  const key = await tailnet.createKey({ fleet: policy.fleet, agent: attempt.id, seconds });
  try {
    await configurator.join(host, {
      authKey: key.secret,
      hostname: attempt.id,
      tag: deviceTag(policy.fleet),
    });
    return await waitForDevice(attempt, server);
  } catch (thrown) {
    // It may have been used or not; revoked it is of no use to anybody.
    await tailnet
      .revokeKey(key.id)
      .catch((error: unknown) => log.warn({ key: key.id, error }, 'a key could not be revoked'));
    throw thrown;
  }
}

/** Keys of the agent that a dead run or a lost answer left: nobody is going to use them well. */
export async function revokeLeftKeys(attempt: Attempt): Promise<void> {
  const { tailnet } = attempt.run.ports;
  const keys = await tailnet.keys(attempt.run.policy.fleet);
  for (const key of keys.filter(({ description }) => description.endsWith(` ${attempt.id}`)))
    await tailnet.revokeKey(key.id);
}

/** Takes a device away that stands for this agent; one that is gone already is fine. */
export async function removeDevice(attempt: Attempt, nodeId: string): Promise<void> {
  const { tailnet } = attempt.run.ports;
  await attempt.mayGoOn();
  const device = await tailnet.device(nodeId);
  if (device === null) return;
  const ours =
    device.tags.includes(deviceTag(attempt.run.policy.fleet)) &&
    (device.hostname === attempt.id || attempt.record().tailnet?.nodeId === nodeId);
  if (!ours) throw new Failure('WitnessMissing', `device ${nodeId} does not stand for this agent`);
  await tailnet.deleteDevice(nodeId);
}

/** The agent's devices, sorted by id. Throws where the listing is not whole. */
export async function devicesOf(attempt: Attempt): Promise<readonly ObservedDevice[]> {
  const listing = await attempt.run.ports.tailnet.devices(attempt.run.policy.fleet);
  const [reason] = listing.partial;
  if (reason !== undefined)
    throw new Failure('UnexpectedAnswer', `the devices could not be listed: ${reason.detail}`);
  return listing.items
    .filter((device) => device.hostname === attempt.id)
    .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}

/** Devices from before a server's time belong to an earlier one. */
export function isOf(server: ObservedServer, device: ObservedDevice): boolean {
  return Date.parse(device.created) >= Date.parse(server.created);
}

/** What a record keeps of a device. */
export function tailnetOf(device: ObservedDevice): NonNullable<AgentRecord['tailnet']> {
  return { nodeId: device.nodeId, address: device.addresses[0] ?? '', name: device.name };
}

async function waitForDevice(attempt: Attempt, server: ObservedServer): Promise<ObservedDevice> {
  const { clock } = attempt.run.ports;
  const until = clock.now() + durationMs(attempt.run.policy.apply.joinTimeout);
  for (let looks = 0; looks < looksMax; looks += 1) {
    const device = (await devicesOf(attempt)).find((one) => one.online && isOf(server, one));
    if (device !== undefined) return device;
    if (clock.now() + lookEveryMs > until) break;
    await clock.wait(lookEveryMs);
  }
  throw new Failure('JoinFailed', 'the device does not appear in the tailnet');
}
