/**
 * The machines of the project's servers, as a configurator finds them: they boot after their start
 * (port 22 opens before cloud-init is done), present the host key of their user data until they are
 * configured, and then the one that they made, and join the tailnet. Those that were given an
 * address and a key for it report on their agents once a minute.
 *
 * `GET /:ip/boot` · `POST /:ip/host-key` · `POST /:ip/configure` · `GET /:ip/node` ·
 * `POST /:ip/join` · `GET /:ip` · `GET /:ip/log` · `POST /:ip/fail`
 */
import type { FastifyInstance } from 'fastify';
import { impossible } from '../reconciler/core/failure.ts';
import type { Heartbeat } from '../schemas/generated/heartbeat.ts';
import type { CloudPart } from './api-server.ts';
import type { WorldClock } from './clock.ts';
import type { HetznerPart } from './hetzner/hetzner.ts';
import type { Server } from './hetzner/records.ts';
import { HostError } from './host-error.ts';
import { type BeatClock, createHostHeartbeats, heartbeatBody } from './host-heartbeats.ts';
import { newHostKey, seededHostKey } from './host-keys.ts';
import type { TailscalePart } from './tailscale/tailscale.ts';

/** World time from a start until sshd answers and until cloud-init is done, and of a play. */
const sshAfterMs = 3000;
const bootFinishedAfterMs = 8000;
const configureMs = 12_000;

type Configured = { readonly configHash: string; readonly roleVersion: string };
export const hostSteps = ['boot', 'configure', 'join'] as const;
export type HostStep = (typeof hostSteps)[number];
type Failing = { readonly step: HostStep; times: number };

export type HostsPart = CloudPart & {
  readonly configured: ReadonlyMap<number, Configured>;
  /**
   * Makes that step fail on this server that many times; a failed boot hangs until the server is
   * switched off.
   */
  fail(server: number, step: HostStep, times: number): void;
};

type Options = {
  readonly clock: WorldClock;
  /** by which heartbeats are sent */
  readonly beats: BeatClock;
  readonly hetzner: HetznerPart;
  readonly tailscale: TailscalePart;
};
/** The machines and their state. */
type Machines = Options & {
  readonly configured: Map<number, Configured>;
  /** how often a server got a new disk; each disk is another machine in the tailnet */
  readonly disks: Map<number, number>;
  /** by server, the host key that it made itself; sshd shows it once it was configured */
  readonly ownKeys: Map<number, { readonly key: string; shown: boolean }>;
  readonly failing: Map<number, Failing[]>;
  readonly heartbeats: ReturnType<typeof createHostHeartbeats>;
};
type At = { Params: { ip: string }; Body: Record<string, unknown> };

export function createHosts(options: Options): HostsPart {
  const machines: Machines = {
    ...options,
    configured: new Map(),
    disks: new Map(),
    ownKeys: new Map(),
    failing: new Map(),
    heartbeats: createHostHeartbeats(options.beats, (server) => heartbeatFrom(machines, server)),
  };
  followServers(machines);
  return {
    api: 'hosts',
    configured: machines.configured,
    fail: (server, step, times) => willFail(machines, server, { step, times }),
    errorBody: ({ message }) => ({ message }),
    dump: () => [...machines.configured].map(([server, what]) => ({ server, ...what })),
    register(app) {
      app.addHook('onClose', async () => machines.heartbeats.close());
      registerReadings(app, machines);
      registerWork(app, machines);
    },
  };
}

/** A machine's device goes offline with it; its configuration is lost with its disk. */
function followServers(machines: Machines): void {
  const { hetzner, tailscale, configured, disks, ownKeys, failing, heartbeats } = machines;
  hetzner.project.listeners.push((server, event) => {
    const machine = machineOf(machines, server);
    switch (event) {
      case 'started':
        if (configured.has(server.id)) tailscale.tailnet.setOnline(machine, true);
        return;
      case 'signalled':
        return;
      case 'stopped':
        fails(machines, server, 'boot');
        return tailscale.tailnet.setOnline(machine, false);
      case 'rebuilt':
      case 'deleted':
        tailscale.tailnet.forgetMachine(machine);
        configured.delete(server.id);
        heartbeats.forget(server.id);
        ownKeys.delete(server.id);
        disks.set(server.id, (disks.get(server.id) ?? 0) + 1);
        if (event === 'deleted') failing.delete(server.id);
        return;
      default:
        impossible(event);
    }
  });
}

function machineOf({ disks }: Machines, server: Server): string {
  const disk = disks.get(server.id) ?? 0;
  return disk === 0 ? String(server.id) : `${server.id}/${disk}`;
}

