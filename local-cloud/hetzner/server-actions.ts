/**
 * Power actions of a server; the others are in `server-changes.ts`.
 * https://docs.hetzner.cloud/reference/cloud#server-actions
 */
import type { FastifyInstance } from 'fastify';
import { askedOf, type WithBody } from './input.ts';
import { actionBody, found, type Project } from './project.ts';
import { type Doing, serverChanges } from './server-changes.ts';
import {
  isOn,
  powerUp,
  signal,
  startSeconds,
  startServer,
  stopServer,
  work,
} from './server-power.ts';
import { refuseLocked } from './servers.ts';

const shutdownSeconds = 3;

export function registerServerActions(app: FastifyInstance, project: Project): void {
  for (const [command, doing] of Object.entries({ ...power, ...serverChanges })) {
    app.post<WithBody>(`/servers/:id/actions/${command}`, ({ params, body }, reply) => {
      const server = found(project.servers, 'server', params.id);
      const asked = askedOf(body);
      refuseLocked(server);
      const result = doing(project, server, asked);
      const { action, more } = 'command' in result ? { action: result, more: {} } : result;
      return reply.code(201).send({ action: actionBody(project, action), ...more });
    });
  }
}

const power: Readonly<Record<string, Doing>> = {
  poweron: (project, server) =>
    isOn(server)
      ? work(project, server, { command: 'start_server', seconds: 0 })
      : startServer(project, server, 'start_server'),
  poweroff: (project, server) =>
    server.status === 'off'
      ? work(project, server, { command: 'stop_server', seconds: 0 })
      : work(project, server, {
          command: 'stop_server',
          seconds: 1,
          status: 'stopping',
          done: () => {
            if (server.status === 'stopping') stopServer(project, server);
          },
        }),
  // The action ends once the signal was sent; the system may ignore it.
  shutdown: (project, server) => {
    signal(project, server);
    return work(project, server, {
      command: 'shutdown_server',
      seconds: shutdownSeconds,
      done: () => {
        if (isOn(server) && !server.deaf) stopServer(project, server);
      },
    });
  },
  reboot: (project, server, asked) => {
    signal(project, server);
    return restart('reboot_server')(project, server, asked);
  },
  reset: restart('reset_server'),
  // Needs an agent within the system, which answers only while the system runs.
  reset_password: (project, server) => {
    const runs = server.status === 'running';
    const action = work(project, server, {
      command: 'reset_password',
      seconds: 1,
      ...(runs ? {} : { error: { code: 'action_failed', message: 'Action failed' } }),
    });
    return { action, more: { root_password: runs ? project.randomness.token(20) : null } };
  },
};

/** A server that is off starts. */
function restart(command: string): Doing {
  return (project, server) => {
    if (isOn(server)) stopServer(project, server);
    powerUp(project, server);
    return work(project, server, { command, seconds: startSeconds });
  };
}
