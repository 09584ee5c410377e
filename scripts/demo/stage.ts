/**
 * What the story runs on: the local cloud, the service that receives Stripe's events, and the
 * reconciler's own ports, composed as for any other environment.
 */

import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { createLog } from '../../reconciler/app/log.ts';
import { openPorts } from '../../reconciler/app/main.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import { type AgentId, agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import {
  type Reconciled,
  type ReconcileOptions,
  reconcile,
  reconcilePortNames,
} from '../../reconciler/flows/reconcile/reconcile.ts';
import { linkFor } from '../../reconciler/flows/status/link.ts';
import type { Ports } from '../../reconciler/ports/ports.ts';
import type { Narrator } from './narrator.ts';
import { createOperator, type Operator } from './operator.ts';

/** World seconds per wall second. Real machines boot by the clock on the wall. */
const rates = { simulated: 25, real: 1 };

/** What answers behind the servers' addresses. */
export type StageHosts =
  | { readonly kind: 'simulated' }
  /** `install`: the packages that machines need on this computer */
  | { readonly kind: 'real'; readonly install: boolean };

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
apply:
  pollIntervalMs: 200
`;

type StagePorts = Pick<Ports, (typeof reconcilePortNames)[number]>;

export type Customer = {
  readonly name: string;
  readonly subscription: string;
  readonly agent: AgentId;
  readonly path: string;
};

export type Stage = {
  readonly cloud: LocalCloud;
  readonly ports: StagePorts;
  readonly env: Readonly<Record<string, string>>;
  readonly operator: Operator;
  readonly narrator: Narrator;
  pay(name: string, plan: string, region: string): Promise<Customer>;
  cancel(customer: Customer): Promise<void>;
  /** One reconcile as a workflow run of its own. */
  reconcile(watching?: Pick<ReconcileOptions, 'onPlan' | 'onStep'>): Promise<Reconciled>;
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
  const cloud = await startCloud({
    seed: 20,
    rate: rates[hosts.kind],
    motoServer: findTool('motoServer'),
    sshCaKey: createOpensshKey('local cloud').privateKey,
    files: { 'policy.yaml': policy },
    ...(hosts.kind === 'real' ? realHosts(hosts) : {}),
  });
  closers.push(cloud.close);
  const env = { ...cloud.addresses.env, ...(hosts.kind === 'real' ? hostSources() : {}) };
  const log = createLog({ env, usual: 'warn' });
  const needs = ['hooks', 'links', 'platform', 'reconcile'] as const;
  const opened = await openPorts(env, reconcilePortNames, { log, needs });
  closers.push(opened.close);
  const { ports, config } = opened;
  const { app: server } = createService({ ports, planning: null, config, log });
  const serverUrl = await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  await cloud.world.control.sendEventsTo(`${serverUrl}/webhooks/stripe`);
  const operator = await createOperator(cloud.addresses.git);
  closers.push(operator.close);

  const { stripe, github, clock } = cloud.world;
  return {
    cloud,
    ports,
    env,
    operator,
    narrator,
    async pay(name, plan, region) {
      const email = `${name.toLowerCase()}@example.com`;
      const { subscription } = await stripe.checkout({ plan, region, email });
      const agent = agentIdOf(subscription);
      return { name, subscription, agent, path: agentPath(agent) };
    },
    async cancel({ subscription }) {
      await stripe.cancel({ subscription, atPeriodEnd: false });
    },
    async reconcile(watching = {}) {
      const run = github.actions().startRun('reconcile.yml', 'schedule');
      try {
        return await reconcile(ports, {
          ...watching,
          run: { id: String(run), attempt: 1 },
          onStep(entered) {
            narrator.waiting(`${entered.change} ${entered.agent}: ${entered.step}`);
            watching.onStep?.(entered);
          },
        });
      } finally {
        github.actions().finishRun(run, 'success');
      }
    },
    advance: (seconds) => clock.advance(seconds),
    async look({ agent }) {
      const links = { publicUrl: serverUrl, tokenSecret: config.links.tokenSecret };
      const { url } = linkFor(links, { id: agent, epoch: 0 }, Date.now());
      const answer = await fetch(url);
      return (await answer.json()) as Record<string, unknown>;
    },
  };
}

function realHosts({ install }: { readonly install: boolean }) {
  return { hosts: { install }, tailnet: { binaries: { headscale: findTool('headscale') } } };
}

/** From the machine's distribution, npm and this computer, instead of the vendors' repositories. */
function hostSources(): Readonly<Record<string, string>> {
  const sources = { docker: 'distribution', node: 'npm', tailscale: findTool('tailscaled') };
  return { AURA_HOST_SOURCES: process.env['AURA_HOST_SOURCES'] ?? JSON.stringify(sources) };
}
