/** Runbooks about runs, stops, clocks and Stripe: each is followed from its incident to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { startLateClock } from './late-clock.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const hour = 3600;

describe('runbooks about runs', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  const customer = (n: number) => customers[n] ?? assert.fail('no such customer');

  before(async () => {
    desk = await openDesk({ seed: 54, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 2);
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);

  test('stop everything, by git alone', async () => {
    const book = openRunbook('stop-everything.md');
    const one = customer(0);
    const at = new Date(desk.cloud.world.clock.now()).toISOString();
    const tombstone = `  retired: {at: "${at}", by: person, reason: a mistake}\n`;
    const wrong = await desk.edit(desk.fileOf(one), (text) => text + tombstone, 'A mistake');
    const stop =
      'git commit --allow-empty -m "why we stop" && git push origin HEAD:refs/heads/stop';
    await desk.git(book, stop);
    desk.advance(3 * hour);
    await desk.reconciled();
    assert.equal(desk.server(one).status, 'running');
    const planned = await desk.follow(book, 'aura plan');
    assert.match(planned.stdout, /why we stop/);
    assert.match(
      planned.stdout,
      new RegExp(`${one.id}: Stopped, (?:retire|power) waits: why we stop`),
    );
    const audit = await desk.follow(book, 'aura audit --max 50');
    assert.match(audit.stdout, /A mistake/);
    assert.equal((await desk.follow(book, 'aura status AGENT', { AGENT: one.id })).code, 0);
    const again = await desk.follow(book, 'aura halt "why we stop"');
    assert.match(again.stdout, /It was already halted; the first reason stays/);

    await desk.git(book, 'git revert COMMIT', { COMMIT: `--no-edit ${wrong}` });
    await desk.shell('git push --quiet origin main');
    assert.doesNotMatch((await desk.verb('aura plan')).stdout, /retire/);
    await desk.git(book, 'git push origin :refs/heads/stop');
    assert.equal((await desk.follow(book, 'aura resume')).code, 0);
    await desk.reconciled();
    assert.equal(desk.server(one).status, 'running');
    assert.deepEqual(await desk.alarms(), []);
    book.finish();
  });

  test('no successful run', async () => {
    const book = openRunbook('no-successful-run.md');
    await desk.edit('policy.yaml', (text) => `${text}limits: {createsPerRunMax: none}\n`, 'Typo');
    desk.advance(4 * hour);
    const failed = await desk.reconciled();
    assert.equal(failed.code, 1);
    await desk.pull();
    const checked = await desk.verb(`${book.command('aura validate')} ${desk.clone}`);
    assert.match(checked.stdout, /policy\.yaml:\d+:\d+: limits\.createsPerRunMax/);
    book.says('`policy.yaml` or `catalog.yaml` unreadable: revert the commit');
    await desk.shell('git revert --no-edit HEAD && git push --quiet origin main');
    assert.ok(await raised('NoSuccessfulRun'));
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(
      looked.stdout,
      /failed {2}reconcile +reconcile\.yml, every 60 minutes: the last run/,
    );
    assert.equal((await desk.follow(book, 'aura reconcile')).code, 0);
    await desk.reconciled();
    assert.ok(!(await raised('NoSuccessfulRun')));
    assert.equal((await desk.verb('aura doctor')).code, 0);
    book.finish();
  });

  test('the Stripe key is of another account', async () => {
    const book = openRunbook('wrong-stripe-account.md');
    const pin = (text: string) => text.replace(/account: acct_\w+/, 'account: acct_1Another');
    await desk.edit('policy.yaml', pin, 'Another account');
    assert.ok(await raised('WrongStripeAccount'));
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(looked.stdout, /failed {2}Stripe +the key is for acct_\w+ in test mode/);
    const audit = await desk.follow(book, 'aura audit --max 20');
    assert.match(audit.stdout, /Another account/);
    assert.equal((await desk.verb('aura resync')).code, 1);
    const wrongKey = { STRIPE_SECRET_KEY: 'sk_test_revoked' };
    assert.ok((await desk.alarms(wrongKey)).includes('WrongStripeAccount'));

    book.says('revert the commit that changed `stripe` in `policy.yaml`');
    await desk.pull();
    await desk.shell('git revert --no-edit HEAD && git push --quiet origin main');
    assert.equal((await desk.follow(book, 'aura resync')).code, 0);
    assert.ok(!(await raised('WrongStripeAccount')));
    assert.equal((await desk.verb('aura doctor')).code, 0);
    book.finish();
  });

  test('clocks disagree', async () => {
    const book = openRunbook('clocks-disagree.md');
    const proxy = await startLateClock(desk.env['HCLOUD_ENDPOINT'] ?? '', 7 * hour * 1000);
    try {
      const behind = { HCLOUD_ENDPOINT: proxy.url };
      const planned = await desk.verb(book.command('aura plan'), behind);
      assert.equal(planned.code, 3, planned.stdout);
      assert.match(planned.stdout, /clock/);
      await desk.verb('aura reconcile', behind);
      assert.ok(await raised('ClocksDisagree'));
      book.says('come through a proxy that caches or rewrites them: bypass the proxy');
      await desk.reconciled();
      assert.ok(!(await raised('ClocksDisagree')));
    } finally {
      await proxy.close();
    }
    book.finish();
  });

  test('access was to end, and Stripe was not asked since', async () => {
    const book = openRunbook('access-not-reread.md');
    const { subscription, id } = customer(1);
    await desk.cloud.world.control.cancel({ subscription, atPeriodEnd: true });
    await desk.verb('aura resync');
    desk.advance(40 * 24 * hour);
    assert.ok(await raised('AccessNotReread'));
    const dry = await desk.follow(book, 'aura resync --dry-run');
    assert.match(dry.stdout, new RegExp(id), dry.stdout + dry.stderr);
    const explained = await desk.follow(book, 'aura explain AGENT', { AGENT: id });
    assert.match(explained.stdout, /access granted/);
    assert.ok(await raised('AccessNotReread'), 'a dry run writes nothing');
    await desk.follow(book, 'aura resync');
    assert.ok(!(await raised('AccessNotReread')));
    book.finish();
  });
});
