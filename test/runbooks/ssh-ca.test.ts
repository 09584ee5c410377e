/** The runbook about the SSH CA, from its alarm to the removal of the old CA. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { publicKeyOf } from '../../reconciler/adapters/openssh.ts';
import { policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('the runbook about the SSH CA', { skip }, () => {
  let desk: Desk;

  before(async () => {
    desk = await openDesk({ seed: 58, rate: 20, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    await desk.running(await desk.open(), 1);
  });
  after(() => desk?.close());

  const raised = async () => (await desk.alarms()).includes('SshCaOld');

  test('an old CA is replaced', async () => {
    const book = openRunbook('rotate-the-ssh-ca.md');
    const old = publicKeyOf(desk.env['AURA_SSH_CA_KEY'] ?? '');
    const since = new Date(Date.now() - 85 * 86_400_000).toISOString();
    const entry = `{publicKey: "${old}", since: "${since}"}`;
    await desk.edit('policy.yaml', (text) => `${text}ssh: {ca: [${entry}]}\n`);
    await desk.reconciled();
    assert.ok(await raised());

    const made = await desk.verb(
      book.command('aura ssh-ca new > next-ca').replace(' > next-ca', ''),
    );
    assert.equal(made.code, 0, made.stderr);
    const next = { AURA_SSH_CA_KEY: made.stdout };
    assert.match(made.stdout, /^-----BEGIN OPENSSH PRIVATE KEY-----\n[^-]+-----END [^-]+-----\n$/);
    assert.match(made.stderr, /^Its public half is proposed: http/);
    const [pull] = (await desk.github('GET', '/pulls?state=open')) as { number: number }[];
    book.says('Merge the pull request');
    await desk.github('PUT', `/pulls/${pull?.number}/merge`, {});
    assert.ok(!(await raised()));
    const plan = async (more = {}) => (await desk.verb(book.command('aura plan'), more)).stdout;
    assert.match(await plan(), /Changes: configure \(1\)/);
    await desk.reconciled();
    assert.doesNotMatch(await plan(), /configure/);

    book.says('Store the private half as the secret `AURA_SSH_CA_KEY`');
    const doctor = await desk.verb(book.command('aura doctor'), next);
    assert.match(doctor.stdout, /SSH CA +AURA_SSH_CA_KEY is one of 2 that policy.yaml names/);
    await desk.edit('policy.yaml', (text) => text.replace(/\{ *publicKey[^}]*\}, */, ''));
    await desk.pull();
    const { stdout: policy } = await desk.shell('cat policy.yaml');
    assert.ok(!policy.includes(old) && policy.includes(publicKeyOf(made.stdout)), policy);

    book.row('`ToolMissing`: the CA of AURA_SSH_CA_KEY is not in force');
    const refused = await desk.verb('aura reconcile');
    assert.equal(refused.code, 3);
    assert.match(refused.stdout, /deferred +configure .*ToolMissing, .*is not in force/);
    assert.equal((await desk.verb('aura reconcile', next)).code, 0);
    assert.doesNotMatch(await plan(next), /configure/);

    const secret = made.stdout.split('\n').slice(2, 4);
    const { stdout: git } = await desk.shell('git log --all -p --format=%B');
    for (const line of secret) assert.ok(!git.includes(line));
    book.elsewhere('`BootTimeout` or', 'test/hosts/ssh.test.ts');
    book.elsewhere('an agent that was off', 'test/hosts/ssh.test.ts');
    book.elsewhere('aura reprovision AGENT', 'test/flows/commands/commands.test.ts');
    book.elsewhere('a private half is in other hands', 'the same steps');
    book.finish();
  });
});
