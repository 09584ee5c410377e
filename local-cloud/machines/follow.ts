/**
 * Makes the project's servers real machines: what happens to a server happens to its machine.
 *
 * The project decides and does not wait: it reports a server as running while its machine boots, as
 * a cloud does. What happens to one server happens in order.
 */
import { readFileSync } from 'node:fs';
import { Failure, impossible } from '../../reconciler/core/failure.ts';
import type { WorldClock } from '../clock.ts';
import { serverTypes } from '../hetzner/catalogue.ts';
import { followDelayMs, guardOf } from '../hetzner/firewall-guard.ts';
import type { Project, ProjectChange, ServerEvent } from '../hetzner/project.ts';
import type { Server } from '../hetzner/records.ts';
import { isOn, stopServer } from '../hetzner/server-power.ts';
import type { HostsPart } from '../hosts.ts';
import type { DiskSpec } from './disks.ts';
import type { Guard } from './firewall.ts';
import type { HaltedBy, Machines } from './machines.ts';

const consoleMax = 2000;

type Options = {
  readonly clock: WorldClock;
  readonly project: Project;
  readonly machines: Machines;
  /** one line for a person */
  readonly report: (line: string) => void;
};
type Following = Options & {
  /** servers that have a disk */
  readonly made: Set<number>;
  /** copies of disks, done or in the making */
  readonly snapshots: Map<number, Promise<void>>;
  readonly inOrder: (server: number, work: () => Promise<void>) => Promise<void>;
};

/** The hosts of a world whose servers are machines of this computer. */
export function createMachineHosts(options: Options): HostsPart {
  const { project, machines } = options;
  const following: Following = {
    ...options,
    made: new Set(),
    snapshots: new Map(),
    inOrder: createOrder(options.report),
  };
  project.listeners.push((server, event) => follow(following, server, event));
  project.changeListeners.push((change) => followChange(following, change));
  machines.haltListeners.push((id, how) => halted(following, id, how));
  return {
    api: 'hosts',
    configured: new Map(),
    fail() {
      throw new Failure('InvalidInput', 'real hosts fail by themselves');
    },
    errorBody: ({ message }) => ({ message }),
    dump: () => machines.list(),
    register() {},
  };
}

function follow(following: Following, server: Server, event: ServerEvent): void {
  const { machines, made, inOrder } = following;
  const ifMade = (work: (id: number) => Promise<void>) =>
    inOrder(server.id, async () => {
      if (made.has(server.id)) await work(server.id);
    });
  switch (event) {
    case 'started':
      return void inOrder(server.id, () => start(following, server));
    case 'signalled':
      return void ifMade((id) => machines.shutDown(id));
    case 'stopped':
      return void ifMade((id) => machines.powerOff(id));
    case 'rebuilt':
    case 'deleted':
      return void ifMade((id) => {
        made.delete(id);
        return machines.destroy(id);
      });
    default:
      impossible(event);
  }
}

function followChange(following: Following, change: ProjectChange): void {
  const { clock, machines, snapshots, report } = following;
  switch (change.kind) {
    case 'firewalls': {
      const refresh = () =>
        void machines
          .refreshGuards()
          .catch((thrown) => report(`the rules could not be applied: ${messageOf(thrown)}`));
      refresh();
      // Labels are noticed later.
      clock.after(followDelayMs, refresh);
      return;
    }
    case 'snapshot': {
      const { server, snapshot } = change;
      const copied = following.inOrder(server.id, async () => {
        await make(following, server);
        await machines.snapshot(server.id, snapshot.id);
      });
      snapshots.set(snapshot.id, copied);
      return;
    }
    case 'snapshotDeleted': {
      const { id } = change.snapshot;
      const copied = snapshots.get(id) ?? Promise.resolve();
      snapshots.delete(id);
      copied
        .then(() => machines.removeSnapshot(id))
        .catch((thrown) => report(`snapshot ${id} could not be removed: ${messageOf(thrown)}`));
      return;
    }
    default:
      impossible(change);
  }
}

/** With the address and the memory of that moment: both may change while it is off. */
async function start(following: Following, server: Server): Promise<void> {
  const { project, machines } = following;
  await make(following, server);
  // Deleted or stopped meanwhile: the event about that waits behind this one.
  if (project.servers.get(server.id) !== server) return;
  const gigabytes = serverTypes.find(({ name }) => name === server.typeName)?.memory ?? 1;
  await machines.powerOn(server.id, {
    address: project.primaryIps.get(server.ipv4 ?? 0)?.ip ?? null,
    memoryBytes: gigabytes * 1024 ** 3,
    guard: () => rulesOf(project, server),
  });
}

async function make(following: Following, server: Server): Promise<void> {
  const { machines, made } = following;
  if (made.has(server.id)) return;
  await machines.create(await specOf(following, server));
  made.add(server.id);
}

async function specOf({ project, snapshots }: Following, server: Server): Promise<DiskSpec> {
  const image = server.image?.id ?? 0;
  const copied = snapshots.get(image);
  await copied;
  return {
    machine: server.id,
    hostname: server.name,
    snapshot: copied === undefined ? null : image,
    userData: server.userData,
    publicKeys: server.sshKeys.flatMap((id) => project.sshKeys.get(id)?.publicKey ?? []),
  };
}

function rulesOf(project: Project, server: Server): Guard {
  const guards = guardOf(project, server);
  if (guards.length === 0) return null;
  return guards.flatMap(({ id }) => project.firewalls.get(id)?.rules ?? []);
}

/** A server whose system shut itself down is off. */
function halted({ project, machines, report }: Following, id: number, how: HaltedBy): void {
  const server = project.servers.get(id);
  const machine = machines.list().find((one) => one.id === id);
  if (how === 'failed' && machine !== undefined)
    report(`machine ${id} ended: ${readFileSync(machine.console, 'utf8').slice(-consoleMax)}`);
  if (server !== undefined && isOn(server)) stopServer(project, server);
}

/** Work by server, in order; a failure is reported, and what follows goes on. */
function createOrder(report: (line: string) => void): Following['inOrder'] {
  const last = new Map<number, Promise<void>>();
  return (server, work) => {
    const next = (last.get(server) ?? Promise.resolve())
      .then(work)
      .catch((thrown) => report(`machine ${server}: ${messageOf(thrown)}`));
    last.set(server, next);
    return next;
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
