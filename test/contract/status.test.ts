/** `aura status` as a process, over the git server of the local cloud: filters and `--watch`. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { aura, auraJson, startAura } from '../app/cli/program.ts';
import { policyText } from './fleet-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

describe('aura status', () => {
  let world: ServedWorld;
  before(async () => {
    world = await startServedWorld({ seed: 16, rate: 60, policy: policyText });
    assert.equal((await aura(['init'], world.env)).code, 0);
  });
  after(() => world.close());

  test('shows, filters, and shows again what has changed until it is ended', async () => {
    const { id } = await world.pay('starter', 'eu-central');
    const watching = startAura(['status', '--watch'], world.env);
    assert.equal(await watching.firstLine, '1 agent: 1 queued');
    const other = await world.pay('pro', 'us-east');
    await watching.wrote('2 agents: 2 queued');
    watching.kill('SIGTERM');
    const { code, stdout, stderr } = await watching.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout.match(/^agent/gm)?.length, 2);

    const filtered = await auraJson(['status', '--plan', 'pro,huge'], world.env);
    const agents = filtered.document['agents'] as { id: string }[];
    assert.deepEqual(
      agents.map((one) => one.id),
      [other.id],
    );
    const { stdout: none } = await aura(['status', '--phase', 'failed'], world.env);
    assert.equal(none, '0 of 2 agents\n');
    const link = await auraJson(['link', id, '--days', '1'], world.env);
    assert.deepEqual([link.code, link.document['agent']], [0, id]);
    for (const wrong of [
      ['status', id, '--plan', 'pro'],
      ['status', '--phase', 'runing'],
      ['status', '--watch', '--json'],
    ])
      assert.equal((await aura(wrong, world.env)).code, 64, wrong.join(' '));
  });
});
