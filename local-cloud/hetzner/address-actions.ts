/** Actions on primary IPs, which are assigned to and unassigned from servers that are off. */
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid } from './errors.ts';
import { type Asked, askedOf, optionalFlag, optionalId, type WithBody } from './input.ts';
import { actionBody, found, type Project, startAction } from './project.ts';
import type { Action, PrimaryIp, Server } from './records.ts';
import { setReverseName } from './reverse-names.ts';

type Doing = (one: PrimaryIp, asked: Asked) => Action;

export function registerAddressActions(app: FastifyInstance, project: Project): void {
  const commands: Readonly<Record<string, Doing>> = {
    assign: (one, asked) => {
      if ((asked['assignee_type'] ?? 'server') !== 'server')
        throw invalid('assignee_type', 'must be server');
      const id = optionalId(asked, 'assignee_id');
      if (id === undefined) throw invalid('assignee_id', 'is required');
      return assign(project, one, found(project.servers, 'server', id));
    },
    unassign: (one) => {
      if (one.assignee === null) throw invalid('id', 'primary IP is not assigned');
      detach(project, one);
      return act(project, one, 'unassign_primary_ip');
    },
    change_protection: (one, asked) => {
      const wanted = optionalFlag(asked, 'delete');
      if (wanted === undefined) throw invalid('delete', 'is required');
      one.protected = wanted;
      return act(project, one, 'change_protection', 0);
    },
    change_dns_ptr: (one, asked) => {
      setReverseName(one, asked);
      return act(project, one, 'change_dns_ptr');
    },
  };
  for (const [command, doing] of Object.entries(commands)) {
    app.post<WithBody>(`/primary_ips/:id/actions/${command}`, ({ params, body }, reply) => {
      const one = found(project.primaryIps, 'primary_ip', params.id);
      const action = doing(one, askedOf(body));
      return reply.code(201).send({ action: actionBody(project, action) });
    });
  }
}

export function assign(project: Project, one: PrimaryIp, server: Server): Action {
  if (one.assignee !== null)
    throw new HetznerError('primary_ip_already_assigned', 'primary IP is already assigned');
  if (one.location !== server.location)
    throw new HetznerError(
      'primary_ip_datacenter_mismatch',
      'primary IP is in a different location than the server',
    );
  if (server[one.type] !== null)
    throw one.type === 'ipv4'
      ? new HetznerError('server_has_ipv4', 'server already has an IPv4 address')
      : new HetznerError('server_has_ipv6', 'server already has an IPv6 network');
  refuseOn(server);
  one.assignee = server.id;
  server[one.type] = one.id;
  return act(project, one, 'assign_primary_ip');
}

/** Unassigns it from its server, which has to be off. */
export function detach(project: Project, one: PrimaryIp): void {
  const server = project.servers.get(one.assignee ?? 0);
  if (server !== undefined) {
    refuseOn(server);
    server[one.type] = null;
  }
  one.assignee = null;
}

function refuseOn(server: Server): void {
  if (server.status !== 'off')
    throw new HetznerError('server_not_stopped', 'server must be stopped');
}

function act(project: Project, one: PrimaryIp, command: string, seconds = 1): Action {
  const resources = [
    { id: one.id, type: 'primary_ip' },
    ...(one.assignee === null ? [] : [{ id: one.assignee, type: 'server' }]),
  ];
  return startAction(project, command, { seconds, resources });
}
