/** A local cloud whose servers are machines, for the benchmark `provision`. */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { editYaml } from '../../reconciler/core/agent/yaml-edit.ts';

type ProvisionedAgent = {
  readonly agent: string;
  /** from its payment to its verification */
  readonly seconds: number;
  /** seconds of each step */
  readonly steps: Readonly<Record<string, number>>;
  readonly image: string;
};
export type Provisioned = {
  readonly agents: readonly ProvisionedAgent[];
  /** of Hetzner's API, by the run that created them, without those of its reading */
  readonly calls: number;
  /** of this computer, in the last minute */
  readonly load: number;
};
export type HostsWorld = {
  aura(...args: readonly string[]): Promise<Json>;
  /** So many customers subscribe; one run creates their servers. */
  provision(count: number): Promise<Provisioned>;
  /** Builds an image, and merges its pull request. */
  buildImage(): Promise<{ readonly id: string; readonly seconds: number }>;
  /** Every subscription is canceled; returns how much of the world is left. */
  end(): Promise<number>;
  close(): Promise<void>;
};
type Json = Readonly<Record<string, unknown>>;

const program = fileURLToPath(new URL('../../reconciler/app/cli/aura.ts', import.meta.url));
/** Retirements an hour are limited. */
const runsMax = 6;

/** The cloud, and the environment of the verbs. */
type World = {
  readonly cloud: LocalCloud;
  readonly env: Readonly<Record<string, string>>;
  readonly subscriptions: string[];
};

export async function openHostsWorld(): Promise<HostsWorld> {
  const [headscale, tailscaled] = [findTool('headscale'), findTool('tailscaled')];
  const cloud = await startCloud({
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
    seed: 7,
    rate: 1,
    hosts: { install: true },
    tailnet: { binaries: { headscale } },
  });
  const sources = { docker: 'distribution', node: 'npm', tailscale: tailscaled };
  const env: Readonly<Record<string, string>> = {
    AURA_HOST_SOURCES: process.env['AURA_HOST_SOURCES'] ?? JSON.stringify(sources),
    ...cloud.addresses.env,
  };
  const world: World = { cloud, env, subscriptions: [] };
  return {
    aura: (...args) => aura(world, args),
    provision: (count) => provision(world, count),
    buildImage: () => buildImage(world),
    end: () => end(world),
    close: () => cloud.close(),
  };
}

async function provision(world: World, count: number): Promise<Provisioned> {
  const { clock, ledger } = world.cloud.world;
  const atFirst = ledger.total('hetzner');
  await aura(world, ['plan']);
  const before = ledger.total('hetzner');
  const paidMs = clock.now();
  for (let n = 0; n < count; n += 1) {
    const wanted = { plan: 'starter', region: 'eu-central' };
    const { subscription } = await control(world, 'checkout', wanted);
    world.subscriptions.push(String(subscription));
  }
  await aura(world, ['resync']);
  const entered: Entered[] = [];
  const { applied } = await aura(world, ['reconcile'], (line) => {
    const [, agent = '', step = ''] = /^\S+ (agt-\w+) create: (\w+)$/.exec(line) ?? [];
    if (step !== '') entered.push({ agent, step, atMs: clock.now() });
  });
  const calls = ledger.total('hetzner') - before - (before - atFirst);
  const agents: ProvisionedAgent[] = [];
  for (const { agent, change, outcome, message } of listOf(applied)) {
    if (change !== 'create') continue;
    if (outcome !== 'done') throw new Error(`${agent}: ${outcome}, ${message}`);
    const own = entered.filter((one) => one.agent === agent);
    const { record } = await aura(world, ['status', String(agent)]);
    agents.push({ ...timesOf(record as Running, own, paidMs), agent: String(agent) });
  }
  if (agents.length !== count) throw new Error(`${agents.length} of ${count} were created`);
  return { agents, calls, load: loadavg()[0] ?? 0 };
}

