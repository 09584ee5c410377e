/**
 * What the story runs on: the local cloud with the workflows of its agents repository, the service
 * that receives Stripe's events, and ports to look at what became of it, composed as for any other
 * environment.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { freePort } from '../../local-cloud/free-port.ts';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { createLog } from '../../reconciler/app/log.ts';
import { openPorts } from '../../reconciler/app/main.ts';
import { type AgentId, agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { dispatchReconcile } from '../../reconciler/flows/reconcile/reconcile-event.ts';
import { linkFor } from '../../reconciler/flows/status/link.ts';
import type { Ports } from '../../reconciler/ports/ports.ts';
import { hostSources, rates, realHosts, type StageHosts } from './hosts.ts';
import type { Narrator } from './narrator.ts';
import { createOperator, type Operator } from './operator.ts';
import { openService } from './service.ts';

const projectRoot = join(import.meta.dirname, '../..');

/** Limits so small that a few agents reach them. */
const policy = `apiVersion: aura.dev/v1
kind: Policy
fleet: aura
stripe:
  account: acct_1AuraExample0001
  livemode: false
limits:
  destroysPerHourCount: 1
  destroysPerDayCount: 1
retire:
  graceHours: 1
orphans:
  graceMinutes: 5
mail: {kinds: [running, failed, recovered, suspended, retiring, refunded]}
apply:
  pollIntervalMs: 200
`;

const portNames = [
  'billing',
  'state',
  'files',
  'journal',
  'cloud',
  'states',
  'stacks',
  'forge',
  'clock',
  'log',
] as const;
type StagePorts = Pick<Ports, (typeof portNames)[number]>;

export type Customer = {
  readonly name: string;
  readonly subscription: string;
  readonly agent: AgentId;
  readonly path: string;
};

/** A run of a workflow, with the plan that it keeps. */
export type Ran = { readonly run: Run; readonly plan: Plan };

type App = { readonly id: string; readonly privateKey: string };

