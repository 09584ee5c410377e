/** Dumps the project for `GET control/`. */
import { type Project, timeOf } from './project.ts';
import { serverBody } from './server-body.ts';

export function dumpOf(project: Project): object {
  return {
    servers: [...project.servers.values()].map((server) => serverBody(project, server)),
    primaryIps: [...project.primaryIps.values()].map((ip) => ({
      id: ip.id,
      name: ip.name,
      ip: ip.ip,
      assignee: ip.assignee,
    })),
    firewalls: [...project.firewalls.values()].map((one) => ({
      id: one.id,
      name: one.name,
      labels: one.labels,
      appliedTo: one.appliedTo,
      rules: one.rules,
    })),
    sshKeys: [...project.sshKeys.values()].map((one) => ({
      id: one.id,
      name: one.name,
      labels: one.labels,
      created: timeOf(one.created),
    })),
    snapshots: [...project.snapshots.values()].map((one) => ({
      id: one.id,
      description: one.description,
      labels: one.labels,
    })),
    volumes: [...project.volumes.values()].map(({ id, name, server, sizeGb }) => {
      return { id, name, server, sizeGb };
    }),
    floatingIps: [...project.floatingIps.values()].map(({ id, name, ip, server }) => {
      return { id, name, ip, server };
    }),
    loadBalancers: [...project.loadBalancers.values()].map(({ id, name }) => ({ id, name })),
    placementGroups: [...project.placementGroups.values()].map((one) => ({
      id: one.id,
      name: one.name,
      labels: one.labels,
    })),
  };
}
