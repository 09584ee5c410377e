/** Which CAs a pull request of a new one names in policy.yaml. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../../reconciler/core/agent/policy.ts';
import { proposeCa } from '../../../reconciler/flows/commands/new-ca.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const [used, made, another] = ['A', 'B', 'C'].map((one) => `ssh-ed25519 ${one.repeat(68)}`) as [
  string,
  string,
  string,
];

/** The public halves in the policy of the open pull request's branch. */
async function proposed(world: FakeWorld): Promise<readonly string[]> {
  const branch = await world.ports.state.fetch('aura/ssh-ca');
  const parsed = parsePolicy((await branch?.read('policy.yaml'))?.text ?? '');
  assert.ok(parsed.ok);
  return parsed.value.ssh.ca.map(({ publicKey }) => publicKey);
}

describe('a new CA is proposed', () => {
  test('beside those that the policy names, and replaces one that is not merged', async () => {
    const ca = [{ publicKey: `${used} a comment`, since: '2026-05-01T00:00:00Z' }];
    const policy = `# by hand\nssh: ${JSON.stringify({ ca, bootstrapFrom: ['192.0.2.0/24'] })}\n`;
    const world = createFakeWorld({ policy });
    await proposeCa(world.ports, { made, own: another });
    assert.deepEqual(await proposed(world), [`${used} a comment`, made]);
    await proposeCa(world.ports, { made: another, own: null });
    assert.deepEqual(await proposed(world), [`${used} a comment`, another]);
    assert.equal(world.forge.open().length, 1);
    const text = (await (await world.ports.state.fetch('aura/ssh-ca'))?.read('policy.yaml'))?.text;
    assert.match(text ?? '', /^# by hand$/m);
    assert.match(text ?? '', /192\.0\.2\.0/);
  });

  test('with the one in use where the policy names none', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    await proposeCa(world.ports, { made, own: `${used} in use` });
    assert.deepEqual(await proposed(world), [used, made]);
  });

  test('alone where there is no host, and not where the one in use is not known', async () => {
    const world = createFakeWorld();
    await proposeCa(world.ports, { made, own: null });
    assert.deepEqual(await proposed(world), [made]);
    bringUp(world, 1);
    await assert.rejects(proposeCa(world.ports, { made, own: null }), { reason: 'InvalidInput' });
  });
});
