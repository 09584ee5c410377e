/**
 * Ends devices of an agent: the one that its record names, and what earlier servers of it left. A
 * device of which that is not proven at this moment is left alone, and is proposed as an orphan.
 */
import { Failure } from '../../../core/failure.ts';
import { isLeftover, nodeOwners } from '../../../core/fleet/device.ts';
import { deviceTag, type ObservedDevice } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Attempt } from './attempt.ts';

/** The one that the record names, whatever the listings say; while it still names it. */
export async function removeOwnDevice(
  attempt: Attempt,
  which: 'any' | 'offline' = 'any',
): Promise<void> {
  const node = attempt.record().tailnet?.nodeId;
  if (node === undefined) return;
  if (which === 'offline') {
    const device = await attempt.run.ports.tailnet.device(node);
    if (device === null || device.online) return;
  }
  await removeDevice(attempt, node);
}

/**
 * What earlier servers left, so that a new one gets the name. Where the devices cannot be listed, it
 * stays for now: nothing else depends on it.
 */
export async function removeLeftovers(attempt: Attempt): Promise<void> {
  // Before the first attempt there was no server that could have left anything.
  if (attempt.record().attempts.length === 0) return;
  for (const device of await seenDevices(attempt))
    if (isLeftover(device, attempt.id, attempt.record()))
      await removeDevice(attempt, device.nodeId);
}

async function seenDevices(attempt: Attempt): Promise<readonly ObservedDevice[]> {
  try {
    return await listedDevices(attempt);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'devices could not be listed');
    return [];
  }
}

/** One that is gone already is fine. */
export async function removeDevice(attempt: Attempt, nodeId: string): Promise<void> {
  const { tailnet, log } = attempt.run.ports;
  await attempt.mayGoOn();
  const device = await tailnet.device(nodeId);
  if (device === null) return;
  const why = await whyNotOurs(attempt, device);
  if (why === null) await tailnet.deleteDevice(nodeId);
  else log.warn({ agent: attempt.id, device: nodeId, why }, 'a device is left alone');
}

async function whyNotOurs(attempt: Attempt, device: ObservedDevice): Promise<string | null> {
  const tag = deviceTag(attempt.run.policy.fleet);
  if (!device.tags.includes(tag)) return `it does not carry ${tag}`;
  const { records } = await attempt.run.ports.journal.read();
  const readable: AgentRecord[] = [];
  for (const file of records) if (file.kind === 'valid') readable.push(file.record);
  const owner = nodeOwners(readable).get(device.nodeId);
  if (owner !== undefined && owner !== attempt.id) return `it is recorded for ${owner}`;
  if (owner === attempt.id) return null;
  if (readable.length < records.length) return 'a record cannot be read, and may name it';
  if (isLeftover(device, attempt.id, attempt.record())) return null;
  return 'nothing proves that it is this agent’s';
}

/** Throws where the listing is not whole. */
export async function listedDevices(attempt: Attempt): Promise<readonly ObservedDevice[]> {
  const { items, partial } = await attempt.run.ports.tailnet.devices(attempt.run.policy.fleet);
  const [reason] = partial;
  if (reason === undefined) return [...items].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  throw new Failure('UnexpectedAnswer', `the devices could not be listed: ${reason.detail}`);
}
