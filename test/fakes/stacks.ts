/**
 * Terraform in memory: refresh, plan, apply, and a state that maps resources to ids. A run can be
 * made to fail in the ways of Terraform.
 */
import { canonicalJson } from '../../reconciler/core/agent/digest.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { labelsBesideTerraform } from '../../reconciler/core/fleet/observed.ts';
import type { PlannedResource } from '../../reconciler/core/stack/gate.ts';
import type { Refreshed, UnlistedDrift } from '../../reconciler/core/stack/refreshed.ts';
import {
  type AgentStackSpec,
  type FleetStackSpec,
  serverAddress,
} from '../../reconciler/core/stack/stack-spec.ts';
import type { PlannedStack, StackRequest, Stacks } from '../../reconciler/ports/stacks.ts';
import { checkState, type FakeBucket, type Managed } from './bucket.ts';
import { planFleet, runFleet } from './fleet-stack.ts';
import { DeadProcess, type Process } from './process.ts';
import {
  createMs,
  diskOf,
  type FakeProject,
  type FakeServer,
  startMs,
  startServer,
  stopMs,
  stopServer,
} from './servers.ts';
import type { FakeTime } from './time.ts';

/** How the next run with changes ends. */
type Mishap =
  /** the server exists, the bucket was lost: no state holds it */
  | 'stateNotWritten'
  /** the server exists and its start failed: tainted in the state */
  | 'tainted'
  /** this process is killed while Terraform works: the lock stays, the state was not written */
  | 'killedMidway'
  /** the create is answered by an error of the provider, and the server is visible minutes later */
  | 'appearsLate';

export type FakeTerraform = {
  readonly mishaps: Mishap[];
  /** how long a server that appears late takes to */
  lateMs: number;
  /** plans that were saved and are not disposed of */
  openPlans: number;
  /** by server: attributes that a refresh finds and no listing shows */
  readonly drifts: Map<string, readonly UnlistedDrift[]>;
};
type StackParts = {
  readonly terraform: FakeTerraform;
  readonly bucket: FakeBucket;
  readonly project: FakeProject;
  readonly time: FakeTime;
  readonly process: Process;
};

export function createFakeStacks(parts: StackParts): Stacks {
  const { bucket, terraform } = parts;
  const saved = new Map<PlannedStack, StackRequest>();
  return {
    ready: async () => {},
    async plan(request) {
      const resources = await locked(parts, request.spec.stateKey, async () => {
        for (const one of request.imports) importOne(parts, request, one);
        return resourcesOf(parts, request);
      });
      terraform.openPlans += 1;
      const planned = {
        resources,
        async [Symbol.asyncDispose]() {
          if (saved.delete(planned)) terraform.openPlans -= 1;
        },
      };
      saved.set(planned, request);
      return planned;
    },
    async apply(planned) {
      const request = saved.get(planned);
      if (request === undefined) throw new Error('there is no such plan');
      await locked(parts, request.spec.stateKey, async () => {
        if (canonicalJson(resourcesOf(parts, request)) !== canonicalJson(planned.resources))
          throw new Failure('ApplyFailed', 'Saved plan is stale');
        await run(parts, request, planned.resources);
      });
    },
    refresh: async (stateKey) => refreshed(parts, stateKey),
    lock: async (stateKey) => bucket.locks.get(stateKey) ?? null,
    async unlock(stateKey, lockId) {
      const lock = bucket.locks.get(stateKey);
      if (lock === undefined) return;
      if (lock.id !== lockId)
        throw new Failure('StateLocked', `the lock of ${stateKey} is another`);
      bucket.locks.delete(stateKey);
    },
  };
}

/** Writes nothing, not even a lock. */
function refreshed({ bucket, project, terraform }: StackParts, stateKey: string): Refreshed {
  checkState(bucket, stateKey);
  const managed = bucket.states.get(stateKey)?.managed ?? [];
  const mine = managed.find(({ address }) => address === serverAddress);
  if (mine === undefined) return { kind: 'unknown' };
  const server = project.servers.get(mine.id);
  if (server === undefined) return { kind: 'gone', id: mine.id };
  const drifts = terraform.drifts.get(mine.id) ?? [];
  return { kind: 'found', server: project.observed(server), drifts };
}