export type Stage = {
  readonly cloud: LocalCloud;
  readonly ports: StagePorts;
  readonly env: Readonly<Record<string, string>>;
  /** as which the service and the runs push and open pull requests */
  readonly app: App;
  readonly operator: Operator;
  readonly narrator: Narrator;
  /** whether hosts report to the service; real ones do not reach it */
  readonly beats: boolean;
  pay(name: string, plan: string, region: string): Promise<Customer>;
  cancel(customer: Customer): Promise<void>;
  /**
   * The runs that began since the last call, once they have ended; where none of them changed
   * anything, also one by a dispatch. The oldest first.
   */
  reconcile(): Promise<readonly Ran[]>;
  /** A run of another workflow, started by hand. */
  runByHand(workflow: string): Promise<Ran>;
  /** Advances world time. */
  advance(seconds: number): void;
  /** What the customer's link shows. */
  look(customer: Customer): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function openStage(narrator: Narrator, hosts: StageHosts): Promise<Stage> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await open(narrator, hosts, closers)), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function open(
  narrator: Narrator,
  hosts: StageHosts,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Stage, 'close'>> {
  // Hosts report to the service, whose address is in the first policy.
  const port = await freePort();
  const cloud = await startCloud({
    seed: 20,
    rate: rates[hosts.kind],
    publicUrl: `http://127.0.0.1:${port}`,
    heartbeatsInWorldTime: true,
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
    files: { 'policy.yaml': policy },
    actions: { act: findTool('act'), source: projectRoot },
    ...(hosts.kind === 'real' ? realHosts(hosts) : {}),
  });
  closers.push(cloud.close);
  if (hosts.kind === 'real')
    cloud.world.github.jobSettings.setVariable('AURA_HOST_SOURCES', hostSources());
  const app = appOf(cloud);
  const { GITHUB_TOKEN: _, ...others } = cloud.addresses.env;
  const env: Readonly<Record<string, string>> = {
    ...others,
    GITHUB_APP_ID: app.id,
    GITHUB_APP_PRIVATE_KEY: app.privateKey,
  };
  const log = createLog({ env, usual: 'warn' });
  const needs = ['hooks', 'http', 'links', 'platform', 'reconcile'] as const;
  const opened = await openPorts(env, portNames, { log, needs });
  closers.push(opened.close);
  const { ports, config } = opened;
  const serverUrl = await openService({ cloud, env, port, closers }, { ports, config, log });
  await cloud.world.control.sendEventsTo(`${serverUrl}/webhooks/stripe`);
  const token = cloud.world.github.tokenOfPerson('olga');
  const url = env['AURA_REPOSITORY_URL'] ?? '';
  const operator = await createOperator(url.replace('//', `//olga:${token}@`));
  closers.push(operator.close);

  const { stripe, clock } = cloud.world;
  return {
    cloud,
    ports,
    env,
    app,
    operator,
    narrator,
    beats: hosts.kind === 'simulated',
    async pay(name, plan, region) {
      const email = `${name.toLowerCase()}@example.com`;
      const { subscription } = await stripe.checkout({ plan, region, email });
      const agent = agentIdOf(subscription);
      return { name, subscription, agent, path: agentPath(agent) };
    },
    async cancel({ subscription }) {
      await stripe.cancel({ subscription, atPeriodEnd: false });
    },
    ...runsOn(cloud, ports.forge),
    advance: (seconds) => clock.advance(seconds),
    async look({ agent }) {
      const { url } = linkFor(config.links, { id: agent, epoch: 0 }, Date.now());
      const token = new URL(url).searchParams.get('token');
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${serverUrl}/v1/agents/${agent}`, { headers });
      return (await answer.json()) as Record<string, unknown>;
    },
  };
}

/** The one that the repository's settings name. */
function appOf({ world }: LocalCloud): App {
  const { variables, environments } = world.github.jobSettings.forJobs();
  const { AURA_APP_ID: id } = variables;
  const privateKey = environments.get('production')?.secrets['AURA_APP_PRIVATE_KEY'];
  if (id === undefined || privateKey === undefined) throw new Error('no App is set up');
  return { id, privateKey };
}

function runsOn(
  { world }: LocalCloud,
  forge: Ports['forge'],
): Pick<Stage, 'reconcile' | 'runByHand'> {
  const { actions: engine, github } = world;
  if (engine === null) throw new Error('no workflow runs');
  const seen = new Set<Run>();

  async function ran(run: Run): Promise<Ran> {
    const failed = run.jobs.filter(({ conclusion }) => conclusion === 'failure');
    const lines = failed.flatMap((job) => [job.name, ...job.lines]);
    if (failed.length > 0) throw new Error(`${run.workflow} failed:\n${lines.join('\n')}`);
    const text = await readFile(join(engine?.artifact(run, 'plan') ?? '', 'plan.json'), 'utf8');
    return { run, plan: JSON.parse(text) as Plan };
  }

  const fresh = () =>
    github.actions().runs.filter((run) => {
      const isNew = run.workflow === 'reconcile.yml' && !seen.has(run);
      seen.add(run);
      return isNew && run.conclusion !== 'cancelled';
    });

  return {
    async reconcile() {
      await engine.idle();
      const found = await Promise.all(fresh().map(ran));
      // A run after a push reads only the agents whose files it changed.
      if (found.some(({ plan }) => plan.changes.length > 0)) return found;
      const because = 'the story goes on';
      await dispatchReconcile(forge, { because });
      await engine.idle();
      return [...found, ...(await Promise.all(fresh().map(ran)))];
    },
    async runByHand(workflow) {
      const [run] = await engine.start({
        name: 'workflow_dispatch',
        workflow,
        ref: 'main',
        inputs: {},
      });
      await engine.idle();
      if (run === undefined) throw new Error(`there is no workflow ${workflow}`);
      return ran(run);
    },
  };
}