async function buildImage(world: World) {
  const startedMs = performance.now();
  const { image, proposal } = await aura(world, ['image', 'build']);
  const seconds = rounded((performance.now() - startedMs) / 1000);
  const number = /\/pull\/([0-9]+)$/.exec(String(proposal))?.[1];
  await github(world, 'PUT', `/pulls/${number}/merge`, {});
  return { id: String(image), seconds };
}

async function end(world: World): Promise<number> {
  const { servers } = world.cloud.world.hetzner.project;
  for (const subscription of world.subscriptions) await control(world, 'cancel', { subscription });
  await allowEnds(world);
  await aura(world, ['resync']);
  for (let runs = 0; runs < runsMax && servers.size > 0; runs += 1) {
    await aura(world, ['reconcile']);
    await control(world, 'clock', { advanceSeconds: 2 * 3600 });
  }
  const dump = await send(new URL(world.cloud.addresses.control), { method: 'GET' });
  const devices = listOf(dump['devices']).filter(({ name }) => String(name).startsWith('agt-'));
  const states = (dump['states'] as readonly string[]).filter((key) => !key.includes('/fleet/'));
  const left = [dump['servers'], dump['primaryIps'], dump['hosts'], dump['locks']].map(listOf);
  return [...left, devices, states].reduce((sum, { length }) => sum + length, 0);
}

/** All agents of the benchmark end at once, which the limits of a fleet of that size refuse. */
async function allowEnds(world: World): Promise<void> {
  const path = '/contents/policy.yaml';
  const { content, sha } = await github(world, 'GET', path);
  const text = Buffer.from(String(content), 'base64').toString();
  const edited = editYaml(text, () => [
    { path: ['limits', 'missingCountMax'], value: 100 },
    { path: ['limits', 'destroysPerHourPercent'], value: 100 },
  ]);
  const body = { message: 'Allow all ends', sha, content: Buffer.from(edited).toString('base64') };
  await github(world, 'PUT', path, body);
}

async function github(world: World, method: string, path: string, body?: object): Promise<Json> {
  const { token } = await control(world, 'person', { login: 'pat' });
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository } = world.env;
  const url = new URL(`${api}/repos/${repository}${path}`);
  return send(url, { method, body, token: String(token) });
}

function control({ cloud }: World, path: string, body: object): Promise<Json> {
  return send(new URL(path, cloud.addresses.control), { method: 'POST', body });
}

type Entered = { readonly agent: string; readonly step: string; readonly atMs: number };
type Running = {
  readonly chosen: { readonly image: string };
  readonly attempts: readonly { readonly ended: string }[];
};

/** Its attempt ends when it was verified. */
function timesOf({ chosen, attempts }: Running, entered: readonly Entered[], paidMs: number) {
  const endedMs = Date.parse(attempts.at(-1)?.ended ?? '');
  const steps = entered.map(({ step, atMs }, place): [string, number] => {
    const untilMs = entered[place + 1]?.atMs ?? endedMs;
    return [step, rounded((untilMs - atMs) / 1000)];
  });
  const queued = rounded(((entered[0]?.atMs ?? paidMs) - paidMs) / 1000);
  return {
    seconds: rounded((endedMs - paidMs) / 1000),
    steps: { queued, ...Object.fromEntries(steps) },
    image: chosen.image,
  };
}

/** Its document. Throws where it fails. */
async function aura(
  { env }: World,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<Json> {
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const errors: string[] = [];
  const reading = (async () => {
    for await (const line of createInterface(child.stderr)) {
      errors.push(line);
      onLine(line);
    }
  })();
  const stdout = (await child.stdout.toArray()).join('');
  await reading;
  const code = await ended;
  if (code !== 0)
    throw new Error(`aura ${args.join(' ')} ended with ${code}:\n${errors.join('\n')}\n${stdout}`);
  return JSON.parse(stdout) as Json;
}

async function send(
  url: URL,
  request: { readonly method: string; readonly body?: object | undefined; readonly token?: string },
): Promise<Json> {
  const { method, body, token } = request;
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