async function locked<Result>(
  { bucket, time }: StackParts,
  stateKey: string,
  work: () => Promise<Result>,
): Promise<Result> {
  checkState(bucket, stateKey);
  const lock = bucket.locks.get(stateKey);
  if (lock !== undefined)
    throw new Failure('StateLocked', `the state is locked by ${lock.who} since ${lock.created}`);
  const created = new Date(time.now()).toISOString();
  bucket.locks.set(stateKey, {
    id: `lock-${time.now()}-${stateKey}`,
    who: 'runner',
    operation: 'OperationTypeApply',
    created,
  });
  try {
    const result = await work();
    bucket.locks.delete(stateKey);
    return result;
  } catch (thrown) {
    // Only a process that is killed leaves its lock behind.
    if (!(thrown instanceof DeadProcess)) bucket.locks.delete(stateKey);
    throw thrown;
  }
}

/** Terraform writes an import to the state at once, before any plan. */
function importOne(
  { bucket, project, time }: StackParts,
  { spec }: StackRequest,
  { address, id }: { readonly address: string; readonly id: string },
): void {
  const managed = bucket.states.get(spec.stateKey)?.managed ?? [];
  if (managed.some((one) => one.address === address))
    throw new Failure('PlanFailed', `Resource already managed by Terraform: ${address}`);
  const importable = { hcloud_firewall: project.firewalls, hcloud_ssh_key: project.sshKeys };
  const there = importable[typeOf(address) as keyof typeof importable] ?? project.servers;
  if (!there.has(id))
    throw new Failure('PlanFailed', `Cannot import non-existent remote object: ${id}`);
  const one = { address, id, tainted: false };
  bucket.states.set(spec.stateKey, { managed: [...managed, one], modifiedMs: time.now() });
}

function resourcesOf(parts: StackParts, { spec }: StackRequest): readonly PlannedResource[] {
  const { bucket, project } = parts;
  if (spec.kind === 'fleet')
    return planFleet(project, spec, bucket.states.get(spec.stateKey)?.managed ?? []);
  // The refresh drops what is gone.
  const managed = (bucket.states.get(spec.stateKey)?.managed ?? []).filter(({ id }) =>
    isThere(project, id),
  );
  if (spec.kind === 'empty')
    return managed.map(({ address, id }) => ({
      address,
      id,
      action: 'delete',
      changed: [],
    }));
  const mine = managed.find(({ address }) => address === serverAddress);
  const server = project.servers.get(mine?.id ?? '');
  if (mine === undefined || server === undefined)
    return [{ address: serverAddress, action: 'create', id: null, changed: [] }];
  const changed = changedIn(spec, server);
  const action = mine.tainted ? 'replace' : changed.length > 0 ? 'update' : 'none';
  return [{ address: serverAddress, action, id: mine.id, changed }];
}

function isThere({ servers, firewalls, sshKeys }: FakeProject, id: string): boolean {
  return servers.has(id) || firewalls.has(id) || sshKeys.has(id);
}

/** User data, keys, image, location, protection and two labels (bootstrap, ran) are ignored. */
function changedIn({ server: wanted }: AgentStackSpec, server: FakeServer): readonly string[] {
  const visible = (labels: Readonly<Record<string, string>>) =>
    JSON.stringify(
      Object.entries(labels)
        .filter(([name]) => !labelsBesideTerraform.includes(name))
        .sort(),
    );
  return [
    ...(visible(wanted.labels) === visible(server.labels) ? [] : ['labels']),
    ...(wanted.name === server.name ? [] : ['name']),
    ...(wanted.serverType === server.serverType ? [] : ['server_type']),
  ];
}

async function run(
  parts: StackParts,
  { spec }: StackRequest,
  resources: readonly PlannedResource[],
): Promise<void> {
  const { bucket, project, time, terraform } = parts;
  const mishap = terraform.mishaps.shift();
  if (spec.kind === 'fleet') {
    runShared(parts, spec, mishap);
    return;
  }
  let managed: readonly Managed[] = (bucket.states.get(spec.stateKey)?.managed ?? []).filter(
    ({ id }) => isThere(project, id),
  );
  const save = () => void bucket.states.set(spec.stateKey, { managed, modifiedMs: time.now() });
  for (const effect of resources.filter(({ action }) => action !== 'none')) {
    try {
      managed = await carryOut(parts, { spec, effect, managed, mishap });
    } catch (thrown) {
      if (!(thrown instanceof DeadProcess)) save();
      throw thrown;
    }
    if (mishap === 'killedMidway') {
      parts.process.kill();
      throw new DeadProcess();
    }
    if (mishap === 'stateNotWritten')
      throw new Failure('StateStoreDown', 'Failed to save state: the bucket did not answer');
    save();
    if (mishap === 'tainted') throw new Failure('ApplyFailed', 'the server did not start');
  }
}

