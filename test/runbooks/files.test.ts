/** Runbooks about files of agents: each is followed from its alarm to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('runbooks about files', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  const customer = (n: number) => customers[n] ?? assert.fail('no such customer');

  before(async () => {
    desk = await openDesk({ seed: 51, rate: 240, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 5);
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);

  test('a file cannot be read', async () => {
    const book = openRunbook('invalid-file.md');
    const one = customer(0);
    const path = desk.fileOf(one);
    await desk.edit(path, (text) => text.replace('power: running', 'power: sometimes'), 'Typo');
    await desk.reconciled();
    assert.ok(await raised('InvalidFile'));

    await desk.pull();
    const checked = await desk.verb(`${book.command('aura validate')} ${desk.clone}`);
    assert.match(checked.stdout, new RegExp(`${path}:\\d+:\\d+: spec\\.power`));
    assert.match(checked.stdout, /A valid agent file looks like this/);
    const audit = await desk.follow(book, 'aura audit --agent AGENT --max 3', { AGENT: one.id });
    const [, commit = ''] = /^(\w{10}) .*Typo$/m.exec(audit.stdout) ?? [];
    book.says('Revert that commit');
    await desk.shell(`git revert --no-edit ${commit} && git push --quiet origin main`);
    const resynced = await desk.follow(book, 'aura resync');
    assert.equal(resynced.code, 0, resynced.stdout);
    await desk.reconciled();
    assert.ok(!(await raised('InvalidFile')));

    await desk.pull();
    await desk.shell(`git mv ${path} agents/kept.yaml && git commit -qm Renamed && git push -q`);
    await desk.reconciled();
    assert.ok(await raised('InvalidFile'));
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: one.id });
    assert.equal(status.code, 3);
    const where = `its file is at agents/kept.yaml, where it is not read: it belongs at ${path}`;
    assert.match(status.stdout, new RegExp(`^  note +${where}`, 'm'));
    await desk.shell('git revert --no-edit HEAD && git push --quiet origin main');
    await desk.reconciled();
    assert.ok(!(await raised('InvalidFile')));
    book.finish();
  });

  test('a hold or an isolation blocks a retirement', async () => {
    const book = openRunbook('hold-blocks-retirement.md');
    const one = customer(1);
    const path = desk.fileOf(one);
    const since = new Date(desk.cloud.world.clock.now());
    const until = new Date(since.getTime() + 3 * 86_400_000);
    const hold = `  hold: {reason: evidence, since: "${since.toISOString()}", until: "${until.toISOString()}"}\n`;
    await desk.edit(path, (text) => text + hold, 'Hold');
    await desk.cancel(ports, one);
    await desk.reconciled();
    desk.advance(2 * 3600);
    await desk.reconciled();
    assert.ok(await raised('HoldBlocksRetirement'));

    const explained = await desk.follow(book, 'aura explain AGENT', { AGENT: one.id });
    assert.match(explained.stdout, new RegExp(`a hold until ${until.toISOString()}: evidence`));
    book.says('remove `hold` from the file by a commit');
    await desk.edit(path, (text) => text.replace(/^ {2}hold: .*\n/m, ''), 'Hold over');
    const reconciled = await desk.reconciled();
    assert.match(reconciled.stdout, new RegExp(`done {2}retire {2}${one.id}`), reconciled.stdout);
    assert.ok(!desk.servers().some(({ name }) => name === one.id));
    assert.ok(!(await raised('HoldBlocksRetirement')));

    const other = customer(4);
    await desk.verb(`aura isolate ${other.id} --reason abuse`);
    await desk.cancel(ports, other);
    // Isolated, then switched off.
    for (let runs = 0; runs < 2; runs += 1) await desk.reconciled();
    desk.advance(25 * 3600);
    const kept = await desk.alarms();
    assert.ok(kept.includes('IsolationBlocksRetirement'), `${kept}`);
    assert.ok(!kept.includes('EndedButBilled'), `${kept}`);
    await desk.follow(book, 'aura release AGENT', { AGENT: other.id });
    await desk.reconciled();
    assert.match((await desk.reconciled()).stdout, new RegExp(`done {2}retire {2}${other.id}`));
    assert.ok(!(await raised('IsolationBlocksRetirement')));
    book.finish();
  });

  test('paid for, and retired anyway', async () => {
    const book = openRunbook('paid-but-retired.md');
    const one = customer(2);
    const path = desk.fileOf(one);
    const isRaised = () => raised('PaidButRetired');

    book.row('the file was removed by mistake');
    await desk.pull();
    await desk.shell(
      `git rm --quiet ${path} && git commit --quiet -m Oops && git push -q origin main`,
    );
    await desk.reconciled();
    assert.ok(await isRaised());
    const history = await desk.follow(book, 'aura history AGENT', { AGENT: one.id });
    assert.match(history.stdout, /Oops/);
    const retired = (
      await desk.shell(`git fetch -q && git log -1 --format=%H origin/main -- ${path}`)
    ).stdout;
    const reverted = await desk.follow(book, 'aura revert COMMIT --agent AGENT', {
      COMMIT: retired.trim(),
      AGENT: one.id,
    });
    assert.equal(reverted.code, 0, reverted.stderr);
    assert.ok(!(await isRaised()), 'the commit that retired it is reverted');

    book.row('the customer canceled and paid later');
    const tombstone = (by: string, agoSeconds = 0) => {
      const at = new Date(desk.cloud.world.clock.now() - agoSeconds * 1000).toISOString();
      return (text: string) => `${text}  retired: {at: "${at}", by: ${by}, reason: asked for}\n`;
    };
    // Before the payment at Stripe.
    const paidLater = tombstone('customer', 7 * 86_400);
    await desk.edit(path, paidLater, 'The customer leaves');
    assert.ok(await isRaised());
    const restored = await desk.follow(book, 'aura restore AGENT', { AGENT: one.id });
    assert.equal(restored.code, 0, restored.stderr);
    assert.ok(!(await isRaised()));

    book.row('more time is needed to find out');
    await desk.edit(path, tombstone('person'), 'Abuse');
    const since = new Date(desk.cloud.world.clock.now()).toISOString();
    const until = new Date(desk.cloud.world.clock.now() + 86_400_000).toISOString();
    const hold = `  hold: {reason: a look, since: "${since}", until: "${until}"}\n`;
    await desk.edit(path, (text) => text + hold, 'Hold');
    desk.advance(3 * 3600);
    await desk.reconciled();
    assert.equal(desk.server(one).status, 'running', 'a hold keeps everything as it is');
    assert.ok(await isRaised());

    book.row('a person retired it and it is to stay so');
    await desk.cancel(ports, one);
    assert.ok(!(await isRaised()));

    book.row("the tombstone is Stripe's own");
    const other = customer(3);
    await desk.edit(desk.fileOf(other), tombstone('stripe'), 'As if Stripe had ended it');
    const resynced = await desk.follow(book, 'aura resync');
    assert.equal(resynced.code, 0, resynced.stdout);
    await desk.reconciled();
    assert.equal(desk.server(other).status, 'running');
    assert.ok(!(await isRaised()));
    book.finish();
  });

  test('a file is gone, and history does not hold it', async () => {
    const book = openRunbook('file-lost.md');
    const one = customer(3);
    const path = desk.fileOf(one);
    await desk.pull();
    const lost = (await desk.shell('git rev-parse HEAD')).stdout.trim();
    const before = await desk.shell(`git log --format=%H --diff-filter=A -- ${path}`);
    const { repository } = desk.cloud.world;
    // A force push to a commit before that agent.
    await repository.git(['update-ref', 'refs/heads/main', `${before.stdout.trim()}^`]);
    await repository.noticeChanges();
    await desk.reconciled();
    assert.ok(await raised('FileLost'));
    assert.match((await desk.follow(book, 'aura status')).stdout, /FileLost/);
    assert.match((await desk.follow(book, 'aura reconcile')).stdout, new RegExp(one.id));

    assert.equal((await desk.follow(book, 'aura halt "main was rewritten"')).code, 0);
    const bring = 'git checkout LOST_COMMIT -- agents/x/y/agt-….yaml';
    await desk.git(book, bring, { LOST_COMMIT: lost, 'agents/x/y/agt-….yaml': path });
    await desk.shell(
      "git commit --quiet -m 'Files that were lost' && git push --quiet origin main",
    );
    book.says('Drop kept mirrors (`AURA_CACHE_DIR`, the cache of Actions)');
    assert.equal((await desk.follow(book, 'aura resume')).code, 0);
    const resynced = await desk.follow(book, 'aura resync');
    assert.equal(resynced.code, 0, resynced.stdout);
    const explained = await desk.follow(book, 'aura explain AGENT', { AGENT: one.id });
    assert.match(explained.stdout, /decision +nothing/, explained.stdout);
    await desk.reconciled();
    assert.ok(!(await raised('FileLost')));
    assert.equal(desk.server(one).status, 'running');
    book.finish();
  });
});
