/**
 * Measures the workflows of the template as they are, run by `act` in a local cloud: how soon a job
 * begins with its work, on a fresh runner with empty caches and with full ones; how long a plan takes;
 * and how soon an event is applied.
 *
 * Runners start at once here, and packages come from the registries over this computer's network:
 * what they take is shown apart.
 */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import type { Run, RunJob } from '../../local-cloud/github/actions-records.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { createLog } from '../../reconciler/app/log.ts';
import { openPorts } from '../../reconciler/app/main.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import { idleMinutesPerMonth } from './idle-minutes.ts';

const source = join(import.meta.dirname, '../..');
/** The times of jobs are in world time, which is the wall's. */
const rate = 1;
const scheduleMinutes = 60;

const policy = `apiVersion: aura.dev/v1
kind: Policy
fleet: aura
stripe:
  account: acct_1AuraExample0001
  livemode: false
apply:
  pollIntervalMs: 200
`;

export async function benchActions(args: readonly string[]): Promise<object> {
  parseArgs({ args: [...args], options: {} });
  const fresh = await onFreshRunners();
  const kept = await onOwnRunner();
  const seconds = { runSeconds: fresh.warmJobMs / 1000, driftSeconds: kept.driftMs / 1000 };
  const { warmJobMs: _job, ...setUp } = fresh;
  return {
    ...setUp,
    ...kept,
    idleMinutesPerMonth: idleMinutesPerMonth({ everyMinutes: scheduleMinutes, ...seconds }),
  };
}

/** The first job finds no cache, the second the cache that the first one saved. */
async function onFreshRunners() {
  const world = await startWorld('fresh');
  try {
    const cold = jobOf(await world.run('reconcile.yml'), 'plan');
    say(`a job found no cache: ${untilStep(cold, 'Plan')} ms until it planned`);
    const warm = jobOf(await world.run('reconcile.yml'), 'plan');
    return {
      setupColdMs: untilStep(cold, 'Plan'),
      setupColdRegistriesMs: registriesMs(cold),
      setupWarmMs: untilStep(warm, 'Plan'),
      warmJobMs: lasted(warm),
    };
  } finally {
    await world.close();
  }
}

async function onOwnRunner() {
  const world = await startWorld('kept');
  try {
    const idle = jobOf(await world.run('reconcile.yml'), 'plan');
    const drift = jobOf(await world.run('drift.yml'), 'drift');
    return {
      planJobMs: lasted(idle),
      driftMs: lasted(drift),
      eventToApplyMs: await world.eventToApplyMs(),
    };
  } finally {
    await world.close();
  }
}

async function startWorld(runner: 'fresh' | 'kept') {
  const cloud = await startCloud({
    rate,
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('bench').privateKey,
    files: { 'policy.yaml': policy },
    actions: { act: findTool('act'), source, runner, env: packageSettings() },
  });
  const { actions: engine } = cloud.world;
  if (engine === null) throw new Error('no workflow runs');
  await init(cloud.addresses.env);
  return {
    close: cloud.close,
    eventToApplyMs: () => eventToApply(cloud, engine),
    async run(workflow: string): Promise<Run> {
      const event = { name: 'workflow_dispatch', workflow, ref: 'main', inputs: {} } as const;
      const [run] = await engine.start(event);
      await engine.idle();
      if (run?.conclusion === 'success') return run;
      const lines = run?.jobs.flatMap(({ name, lines: said }) => [name, ...said]) ?? [];
      throw new Error(`${workflow} ended as ${run?.conclusion}:\n${lines.join('\n')}`);
    },
  };
}

/** Makes the shared stack, so that a run has nothing to do. */
async function init(env: Readonly<Record<string, string>>): Promise<void> {
  const program = join(source, 'reconciler', 'app', 'cli', 'aura.ts');
  const all = { ...process.env, ...env };
  await promisify(execFile)(process.execPath, [program, 'init'], { env: all });
}

/** How this computer reaches the package registries. */
function packageSettings(): Readonly<Record<string, string>> {
  const names = /^(?:npm_config_\w+|PIP_\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|\w+_PROXY)$/i;
  const own = Object.entries(process.env).filter(([name]) => names.test(name));
  const npmrc = { npm_config_userconfig: join(homedir(), '.npmrc') };
  return { ...npmrc, ...Object.fromEntries(own.map(([name, value]) => [name, value ?? ''])) };
}

type Engine = NonNullable<LocalCloud['world']['actions']>;

/** From the acknowledgement of Stripe's event to the first step of the first shard. */
async function eventToApply(cloud: LocalCloud, engine: Engine): Promise<number> {
  const { stripe, control, clock, github } = cloud.world;
  const log = createLog({ env: cloud.addresses.env, usual: 'error' });
  const names = ['billing', 'state', 'files', 'journal', 'forge', 'clock'] as const;
  const needs = ['links', 'platform', 'reconcile', 'webhooks', 'hooks', 'http'] as const;
  const opened = await openPorts(cloud.addresses.env, names, { log, needs });
  const { ports, config } = opened;
  const { app } = createService({ ports, config, log, planning: null });
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    await control.sendEventsTo(`${url}/webhooks/stripe`);
    stripe.deliveries.hold();
    await stripe.checkout({ plan: 'starter', region: 'eu-central', email: 'ada@example.com' });
    // One event is enough, and is acknowledged once its commit is pushed.
    await stripe.deliveries.release((events) =>
      events.filter(({ type }) => type === 'customer.subscription.created'),
    );
    const acknowledgedMs = clock.now();
    await engine.idle();
    const shards = github.actions().runs.flatMap(({ jobs }) => jobs);
    const begun = shards
      .filter(({ name }) => name.startsWith('apply ('))
      .flatMap(({ steps }) => steps.slice(0, 1).map(({ startedMs }) => startedMs));
    return Math.min(...begun) - acknowledgedMs;
  } finally {
    await app.close();
    await opened.close();
  }
}

function jobOf({ jobs }: Run, name: string): RunJob {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`there is no job ${name}`);
  return job;
}

function lasted({ startedMs, completedMs }: RunJob): number {
  return (completedMs ?? 0) - (startedMs ?? 0);
}

function untilStep({ startedMs, steps }: RunJob, name: string): number {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step.startedMs - (startedMs ?? 0);
}

/** What npm took, by the times that the setup prints. */
function registriesMs({ lines }: RunJob): number {
  const timed = lines.flatMap((line) => {
    const [, seconds, text = ''] = /^setup +([\d.]+)s +(.*)$/.exec(line) ?? [];
    return seconds === undefined ? [] : [{ ms: Number(seconds) * 1000, text }];
  });
  const from = timed.findIndex(({ text }) => text.startsWith('installs the npm packages'));
  const to = timed.findIndex(({ text }, place) => place > from && !/still running/.test(text));
  return Math.round((timed[to]?.ms ?? 0) - (timed[from]?.ms ?? 0));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