/** A mishap happens once the first resource was created. */
function runShared(
  { bucket, project, time, process }: StackParts,
  spec: FleetStackSpec,
  mishap: Mishap | undefined,
): void {
  const write = (managed: readonly Managed[]) =>
    void bucket.states.set(spec.stateKey, { managed, modifiedMs: time.now() });
  const save = (managed: readonly Managed[]) => {
    if (mishap === 'killedMidway') {
      process.kill();
      throw new DeadProcess();
    }
    if (mishap === 'stateNotWritten')
      throw new Failure('StateStoreDown', 'Failed to save state: the bucket did not answer');
    write(managed.map((one) => (mishap === 'tainted' ? { ...one, tainted: true } : one)));
    if (mishap === 'tainted') throw new Failure('ApplyFailed', 'the action failed');
  };
  runFleet(project, spec, { managed: bucket.states.get(spec.stateKey)?.managed ?? [], save });
}

async function carryOut(
  { project, time, process, terraform }: StackParts,
  task: {
    readonly spec: StackRequest['spec'];
    readonly effect: PlannedResource;
    readonly managed: readonly Managed[];
    readonly mishap: Mishap | undefined;
  },
): Promise<readonly Managed[]> {
  const { spec, effect, managed, mishap } = task;
  const { address, action, id } = effect;
  if (action === 'delete' && id !== null) {
    if (!project.firewalls.delete(id) && !project.sshKeys.delete(id)) project.remove(id, 'stack');
    await time.wait(1000, process);
    return managed.filter((one) => one.id !== id);
  }
  if (spec.kind !== 'agent') throw new Error(`no ${action} in an empty stack`);
  if (action === 'create') {
    const server = project.create(spec.server);
    project.noteCreation(server);
    if (mishap === 'appearsLate') {
      server.hiddenUntilMs = time.now() + terraform.lateMs;
      throw new Failure('ApplyFailed', 'the create was answered by 503 service_error');
    }
    // Its start is what fails.
    if (mishap === 'tainted') stopServer(server, time.now());
    await time.wait(createMs + startMs, process);
    return [...managed, { address, id: server.id, tainted: mishap === 'tainted' }];
  }
  const server = project.servers.get(id ?? '');
  if (action !== 'update' || server === undefined) throw new Error(`no such effect: ${action}`);
  if (project.isLocked(server)) throw new Failure('Locked', `server ${server.id} is locked`);
  server.name = spec.server.name;
  const isBeside = ([name]: readonly [string, string]) => labelsBesideTerraform.includes(name);
  project.relabel(
    server,
    Object.fromEntries([
      ...Object.entries(spec.server.labels).filter((label) => !isBeside(label)),
      ...Object.entries(server.labels).filter(isBeside),
    ]),
  );
  if (server.serverType !== spec.server.serverType)
    await changeType({ project, time, process }, server, spec.server.serverType);
  return managed;
}

/**
 * As the provider does it: a hard power-off of a running server, which stays off if Hetzner refuses
 * the type; else Hetzner starts it, whatever its status was.
 */
async function changeType(
  { project, time, process }: Pick<StackParts, 'project' | 'time' | 'process'>,
  server: FakeServer,
  serverType: string,
): Promise<void> {
  if (project.statusOf(server) !== 'off') {
    stopServer(server, time.now());
    project.noteSwitching(server, 'off', 'stack');
    await time.wait(stopMs, process);
  }
  if (!project.offers.list.some((offer) => offer.serverType === serverType))
    throw new Failure('InvalidInput', `invalid_input: server_type ${serverType} is unknown`);
  if (project.soldOut.has(`${serverType}/${server.location}`))
    throw new Failure('ResourceUnavailable', `${serverType} is sold out in ${server.location}`);
  if (diskOf(project, serverType) < server.diskGb)
    throw new Failure('InvalidInput', `invalid_server_type: ${serverType} has a smaller disk`);
  server.serverType = serverType;
  startServer(server, time.now());
  await time.wait(startMs, process);
}

function typeOf(address: string): string {
  return address.split('.')[0] ?? '';
}
