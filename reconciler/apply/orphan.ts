/**
 * Carries out a reviewed decision to destroy an orphan. The decision file is one witness, our marks
 * on the very resource are the other; there is no agent and no record behind it.
 */
import { Failure } from '../core/failure.ts';
import { deviceTag, labelNames } from '../core/observed.ts';
import type { Change } from '../core/situation.ts';
import { fileOid, type Outcome, type Run, stopReason } from './attempt.ts';

type DestroyOrphan = Change & { kind: 'destroyOrphan' };

export async function destroyOrphan(run: Run, change: DestroyOrphan): Promise<Outcome> {
  const stop = await stopReason(run);
  if (stop !== null) return { kind: 'superseded', message: stop };
  if ((await fileOid(run, change.basis.path)) !== change.basis.file)
    return { kind: 'skipped', message: 'its decision has changed since it was planned' };
  switch (change.resource) {
    case 'server':
      await destroyServer(run, change.id);
      return { kind: 'done' };
    case 'device':
      await destroyDevice(run, change.id);
      return { kind: 'done' };
    case 'state':
      await destroyState(run, change.id);
      return { kind: 'done' };
    default:
      throw new Failure('Bug', `nobody proposes orphans of kind ${change.resource}`);
  }
}

async function destroyServer({ ports, policy }: Run, id: string): Promise<void> {
  const server = await ports.cloud.server(id);
  if (server === null) return;
  if (server.labels[labelNames.fleet] !== policy.fleet)
    throw new Failure('WitnessMissing', `server ${id} no longer carries the label of our fleet`);
  await ports.cloud.protect(id, false);
  await ports.cloud.deleteServer(id);
  if ((await ports.cloud.server(id)) !== null)
    throw new Failure('OutcomeUnknown', `server ${id} is still there after it was deleted`);
}

async function destroyDevice({ ports, policy }: Run, nodeId: string): Promise<void> {
  const device = await ports.tailnet.device(nodeId);
  if (device === null) return;
  if (!device.tags.includes(deviceTag(policy.fleet)))
    throw new Failure('WitnessMissing', `device ${nodeId} no longer carries our tag`);
  await ports.tailnet.deleteDevice(nodeId);
}

async function destroyState({ ports, policy }: Run, key: string): Promise<void> {
  if (!key.startsWith(`${policy.fleet}/agents/`))
    throw new Failure('WitnessMissing', `${key} is not among our fleet's states`);
  await ports.states.remove(key);
}
