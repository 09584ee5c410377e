/** A fleet whose runs are the workflows of its agents repository, run by `act`. */
import assert from 'node:assert/strict';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { type OpenPorts, openPorts } from '../../reconciler/app/main.ts';
import { type AgentId, agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { resync } from '../../reconciler/flows/resync/resync.ts';
import { createFakeLog } from '../fakes/log.ts';
import { type ActionsWorld, startActionsWorld } from './actions-world.ts';
import { draft, tip } from './git-world.ts';

const portNames = ['billing', 'state', 'files', 'journal', 'clock', 'log'] as const;

export type ActionsFleet = ActionsWorld & {
  readonly ports: OpenPorts<(typeof portNames)[number]>['ports'];
  person(): Repository;
  /** customers who pay, whose files are pushed at once */
  pay(count: number): Promise<readonly AgentId[]>;
  commit(files: Readonly<Record<string, string | null>>): Promise<string>;
  /** runs of one workflow that began since it was last called */
  newRuns(workflow: string): readonly Run[];
  phases(): Promise<Readonly<Record<string, string>>>;
};

export function policyWith(apply: string): string {
  return [
    'apiVersion: aura.dev/v1',
    'kind: Policy',
    'fleet: aura',
    'stripe: {account: acct_1AuraExample0001, livemode: false}',
    `apply: {pollIntervalMs: 200, ${apply}}`,
    '',
  ].join('\n');
}

export async function startActionsFleet(policy: string, seed: number): Promise<ActionsFleet> {
  const world = await startActionsWorld({ 'policy.yaml': policy }, { rate: 25, seed });
  const { cloud, engine } = world;
  const opened = await openPorts(cloud.addresses.env, portNames, { log: createFakeLog([]) });
  const { ports } = opened;
  const closers: (() => Promise<unknown>)[] = [opened.close];
  const seen = new Set<Run>();

  function person(): Repository {
    const one = createRepository({
      url: cloud.addresses.git,
      token: null,
      folder: null,
      author: { name: 'Olga Operator', email: 'olga@example.com' },
      clock: { now: () => Date.now(), wait: async () => {} },
    });
    closers.push(one.close);
    return one;
  }

  const [first] = await engine.start({
    name: 'repository_dispatch',
    type: 'aura-reconcile',
    payload: {},
  });
  await engine.idle();
  assert.equal(first?.conclusion, 'success', 'the shared stack');
  return {
    ...world,
    ports,
    person,
    async pay(count) {
      const paid: AgentId[] = [];
      for (let n = 0; n < count; n += 1) {
        const order = { plan: 'starter', region: 'eu-central' };
        paid.push(agentIdOf((await cloud.world.control.checkout(order)).subscription));
      }
      await resync(ports);
      return paid;
    },
    async commit(files) {
      const one = person();
      const pushed = await one.push('main', await tip(one), [draft('What a person does', files)]);
      assert.equal(pushed.kind, 'pushed');
      return (await tip(one)).commit;
    },
    newRuns(workflow) {
      const fresh = world.runs().filter((run) => run.workflow === workflow && !seen.has(run));
      for (const run of fresh) seen.add(run);
      return fresh;
    },
    async phases() {
      const { records } = await ports.journal.read();
      return Object.fromEntries(
        records.map((one) => [one.id, one.kind === 'valid' ? one.record.phase : one.kind]),
      );
    },
    async close() {
      for (const close of closers) await close();
      await world.close();
    },
  };
}
