/** Switches servers on and off, notifies listeners, and locks servers during actions. */
import { type Project, type ServerEvent, setStatus, startAction } from './project.ts';
import type { Action, ActionError, Server, Status } from './records.ts';

/** World seconds that a start takes. */
export const startSeconds = 8;

export function isOn(server: Server): boolean {
  return server.status === 'running' || server.status === 'starting';
}

/** Switches on a server that is off, as a separate action. */
export function startServer(project: Project, server: Server, command: string): Action {
  powerUp(project, server);
  return work(project, server, { command, seconds: startSeconds });
}

/** `starting`, then `running` once the start's world time has passed. */
export function powerUp(project: Project, server: Server): void {
  setStatus(project, server, 'starting');
  const since = project.clock.now();
  server.startedAt = since;
  project.clock.after(startSeconds * 1000, () => {
    const still = project.servers.get(server.id) === server && server.startedAt === since;
    if (!still || server.status !== 'starting') return;
    setStatus(project, server, 'running');
    server.startedAt = project.clock.now();
    tell(project, server, 'started');
  });
}

export function stopServer(project: Project, server: Server): void {
  setStatus(project, server, 'off');
  server.startedAt = null;
  tell(project, server, 'stopped');
}

/** As its power button does; it may ignore that. */
export function signal(project: Project, server: Server): void {
  if (isOn(server) && !server.deaf) tell(project, server, 'signalled');
}

export function tell(project: Project, server: Server, event: ServerEvent): void {
  for (const listen of project.listeners) listen(server, event);
}

type Work = {
  readonly command: string;
  readonly seconds: number;
  /** the server's status during the action */
  readonly status?: Status;
  /** whether it is locked during the action */
  readonly locks?: boolean;
  readonly error?: ActionError;
  /** at the end, unless the server was deleted */
  readonly done?: () => void;
};

/** An action on one server. */
export function work(project: Project, server: Server, todo: Work): Action {
  const { command, seconds, status, locks = false, error, done } = todo;
  if (status !== undefined) setStatus(project, server, status);
  if (locks) server.locked = true;
  return startAction(project, command, {
    seconds,
    resources: [{ id: server.id, type: 'server' }],
    ...(error === undefined ? {} : { error }),
    done: () => {
      if (project.servers.get(server.id) !== server) return;
      if (locks) server.locked = false;
      done?.();
    },
  });
}
