/** The machines behind the servers, and the port `Configurator` over them. */
import { Failure } from '../../reconciler/core/failure.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import type { Configurator, Host } from '../../reconciler/ports/configurator.ts';
import type { Process } from './process.ts';
import type { FakeProject, FakeServer } from './servers.ts';
import type { FakeTailnet } from './tailnet.ts';
import type { FakeTime } from './time.ts';

export type HostStep = 'boot' | 'configure' | 'join' | 'healthy';
export type FakeHosts = {
  roleVersion: string;
  /** by server id */
  readonly configured: Map<string, { readonly configHash: string; readonly roleVersion: string }>;
  /** ids of builders whose disk is ready for an image */
  readonly prepared: Set<string>;
  /** by server id, the host key that it made itself; shown once it was configured */
  readonly ownKeys: Map<string, { readonly key: string; shown: boolean }>;
  /** the next `times` attempts of this step fail, of this agent or of any */
  fail(step: HostStep, times: number, agent?: string): void;
  fails(step: HostStep, agent: string): boolean;
  /** by agent, the wrong node id that its host reports */
  readonly liesAboutNode: Map<string, string>;
  /** No attempt fails any more. */
  heal(): void;
  /** whether the public address answers only under the bootstrap label */
  sshNeedsBootstrap: boolean;
  /** whether a run reaches hosts over the tailnet */
  tailnet: 'reached' | 'notJoined' | 'silent';
  /** whether hosts publish their gateway in the tailnet */
  publish: boolean;
  /** whether port 22 is open only under the bootstrap label and an applied firewall */
  firewallCounts: boolean;
};

const bootMs = 8000;
const configureMs = 12_000;
const joinMs = 2000;
const connectMs = 30_000;
const lookMs = 2000;

export function createHosts(roleVersion: string): FakeHosts {
  const failing: { step: HostStep; times: number; agent: string | null }[] = [];
  return {
    roleVersion,
    configured: new Map(),
    prepared: new Set(),
    ownKeys: new Map(),
    sshNeedsBootstrap: false,
    tailnet: 'reached',
    publish: true,
    liesAboutNode: new Map(),
    firewallCounts: false,
    fail: (step, times, agent) => void failing.push({ step, times, agent: agent ?? null }),
    heal: () => void failing.splice(0),
    fails(step, agent) {
      const found = failing.find(
        (one) => one.step === step && one.times > 0 && (one.agent ?? agent) === agent,
      );
      if (found === undefined) return false;
      found.times -= 1;
      return true;
    },
  };
}

type HostParts = {
  readonly hosts: FakeHosts;
  readonly project: FakeProject;
  readonly tailnet: FakeTailnet;
  readonly time: FakeTime;
  readonly process: Process;
};

export function createFakeConfigurator(parts: HostParts): Configurator {
  const { hosts, tailnet, time, process } = parts;
  return {
    roleVersion: hosts.roleVersion,
    sources: null,
    async ready() {},
    async enterTailnet() {
      if (hosts.tailnet === 'notJoined') throw new Failure('ToolMissing', 'there is no Tailscale');
    },
    async reach(host) {
      await connected(parts, host);
    },
    async ownHostKey(host) {
      const { id } = await connected(parts, host);
      const own = hosts.ownKeys.get(id) ?? { key: `ssh-ed25519 AAAAown${id}`, shown: false };
      hosts.ownKeys.set(id, own);
      return own.key;
    },
    async showsHostKey(host, hostKey) {
      return shownKey(hosts, await connected(parts, host)) === hostKey;
    },
    async waitForBoot(host, timeoutMs) {
      const stuck = hosts.fails('boot', host.agent);
      const untilMs = time.now() + timeoutMs;
      for (let nowMs = time.now(); !stuck && nowMs < untilMs; nowMs = time.now()) {
        const readyMs = bootedAt(parts, host) ?? untilMs;
        if (readyMs <= time.now() && isOpen(parts, host)) return;
        await time.wait(Math.min(Math.max(lookMs, readyMs - time.now()), timeoutMs), process);
        if (bootedAt(parts, host) === null) break;
      }
      await time.wait(Math.max(0, untilMs - time.now()), process);
      throw new Failure('BootTimeout', `cloud-init of ${host.agent} has not finished`);
    },
    async configure(host, { configHash }) {
      await connected(parts, host);
      await time.wait(configureMs, process);
      const server = reachable(parts, host);
      if (hosts.fails('configure', host.agent))
        throw new Failure('ConfigureFailed', 'a task failed: the package could not be installed');
      const own = hosts.ownKeys.get(server.id);
      if (own !== undefined) own.shown = true;
      hosts.configured.set(server.id, { configHash, roleVersion: hosts.roleVersion });
    },
    async prepare(host) {
      await connected(parts, host);
      await time.wait(configureMs, process);
      const server = reachable(parts, host);
      if (hosts.fails('configure', host.agent))
        throw new Failure('ConfigureFailed', 'a task failed: the package could not be installed');
      hosts.prepared.add(server.id);
      return `roles ${hosts.roleVersion}`;
    },
    async nodeOf(host) {
      const server = reachable(parts, host);
      const device = [...tailnet.devices.values()].find(({ machine }) => machine === server.id);
      return hosts.liesAboutNode.get(host.agent) ?? device?.nodeId ?? null;
    },
    async join(host, { authKey, hostname, tag }) {
      const server = await connected(parts, host);
      await time.wait(joinMs, process);
      if (hosts.fails('join', host.agent))
        throw new Failure('JoinFailed', 'tailscale up timed out');
      const device = tailnet.join(authKey, hostname, server.id);
      if (device === null) throw new Failure('JoinFailed', 'tailscale up: invalid key');
      if (!device.tags.includes(tag)) throw new Failure('JoinFailed', `the key is not for ${tag}`);
      return hosts.liesAboutNode.get(host.agent) ?? device.nodeId;
    },
    async healthy(host) {
      const server = await connected(parts, host);
      return hosts.configured.has(server.id) && !hosts.fails('healthy', host.agent);
    },
    async log(host) {
      await connected(parts, host);
      return ['a line of its log'];
    },
    async askOverTailnet({ address }) {
      if (hosts.tailnet !== 'reached') return { kind: 'unreachable', said: 'no way' };
      const machine = machineAt(parts, address);
      const isUp = hosts.publish && machine !== undefined && hosts.configured.has(machine);
      return isUp ? { kind: 'answered', status: 200 } : { kind: 'refused' };
    },
  };
}

