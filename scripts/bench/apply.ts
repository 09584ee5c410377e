/**
 * Measures an apply that creates agents in the local cloud, with simulated hosts and the real
 * Terraform and provider: what everything costs, and what Terraform and its provider cost of it.
 *
 *   --agents N  agents that are created by one apply; 20 by default
 *   --rate N    world seconds a second; 1 by default: Hetzner's times, and Terraform's polls in them
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { type CloudProcess, createAura, startCloudProcess } from './apply-process.ts';

type Options = { readonly agents: number; readonly rate: number };
type World = {
  readonly servers: readonly { readonly name: string }[];
  readonly primaryIps: readonly unknown[];
  readonly devices: readonly unknown[];
  readonly keys: readonly { readonly invalid?: boolean }[];
  readonly states: readonly string[];
  readonly locks: readonly string[];
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

const exitChanges = 2;

export async function benchApply(args: readonly string[]): Promise<object> {
  const options = optionsOf(args);
  const folder = await mkdtemp(join(tmpdir(), 'aura-bench-apply-'));
  const cloud = await startCloudProcess(options.rate);
  try {
    return await measure(options, folder, cloud);
  } finally {
    await cloud.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '20' },
      rate: { type: 'string', default: '1' },
    },
  });
  const number = (value: string) => {
    if (!/^[1-9]\d*$/.test(value)) throw new Error(`${JSON.stringify(value)} is no whole number`);
    return Number(value);
  };
  return { agents: number(values.agents), rate: number(values.rate) };
}

async function measure({ agents, rate }: Options, folder: string, cloud: CloudProcess) {
  const aura = await createAura(folder, cloud.env);
  const names = await customersPay(cloud, agents);
  const startUp = await succeeded(aura.run('init'));
  await succeeded(aura.run('resync'));
  const planFile = join(folder, 'plan');
  await succeeded(aura.run('plan', ['--out', planFile]), exitChanges);
  say(`${agents} agents are planned; init took ${Math.round(startUp.cpuMs)} CPU-ms`);

  const before = await worldOf(cloud);
  const { wallMs, cpuMs, terraformCpuMs, stdout } = await aura.run('apply', ['--plan', planFile]);
  const after = await worldOf(cloud);
  const { applied } = JSON.parse(stdout) as { applied: readonly { readonly outcome: string }[] };
  const failed = applied.filter(({ outcome }) => outcome !== 'done');
  for (const one of failed) say(JSON.stringify(one));
  const calls = callsOf(before, after);
  say(`Hetzner's calls: ${JSON.stringify(calls)}`);
  return {
    agents,
    rate,
    startUpCpuMs: Math.round(startUp.cpuMs),
    wallMs: Math.round(wallMs),
    cpuMsPerAgent: Math.round(cpuMs / agents),
    terraformCpuMsPerAgent: Math.round(terraformCpuMs / agents),
    ratio: Math.round((cpuMs * 1000) / terraformCpuMs) / 1000,
    hetznerCallsPerCreate: Math.round((sum(Object.values(calls)) * 100) / agents) / 100,
    failures: agents - (applied.length - failed.length),
    leaked: leakedIn(after, names) + (await aura.left()).length,
  };
}

async function customersPay({ control }: CloudProcess, agents: number) {
  const names: string[] = [];
  for (let n = 0; n < agents; n += 1) {
    const answer = await fetch(`${control}/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan: 'starter', region: 'eu-central' }),
    });
    if (!answer.ok) throw new Error(`a checkout was answered with ${answer.status}`);
    const { subscription } = (await answer.json()) as { subscription: string };
    names.push(agentIdOf(subscription));
  }
  return new Set(names);
}

async function succeeded<Result extends { readonly code: number; readonly stdout: string }>(
  running: Promise<Result>,
  expected = 0,
): Promise<Result> {
  const ended = await running;
  if (ended.code === expected) return ended;
  throw new Error(`aura exited with ${ended.code}: ${ended.stdout}`);
}

async function worldOf({ control }: CloudProcess): Promise<World> {
  return (await (await fetch(control)).json()) as World;
}

function callsOf(before: World, after: World): Readonly<Record<string, number>> {
  const [then, now] = [before, after].map(({ requests }) => requests['hetzner'] ?? {});
  const counts = Object.entries(now ?? {})
    .map(([route, count]) => [route, count - (then?.[route] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return Object.fromEntries(counts);
}

/** What exists besides one server, its two addresses, one device and one state for each agent. */
function leakedIn(world: World, agents: ReadonlySet<string>): number {
  const servers = world.servers.filter(({ name }) => agents.has(name)).length;
  const fleetStates = 1;
  const beside = [
    world.servers.length - servers,
    world.primaryIps.length - 2 * servers,
    world.devices.length - servers,
    world.states.length - servers - fleetStates,
    world.locks.length,
    world.keys.filter(({ invalid }) => invalid !== true).length,
  ];
  return sum(beside.map(Math.abs));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
