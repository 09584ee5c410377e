/**
 * A job that is canceled or whose runner dies, in each step of a create, with the real Terraform:
 * its second attempt goes on at once with the plan of the first one, and nothing is left or locked.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readableRecords } from '../../reconciler/core/fleet/recorded.ts';
import { aura, auraJson, startAura } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import {
  type FleetPorts,
  type FleetWorld,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

type AppliedLine = { agent: string; change: string; outcome: string; message?: string };

describe('a job that ends in the middle of a create', { skip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let folder: string;
  let agents = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-canceled-'));
    world = await startFleetWorld({ seed: 41, rate: 8, policy: policyText });
    assert.equal((await aura(['init'], world.env)).code, 0);
    ports = await world.open();
  });
  after(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const locks = () => ports.states.lockedKeys('aura/agents/');

  /**
   * What GitHub's runner sends to the process of a step that is canceled, or what ends its tree. The
   * SIGTERM comes 7.5 seconds after the SIGINT, before which a short step has ended.
   */
  const endings = [
    { way: 'is canceled', step: 'vm', signals: ['SIGINT', 'SIGTERM'] },
    { way: 'is canceled', step: 'boot', signals: ['SIGINT'] },
    { way: 'is killed', step: 'vm', signals: ['SIGKILL'] },
    { way: 'is killed', step: 'join', signals: ['SIGKILL'] },
  ] as const;

  for (const { way, step, signals } of endings)
    test(`${way} in step ${step}`, async () => {
      const { id } = await world.pay(ports);
      agents += 1;
      const actions = world.cloud.world.github.actions();
      const run = actions.startRun('reconcile.yml', 'schedule');
      const env = (attempt: number) => ({
        ...world.env,
        GITHUB_RUN_ID: String(run),
        GITHUB_RUN_ATTEMPT: String(attempt),
      });
      const plan = join(folder, `${run}.json`);
      assert.equal((await aura(['plan', '--out', plan], env(1))).code, 2);
      const shard = ['apply', '--plan', plan, '--shard', '1/1'];
      const first = startAura(shard, env(1));
      await first.said(`${id} create: ${step}`);
      // In step vm while Terraform makes the server, and holds the lock.
      const made = () => world.servers().length === agents;
      if (step === 'vm') await until('Terraform makes the server', made);
      for (const signal of signals) first.kill(signal);
      const ended = await first.ended;
      assert.equal(ended.code, way === 'is killed' ? 'SIGKILL' : 130, ended.stderr);
      actions.finishRun(run, 'cancelled');
      await world.github('POST', `/actions/runs/${run}/rerun-failed-jobs`);
      const second = await auraJson(shard, env(2));
      const applied = second.document['applied'] as AppliedLine[];
      actions.finishRun(run, 'success');
      const said = applied.map(({ outcome, change, message }) => [change, outcome, message]);
      assert.match(JSON.stringify(said), /^\[\["(create|resume)","(done|skipped)"/);
      const [attempt] = await attemptsOf(id);
      if (way === 'is canceled') assert.equal(attempt?.outcome, 'superseded', attempt?.message);
      for (let runs = 0; runs < 4 && (await planCode()) !== 0; runs += 1)
        await world.reconcile(ports);
      assert.equal(await planCode(), 0, JSON.stringify(said));
      assert.equal(world.servers().length, agents);
      assert.deepEqual(await locks(), []);
      const records = readableRecords((await ports.journal.read()).records);
      assert.deepEqual(
        records.filter(({ lease }) => lease !== undefined),
        [],
      );
      assert.equal(records.find(({ name }) => name === id)?.phase, 'running');
    });

  async function attemptsOf(id: string) {
    const records = readableRecords((await ports.journal.read()).records);
    return records.find(({ name }) => name === id)?.attempts ?? [];
  }

  const planCode = async () => (await aura(['plan'], world.env)).code;
});
