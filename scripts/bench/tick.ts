/**
 * What a tick costs: a fleet of running agents in the local cloud, which is a process of its own,
 * and ticks over it, each in a fresh process. First without a cache (cold), then with it and nothing
 * to do (warm), then with a few files changed. Beside it, what `terraform plan` costs for each of a
 * sample of real stacks, which is what a fleet without this program would pay for every agent.
 *
 *   --agents N   running agents; 10000 unless told
 *   --changed N  files that people change before the last tick; 10 unless told
 *   --stacks N   real stacks that are planned; 20 unless told
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { roleVersionOf } from '../../reconciler/app/main/role-version.ts';
import { nodeArgsOf, nodeEnvOf } from '../setup/verb-parts.mjs';
import type { Calls } from './tick-messages.ts';
import { type FleetProcess, startFleetProcess } from './tick-world-process.ts';

type Options = { readonly agents: number; readonly changed: number; readonly stacks: number };
type Tick = {
  readonly startupCpuMs: number;
  readonly tickCpuMs: number;
  readonly wallMs: number;
  readonly rssMb: number;
  readonly changes: number;
  readonly servers: number;
  readonly unexpected: readonly unknown[];
};
type Measured = {
  readonly cold: Tick;
  readonly warm: Tick;
  readonly changed: Tick;
  /** the most of all ticks, the cold one too */
  readonly peakRssMb: number;
  readonly calls: number;
  readonly planCpuMs: number;
};

/** Of so many warm ticks the middle one counts: other programs disturb single ones. */
const warmTicks = 3;
/** From here on a fleet of this size is measured too, to see how cost grows. */
const exponentFrom = 100_000;
const exponentBase = 10_000;

export async function benchTick(args: readonly string[]): Promise<object> {
  const options = optionsOf(args);
  const { agents } = options;
  const small =
    agents < exponentFrom ? null : await measureFleet({ ...options, agents: exponentBase });
  const { cold, warm, changed, peakRssMb, calls, planCpuMs } = await measureFleet(options);
  const speedup = (agents * planCpuMs) / (warm.startupCpuMs + warm.tickCpuMs);
  const growth = small === null ? null : warm.tickCpuMs / small.warm.tickCpuMs;
  return {
    agents,
    apiCalls: calls,
    apiCallsFloor: Math.ceil(agents / 50) + Math.ceil(agents / 1000) + 7,
    startupCpuMs: Math.round(warm.startupCpuMs),
    coldCpuMs: Math.round(cold.tickCpuMs),
    warmCpuMs: Math.round(warm.tickCpuMs),
    warmMs: Math.round(warm.wallMs),
    rssMb: Math.round(peakRssMb),
    coldRssMb: Math.round(cold.rssMb),
    changedAgents: options.changed,
    changedCpuMs: Math.round(changed.tickCpuMs),
    planPerStackCpuMs: Math.round(planCpuMs),
    planPerStackSample: options.stacks,
    speedup: Math.round(speedup),
    exponent:
      growth === null
        ? null
        : Math.round((100 * Math.log(growth)) / Math.log(agents / exponentBase)) / 100,
  };
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '10000' },
      changed: { type: 'string', default: '10' },
      stacks: { type: 'string', default: '20' },
    },
  });
  const number = (value: string) => {
    if (!/^\d+$/.test(value)) throw new Error(`${JSON.stringify(value)} is no whole number`);
    return Number(value);
  };
  return {
    agents: number(values.agents),
    changed: number(values.changed),
    stacks: number(values.stacks),
  };
}

async function measureFleet(options: Options): Promise<Measured> {
  const world = startFleetProcess();
  const cache = await mkdtemp(join(tmpdir(), 'aura-bench-tick-'));
  try {
    return await measure(options, world, cache);
  } finally {
    await world.close().catch(() => {});
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(options: Options, world: FleetProcess, cache: string): Promise<Measured> {
  const { agents, stacks } = options;
  const addresses = await world.start();
  say(`${stacks} servers made by Terraform`);
  await world.hurry(true);
  await terraform(['make', String(stacks)], addresses.terraform);
  await world.hurry(false);
  say(`a converged fleet of ${agents} agents`);
  await world.fill({ agents, sample: stacks, roleVersion: await roleVersionOf() });

  const env = { ...addresses.tick, AURA_CACHE_DIR: cache };
  const tick = async (expected: number) => {
    await world.nextHour();
    const ticked = await run<Tick>('tick-once.ts', [], env);
    const wrong = ticked.changes !== expected || ticked.servers !== agents;
    if (wrong || (expected === 0 && ticked.unexpected.length > 0))
      throw new Error(`the tick does not find the fleet as it is: ${JSON.stringify(ticked)}`);
    return ticked;
  };
  const cold = await tick(0);
  say(`cold: ${figures(cold)}`);
  const warms: Tick[] = [];
  let calls: Calls = {};
  for (let n = 0; n < warmTicks; n += 1) {
    const ticked = await tick(0);
    calls = await world.calls();
    say(`warm: ${figures(ticked)}; calls ${JSON.stringify(calls)}`);
    warms.push(ticked);
  }
  await world.change(options.changed);
  const changes: Tick[] = [];
  const before = `${cache}-before`;
  await cp(cache, before, { recursive: true });
  for (let n = 0; n < warmTicks; n += 1) {
    // Each meets the change as news.
    await rm(cache, { recursive: true });
    await cp(before, cache, { recursive: true });
    const ticked = await tick(options.changed);
    say(`with ${options.changed} changed: ${figures(ticked)}`);
    changes.push(ticked);
  }
  await rm(before, { recursive: true });
  const { planCpuMs } = await terraform(['plan', String(stacks)], addresses.terraform);
  say(`terraform plan: ${Math.round(planCpuMs)} CPU-ms a stack`);
  const peakRssMb = Math.max(...[cold, ...warms, ...changes].map(({ rssMb }) => rssMb));
  const [warm, changed] = [middle(warms), middle(changes)];
  return { cold, warm, changed, peakRssMb, calls: total(calls), planCpuMs };
}

function terraform(args: readonly string[], env: Readonly<Record<string, string>>) {
  return run<{ readonly planCpuMs: number }>('tick-stacks.ts', args, env);
}

/** `AURA_BENCH_NODE_ARGS` reaches the node of the ticks, `--cpu-prof` say. */
async function run<Result>(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  const extra = (process.env['AURA_BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean);
  // As `npm run aura` starts the verb.
  const isTick = file === 'tick-once.ts';
  const nodeArgs = isTick ? [...nodeArgsOf('plan'), ...extra] : [];
  const nodeEnv = isTick ? nodeEnvOf('plan') : {};
  const program = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...nodeEnv, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} exited with ${code}`);
  return JSON.parse(said) as Result;
}

function middle(ticks: readonly Tick[]): Tick {
  const sorted = [...ticks].sort((a, b) => a.tickCpuMs - b.tickCpuMs);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error('there was no tick');
  return found;
}

function total(calls: Calls): number {
  return Object.values(calls)
    .flatMap((routes) => Object.values(routes))
    .reduce((sum, count) => sum + count, 0);
}

function figures({ startupCpuMs, tickCpuMs, wallMs, rssMb }: Tick): string {
  const whole = [startupCpuMs, tickCpuMs, wallMs, rssMb].map(Math.round);
  return `${whole[0]} CPU-ms to start, ${whole[1]} CPU-ms in ${whole[2]} ms, ${whole[3]} MB`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
