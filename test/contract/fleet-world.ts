/**
 * A fleet on the local cloud, and all parties to it: customers who pay and cancel, a person at
 * GitHub and at git, the official clients, and the reconciler. Ports may be opened as often as a
 * test needs: each time is a machine without any cache of the fleet.
 */
import assert from 'node:assert/strict';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { type OpenPorts, openPorts } from '../../reconciler/app/main.ts';
import { type AgentId, agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import {
  type Reconciled,
  reconcile,
  reconcilePortNames,
} from '../../reconciler/flows/reconcile/reconcile.ts';
import { resync } from '../../reconciler/flows/resync/resync.ts';
import { createFakeLog } from '../fakes/log.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { draft, tip } from './git-world.ts';

export type FleetPorts = OpenPorts<(typeof reconcilePortNames)[number]>['ports'];
export type Customer = { readonly id: AgentId; readonly subscription: string };
export type FleetWorld = Awaited<ReturnType<typeof startFleetWorld>>;

export const policyText = `apiVersion: aura.dev/v1
kind: Policy
fleet: aura
stripe: {account: acct_1AuraExample0001, livemode: false}
apply: {pollIntervalMs: 200}
deepCheck: {agentsPerRun: 0}
`;

/** Null where the setup has not been run: then these tests are skipped. */
export function toolsHere(): { readonly motoServer: string } | null {
  try {
    for (const name of ['terraform', 'terraformRc'] as const) findTool(name);
    return { motoServer: findTool('motoServer') };
  } catch (thrown) {
    if (isFailure(thrown, 'ToolMissing')) return null;
    throw thrown;
  }
}

export async function startFleetWorld(options: {
  readonly seed: number;
  readonly rate: number;
  readonly policy: string;
}) {
  const { seed, rate, policy } = options;
  const tools = toolsHere() ?? { motoServer: null };
  const files = { 'policy.yaml': policy };
  const cloud = await startCloud({ seed, rate, ...tools, sshCaKey, files });
  const opened: { close(): Promise<void> }[] = [];
  async function open(env: Readonly<Record<string, string>> = {}): Promise<FleetPorts> {
    const log = createFakeLog([]);
    const one = await openPorts({ ...cloud.addresses.env, ...env }, reconcilePortNames, { log });
    opened.push(one);
    return one.ports;
  }
  /** A new clone: one that has read a branch refuses its rewrite. */
  function person(): Repository {
    const one = personOf(cloud.addresses.git);
    opened.push(one);
    return one;
  }
  return {
    cloud,
    person,
    main: () => tip(person()),
    open,
    env: cloud.addresses.env,
    servers: () => [...cloud.world.hetzner.project.servers.values()],
    reconcile: (ports: FleetPorts) => runOnce(cloud, ports),
    github: (method: string, path: string, body?: object) => github(cloud, method, path, body),
    async pay(ports: FleetPorts, plan = 'starter'): Promise<Customer> {
      const { subscription } = await cloud.world.control.checkout({ plan, region: 'eu-central' });
      await resync(ports);
      return { id: agentIdOf(subscription), subscription };
    },
    async cancel(ports: FleetPorts, ...customers: readonly Customer[]): Promise<void> {
      for (const { subscription } of customers)
        await cloud.world.control.cancel({ subscription, atPeriodEnd: false });
      await resync(ports);
    },
    /** One commit for each, in one push. */
    async commit(...commits: readonly Readonly<Record<string, string | null>>[]): Promise<string> {
      const drafts = commits.map((files) => draft('What a person does', files));
      const one = person();
      const pushed = await one.push('main', await tip(one), drafts);
      assert.equal(pushed.kind, 'pushed');
      return (await tip(one)).commit;
    },
    async close() {
      for (const one of opened) await one.close();
      await cloud.close();
    },
  };
}

/** Registers the webhook endpoint that each installation has; no event reaches it. */
export async function registerEndpoint({ world, addresses }: LocalCloud): Promise<void> {
  world.stripe.deliveries.hold();
  await world.control.sendEventsTo(`${addresses.env['AURA_PUBLIC_URL']}/webhooks/stripe`);
}

function personOf(url: string): Repository {
  return createRepository({
    url,
    token: null,
    folder: null,
    author: { name: 'Olga Operator', email: 'olga@example.com' },
    clock: { now: () => Date.now(), wait: async () => {} },
  });
}

async function runOnce(cloud: LocalCloud, ports: FleetPorts): Promise<Reconciled> {
  const actions = cloud.world.github.actions();
  const run = actions.startRun('reconcile.yml', 'schedule');
  try {
    return await reconcile(ports, { run: { id: String(run), attempt: 1 }, scope: 'everything' });
  } finally {
    actions.finishRun(run, 'success');
  }
}

async function github(cloud: LocalCloud, method: string, path: string, body?: object) {
  const url = `${cloud.addresses.env['GITHUB_API_URL']}/repos/aura/agents${path}`;
  const token = cloud.world.control.tokenOfPerson('olga');
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said: unknown = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

/** The outcome of each change: `retire done`, with the reason where it failed. */
export function outcomesOf({ applied }: Reconciled): readonly string[] {
  return applied
    .map(({ agent, change, outcome }) => {
      const why = outcome.kind === 'failed' ? ` ${outcome.failure.message}` : '';
      return `${agent} ${change} ${outcome.kind}${why}`;
    })
    .sort();
}