function registerReadings(app: FastifyInstance, machines: Machines): void {
  const { clock, configured, failing, tailscale } = machines;
  app.get<At>('/:ip/boot', ({ params }) => {
    const server = serverAt(machines, params.ip);
    const up = upFor(clock, server);
    const stuck = (failing.get(server.id) ?? []).some(
      (one) => one.step === 'boot' && one.times > 0,
    );
    return {
      reachable: up >= sshAfterMs,
      finished: up >= bootFinishedAfterMs && !stuck,
      hostKey: hostKeyOf(machines, server),
    };
  });
  app.get<At>('/:ip/node', ({ params }) => {
    const server = reachableAt(machines, params.ip);
    const device = tailscale.tailnet.ofMachine(machineOf(machines, server));
    return { nodeId: device?.nodeId ?? null, hostKey: hostKeyOf(machines, server) };
  });
  app.get<At>('/:ip/log', ({ params }) => {
    const server = reachableAt(machines, params.ip);
    const log = configured.has(server.id) ? ['gateway: ready on 127.0.0.1:18789'] : [];
    return { log, hostKey: hostKeyOf(machines, server) };
  });
  app.get<At>('/:ip', ({ params }) => {
    const server = reachableAt(machines, params.ip);
    return {
      server: server.id,
      healthy: configured.has(server.id),
      hostKey: hostKeyOf(machines, server),
      configured: configured.get(server.id) ?? null,
    };
  });
}

function registerWork(app: FastifyInstance, machines: Machines): void {
  const { clock, configured, heartbeats, ownKeys, tailscale } = machines;
  app.post<At>('/:ip/configure', async ({ params, body }) => {
    const server = reachableAt(machines, params.ip);
    if (upFor(clock, server) < bootFinishedAfterMs)
      throw new HostError(409, 'cloud-init has not finished: the user does not exist yet');
    if (fails(machines, server, 'configure'))
      throw new HostError(422, 'a task failed: the package could not be installed');
    await new Promise<void>((resolve) => clock.after(configureMs, resolve));
    const own = ownKeys.get(server.id);
    if (own !== undefined) own.shown = true;
    configured.set(server.id, {
      configHash: String(body?.['configHash'] ?? ''),
      roleVersion: String(body?.['roleVersion'] ?? ''),
    });
    heartbeats.configure(server.id, String(body?.['agent'] ?? ''), body?.['heartbeat']);
    return { ...configured.get(server.id), hostKey: hostKeyOf(machines, server) };
  });
  app.post<At>('/:ip/host-key', ({ params }) => {
    const server = reachableAt(machines, params.ip);
    const own = ownKeys.get(server.id) ?? {
      key: newHostKey(machineOf(machines, server)),
      shown: false,
    };
    ownKeys.set(server.id, own);
    return { ownHostKey: own.key, hostKey: hostKeyOf(machines, server) };
  });
  app.post<At>('/:ip/join', ({ params, body }) => {
    const server = reachableAt(machines, params.ip);
    if (fails(machines, server, 'join')) throw new HostError(422, 'tailscale up timed out');
    const device = tailscale.tailnet.join({
      authKey: String(body?.['authKey'] ?? ''),
      hostname: String(body?.['hostname'] ?? ''),
      machine: machineOf(machines, server),
    });
    if (device === null)
      throw new HostError(422, 'tailscale up: invalid key: API key does not exist');
    return { nodeId: device.nodeId, hostKey: hostKeyOf(machines, server) };
  });
  app.post<At>('/:ip/fail', ({ params, body }) => {
    const server = serverAt(machines, params.ip);
    const step = hostSteps.find((one) => one === body?.['step']);
    if (step === undefined) throw new HostError(400, `step must be ${hostSteps.join(', ')}`);
    willFail(machines, server.id, { step, times: Number(body?.['times'] ?? 1) });
    return { step };
  });
}

/** What the server would report now; null where it is off or still boots. */
function heartbeatFrom(machines: Machines, id: number): Heartbeat | null {
  const server = machines.hetzner.project.servers.get(id);
  if (server === undefined || upFor(machines.clock, server) < bootFinishedAfterMs) return null;
  const device = machines.tailscale.tailnet.ofMachine(machineOf(machines, server));
  return heartbeatBody({ tailnet: device?.online === true });
}

/** By its public address, or by that of its device while it is in the tailnet. */
function serverAt(machines: Machines, ip: string): Server {
  const { primaryIps, servers } = machines.hetzner.project;
  const device = machines.tailscale.tailnet.ofAddress(ip);
  const id = primaryIps.one('@ip', ip)?.assignee ?? Number(device?.machine.split('/')[0] ?? 0);
  const server = device === undefined || device.online ? servers.get(id) : undefined;
  if (server === undefined) throw new HostError(404, 'no route to host');
  return server;
}

function reachableAt(machines: Machines, ip: string): Server {
  const server = serverAt(machines, ip);
  if (upFor(machines.clock, server) < sshAfterMs) throw new HostError(503, 'connection refused');
  return server;
}

function willFail({ failing }: Machines, server: number, one: Failing): void {
  failing.set(server, [...(failing.get(server) ?? []), one]);
}

/** Whether this step is set to fail here; counts one use. A failed boot lasts until a stop. */
function fails({ failing }: Machines, { id }: Server, step: HostStep): boolean {
  const one = failing.get(id)?.find((candidate) => candidate.step === step && candidate.times > 0);
  if (one === undefined) return false;
  one.times -= 1;
  return true;
}

/** How long the machine has been switched on, ms of world time; 0 while it is off. */
function upFor(clock: WorldClock, server: Server): number {
  return server.status === 'running' && server.startedAt !== null
    ? clock.now() - server.startedAt
    : 0;
}

/** The host key of sshd: the one that cloud-init was given, or its own. */
function hostKeyOf({ ownKeys }: Machines, server: Server): string | null {
  const own = ownKeys.get(server.id);
  return own?.shown === true ? own.key : seededHostKey(server.userData);
}
