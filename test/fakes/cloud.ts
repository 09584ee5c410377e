/** The port `Cloud` over the project in memory, as one process sees it. */
import { Failure } from '../../reconciler/core/failure.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import type { Cloud } from '../../reconciler/ports/cloud.ts';
import type { Process } from './process.ts';
import {
  type FakeProject,
  type FakeServer,
  snapshotMs,
  startMs,
  startServer,
  stopMs,
  stopServer,
} from './servers.ts';
import type { FakeTime } from './time.ts';

export function createFakeCloud(project: FakeProject, time: FakeTime, process: Process): Cloud {
  const sorted = () =>
    [...project.servers.values()].filter(project.isVisible).sort((a, b) => (a.id < b.id ? -1 : 1));
  const found = (id: string): FakeServer => {
    const server = project.servers.get(id);
    if (server === undefined || !project.isVisible(server))
      throw new Failure('NotFound', `there is no server ${id}`);
    if (project.isLocked(server)) throw new Failure('Locked', `server ${id} is locked`);
    return server;
  };
  const ours = (labels: Readonly<Record<string, string>>, fleet: string) =>
    labels[labelNames.fleet] === fleet;
  return {
    // A Date header has whole seconds.
    now: async () => Math.floor((time.now() + time.cloudSkewMs) / 1000) * 1000,
    clockDoubt: async () => null,
    servers: async (fleet) => ({
      items: sorted()
        .filter((server) => ours(server.labels, fleet))
        .map(project.observed),
      partial: [],
    }),
    primaryIps: async (fleet) => {
      project.freeAddresses();
      const items = [...project.primaryIps.values()].filter(({ labels }) => ours(labels, fleet));
      return { items, partial: [] };
    },
    primaryIpTotal: async () => {
      project.freeAddresses();
      return project.primaryIps.size;
    },
    budget: () => null,
    firewalls: async (fleet) =>
      [...project.firewalls]
        .map(([id, firewall]) => ({ id, ...firewall }))
        .filter((one) => ours(one.labels, fleet) || one.name.startsWith(`${fleet}-`)),
    sshKeys: async (fleet) =>
      [...project.sshKeys]
        .filter(([, key]) => ours(key.labels, fleet))
        .map(([id, key]) => ({ id, ...key })),
    images: async (idOrName) => {
      const { images, snapshots } = project;
      const snapshot = snapshots.get(idOrName);
      if (snapshot !== undefined) return [{ ...systemImage, diskGb: 40, ...snapshot }];
      return images.has(idOrName) ? [{ ...systemImage, id: idOrName }] : [];
    },
    snapshots: async (fleet) =>
      [...project.snapshots.values()].filter(({ labels }) => ours(labels, fleet)),
    charges: async (fleet) => {
      project.freeAddresses();
      const spare = [...project.primaryIps.values()].filter(({ assignee }) => assignee === null);
      const all = [
        ...[...project.snapshots.values()].map((one) => {
          return { kind: 'snapshot' as const, ...one, monthly: one.monthlyCost };
        }),
        ...spare.map((one) => {
          const monthly = project.offers.ipv4MonthlyNet[one.location] ?? null;
          return { kind: 'address' as const, ...one, monthly };
        }),
      ];
      const items = all.map(({ kind, id, labels, monthly }) => {
        return { kind, id, isOurs: ours(labels, fleet), monthly };
      });
      return { items, partial: [] };
    },
    foreignServers: async (fleet) =>
      sorted()
        .filter((server) => !ours(server.labels, fleet))
        .map(project.observed)
        .map(({ id, serverType, location, backups }) => ({ id, serverType, location, backups })),
    withdrawals: async () => project.withdrawals,
    offers: async () => project.offers,
    server: async (id) => {
      const server = project.servers.get(id);
      return server === undefined || !project.isVisible(server) ? null : project.observed(server);
    },
    serversOf: async (fleet, agent) =>
      sorted()
        .filter(({ labels }) => ours(labels, fleet) && labels[labelNames.agent] === agent)
        .map(project.observed),
    serverByName: async (name) => {
      const server = sorted().find((one) => one.name === name);
      return server === undefined ? null : project.observed(server);
    },
    primaryIp: async (id) => {
      project.freeAddresses();
      return project.primaryIps.get(id) ?? null;
    },
    ...actions({ project, time, process, found }),
  };
}

const systemImage = { architecture: 'x86', diskGb: 5, available: true, labels: {} };

type Actions = Pick<
  Cloud,
  | 'powerOn'
  | 'powerOff'
  | 'protect'
  | 'setLabels'
  | 'createSnapshot'
  | 'deleteServer'
  | 'deletePrimaryIp'
  | 'deleteSshKey'
  | 'deleteSnapshot'
>;

function actions({
  project,
  time,
  process,
  found,
}: {
  readonly project: FakeProject;
  readonly time: FakeTime;
  readonly process: Process;
  readonly found: (id: string) => FakeServer;
}): Actions {
  return {
    async powerOn(id) {
      const server = found(id);
      const status = project.statusOf(server);
      if (status === 'running') return;
      if (status === 'starting') return time.wait(startMs, process);
      startServer(server, time.now());
      project.noteSwitching(server, 'on', 'api');
      await time.wait(startMs, process);
    },
    async powerOff(id) {
      const server = found(id);
      if (project.statusOf(server) === 'off') return;
      stopServer(server, time.now());
      project.noteSwitching(server, 'off', 'api');
      await time.wait(stopMs, process);
    },
    async protect(id, on) {
      const server = found(id);
      project.noteRan(server);
      server.protection = { delete: on, rebuild: on };
      project.noteRan(server);
    },
    async setLabels(id, labels) {
      project.relabel(found(id), labels);
    },
    async createSnapshot(server, { description, labels }) {
      found(server);
      const id = project.nextId();
      const created = new Date(time.now()).toISOString();
      project.snapshots.set(id, { id, description, created, labels, monthlyCost: 0.1 });
      await time.wait(snapshotMs, process);
      return id;
    },
    async deleteServer(id) {
      project.remove(id, 'api');
    },
    async deletePrimaryIp(id) {
      project.freeAddresses();
      if (project.primaryIps.get(id)?.assignee != null)
        throw new Failure('Conflict', `address ${id} is in use`);
      project.primaryIps.delete(id);
    },
    deleteSshKey: async (id) => void project.sshKeys.delete(id),
    deleteSnapshot: async (id) => void project.snapshots.delete(id),
  };
}
