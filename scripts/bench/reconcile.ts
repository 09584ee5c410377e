/**
 * Measures runs over a fleet of running agents in the local cloud, which is a process of its own.
 * Each run is a fresh process: without a cache (cold), with it and nothing to do (warm), and with a
 * few changed files. For comparison it measures `terraform plan` of a sample of real stacks, which
 * a fleet without this program would run for every agent.
 *
 *   --agents N   running agents; 10000 by default
 *   --changed N  files that people change before the last run; 10 by default
 *   --stacks N   real stacks that are planned; 20 by default
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
import type { Calls } from './reconcile-messages.ts';
import { type FleetProcess, startFleetProcess } from './reconcile-world-process.ts';

type Options = { readonly agents: number; readonly changed: number; readonly stacks: number };
type ReconcileFigures = {
  readonly startupCpuMs: number;
  readonly reconcileCpuMs: number;
  readonly wallMs: number;
  readonly rssMb: number;
  readonly changes: number;
  readonly servers: number;
  readonly unexpected: readonly unknown[];
};
type Measured = {
  readonly cold: ReconcileFigures;
  readonly warm: ReconcileFigures;
  readonly changed: ReconcileFigures;
  /** the most of all runs, the cold one too */
  readonly peakRssMb: number;
  readonly calls: number;
  readonly planCpuMs: number;
};

/** The median of this many warm runs counts: other programs disturb single ones. */
const warmRuns = 3;
/** From here on a fleet of this size is measured too, to see how cost grows. */
const exponentFrom = 100_000;
const exponentBase = 10_000;

export async function benchReconcile(args: readonly string[]): Promise<object> {
  const options = optionsOf(args);
  const { agents } = options;
  const small =
    agents < exponentFrom ? null : await measureFleet({ ...options, agents: exponentBase });
  const { cold, warm, changed, peakRssMb, calls, planCpuMs } = await measureFleet(options);
  const speedup = (agents * planCpuMs) / (warm.startupCpuMs + warm.reconcileCpuMs);
  const growth = small === null ? null : warm.reconcileCpuMs / small.warm.reconcileCpuMs;
  return {
    agents,
    apiCalls: calls,
    apiCallsFloor: Math.ceil(agents / 50) + Math.ceil(agents / 1000) + 7,
    startupCpuMs: Math.round(warm.startupCpuMs),
    coldCpuMs: Math.round(cold.reconcileCpuMs),
    warmCpuMs: Math.round(warm.reconcileCpuMs),
    warmMs: Math.round(warm.wallMs),
    rssMb: Math.round(peakRssMb),
    coldRssMb: Math.round(cold.rssMb),
    changedAgents: options.changed,
    changedCpuMs: Math.round(changed.reconcileCpuMs),
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
  const cache = await mkdtemp(join(tmpdir(), 'aura-bench-reconcile-'));
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

  const env = { ...addresses.reconcile, AURA_CACHE_DIR: cache };
  const reconcile = async (expected: number) => {
    await world.nextHour();
    const reconciled = await run<ReconcileFigures>('reconcile-once.ts', [], env);
    const wrong = reconciled.changes !== expected || reconciled.servers !== agents;
    if (wrong || (expected === 0 && reconciled.unexpected.length > 0))
      throw new Error(`the run does not find the fleet as it is: ${JSON.stringify(reconciled)}`);
    return reconciled;
  };
  const cold = await reconcile(0);
  say(`cold: ${figures(cold)}`);
  const warms: ReconcileFigures[] = [];
  let calls: Calls = {};
  for (let n = 0; n < warmRuns; n += 1) {
    const reconciled = await reconcile(0);
    calls = await world.calls();
    say(`warm: ${figures(reconciled)}; calls ${JSON.stringify(calls)}`);
    warms.push(reconciled);
  }
  await world.change(options.changed);
  const changes: ReconcileFigures[] = [];
  const before = `${cache}-before`;
  await cp(cache, before, { recursive: true });
  for (let n = 0; n < warmRuns; n += 1) {
    // Each run finds the change for the first time.
    await rm(cache, { recursive: true });
    await cp(before, cache, { recursive: true });
    const reconciled = await reconcile(options.changed);
    say(`with ${options.changed} changed: ${figures(reconciled)}`);
    changes.push(reconciled);
  }
  await rm(before, { recursive: true });
  const { planCpuMs } = await terraform(['plan', String(stacks)], addresses.terraform);
  say(`terraform plan: ${Math.round(planCpuMs)} CPU-ms a stack`);
  const peakRssMb = Math.max(...[cold, ...warms, ...changes].map(({ rssMb }) => rssMb));
  const [warm, changed] = [middle(warms), middle(changes)];
  return { cold, warm, changed, peakRssMb, calls: total(calls), planCpuMs };
}

function terraform(args: readonly string[], env: Readonly<Record<string, string>>) {
  return run<{ readonly planCpuMs: number }>('reconcile-stacks.ts', args, env);
}

/** Passes `AURA_BENCH_NODE_ARGS` to the Node of the runs, for instance `--cpu-prof`. */
async function run<Result>(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  const extra = (process.env['AURA_BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean);
  // As `npm run aura` starts the verb.
  const isReconcile = file === 'reconcile-once.ts';
  const nodeArgs = isReconcile ? [...nodeArgsOf('plan'), ...extra] : [];
  const nodeEnv = isReconcile ? nodeEnvOf('plan') : {};
  const program = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...nodeEnv, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} exited with ${code}`);
  return JSON.parse(said) as Result;
}

function middle(runs: readonly ReconcileFigures[]): ReconcileFigures {
  const sorted = [...runs].sort((a, b) => a.reconcileCpuMs - b.reconcileCpuMs);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error('there was no run');
  return found;
}

function total(calls: Calls): number {
  return Object.values(calls)
    .flatMap((routes) => Object.values(routes))
    .reduce((sum, count) => sum + count, 0);
}

function figures({ startupCpuMs, reconcileCpuMs, wallMs, rssMb }: ReconcileFigures): string {
  const whole = [startupCpuMs, reconcileCpuMs, wallMs, rssMb].map(Math.round);
  return `${whole[0]} CPU-ms to start, ${whole[1]} CPU-ms in ${whole[2]} ms, ${whole[3]} MB`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