/** When cloud-init is done, as of now; null where the machine will not come up. */
function bootedAt(parts: HostParts, host: Host): number | null {
  const server = serverAt(parts, host);
  const last = server?.statuses.at(-1);
  return server === undefined || last?.status !== 'running' ? null : last.atMs + bootMs;
}

/** A connection that a firewall drops is retried for a while, as TCP does. */
async function connected(parts: HostParts, host: Host): Promise<FakeServer> {
  const { time, process } = parts;
  const untilMs = time.now() + connectMs;
  for (let nowMs = time.now(); !isOpen(parts, host) && nowMs < untilMs; nowMs = time.now())
    await time.wait(lookMs, process);
  return reachable(parts, host);
}

/** Whether port 22 is open. */
function isOpen(parts: HostParts, host: Host): boolean {
  const { project, hosts } = parts;
  const server = serverAt(parts, host);
  if (host.network === 'tailnet') return hosts.tailnet === 'reached';
  if (server === undefined || !hosts.firewallCounts) return true;
  const holds = new Set(project.observed(server).firewalls);
  const opens = [...project.firewalls].some(
    ([id, { rules }]) => holds.has(id) && /^in tcp 22 /m.test(rules),
  );
  return opens && server.labels[labelNames.bootstrap] === '1';
}

function reachable(parts: HostParts, host: Host): FakeServer {
  const { hosts, time } = parts;
  const server = serverAt(parts, host);
  const readyMs = bootedAt(parts, host);
  if (server === undefined || readyMs === null || readyMs > time.now())
    throw new Failure('OutcomeUnknown', `the host at ${host.ipv4} does not answer`);
  if (!isOpen(parts, host))
    throw new Failure('OutcomeUnknown', `port 22 of ${host.ipv4} is closed`);
  const isPublic = host.network === 'public';
  if (hosts.sshNeedsBootstrap && isPublic && server.labels[labelNames.bootstrap] !== '1')
    throw new Failure('OutcomeUnknown', `port 22 of ${host.ipv4} is closed`);
  return server;
}

/** Also shows its host key. */
function serverAt(parts: HostParts, host: Host): FakeServer | undefined {
  const machine = host.network === 'tailnet' ? machineAt(parts, host.ipv4) : undefined;
  const server = [...parts.project.servers.values()].find((one) =>
    host.network === 'tailnet' ? one.id === machine : one.ipv4 === host.ipv4,
  );
  if (server === undefined) return undefined;
  const shown = shownKey(parts.hosts, server);
  if (shown !== undefined && !host.hostKeys.includes(shown)) {
    throw new Failure(
      'OwnershipUnproven',
      `the host at ${host.ipv4} shows another host key than ${host.agent} was given`,
    );
  }
  return server;
}

/** Id of the server behind an address of the tailnet. */
function machineAt({ tailnet }: HostParts, address: string): string | undefined {
  const devices = [...tailnet.devices.values()];
  return devices.find((one) => one.address === address)?.machine ?? undefined;
}

/** The one that its user data seeded, or its own. */
export function shownKey(hosts: FakeHosts, { id, userData }: FakeServer): string | undefined {
  const own = hosts.ownKeys.get(id);
  return own?.shown === true ? own.key : /ed25519_public:\s*(ssh-ed25519 \S+)/.exec(userData)?.[1];
}
