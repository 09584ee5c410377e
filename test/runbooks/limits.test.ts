/** Runbooks about ends that the limits refuse: from the refusal to a revert, and to an approval. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
/** Nothing ends without an approval. */
const strict = `${policyText}limits: {burstCount: 0, burstPercent: 0}\n`;
const hour = 3600;

describe('runbooks about limits', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];

  before(async () => {
    desk = await openDesk({ seed: 56, rate: 60, policy: strict });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 2);
  });
  after(() => desk?.close());

  const isRaised = async () => (await desk.alarms()).includes('RefusedForLong');
  const isThere = ({ id }: Customer) => desk.servers().some(({ name }) => name === id);
  const pulls = async () =>
    (await desk.github('GET', '/pulls?state=open')) as { number: number; title: string }[];

  async function refused(): Promise<readonly string[]> {
    const commits: string[] = [];
    for (const { id } of customers) {
      const said = await desk.verb(`aura retire ${id} --reason "it is over"`);
      assert.equal(said.code, 0, said.stderr);
      await desk.pull();
      commits.push((await desk.shell('git rev-parse HEAD')).stdout.trim());
    }
    await desk.reconciled();
    desk.advance(2 * hour);
    await desk.reconciled();
    desk.advance(2 * hour);
    return commits;
  }

  test('refused for an hour, by mistake', async () => {
    const book = openRunbook('refused-for-long.md');
    const [first = '', second = ''] = await refused();
    assert.ok(await isRaised());
    assert.match((await desk.follow(book, 'aura plan')).stdout, /Refused/);
    assert.match((await desk.follow(book, 'aura audit --max 50')).stdout, /: retired\n/);
    const [one, other] = customers;
    const history = await desk.follow(book, 'aura history AGENT', { AGENT: one?.id ?? '' });
    assert.match(history.stdout, /retired/);
    assert.equal((await desk.follow(book, 'aura halt "why"')).code, 0);
    const names = { COMMIT: first, ID: one?.id ?? '' };
    const reverted = await desk.follow(book, 'aura revert COMMIT --agent ID', names);
    assert.equal(reverted.code, 0, reverted.stderr);
    await desk.pull();
    const revert = `${book.command('git revert')} --no-edit ${second}`;
    await desk.shell(`${revert} && git push --quiet origin main`);
    await desk.verb('aura resume');
    await desk.reconciled();
    assert.ok(!(await isRaised()));
    assert.ok(other !== undefined && customers.every(isThere));
    book.elsewhere('aura status rebuild', 'test/runbooks/records.test.ts');
    book.finish();
  });

  test('a deletion is approved', async () => {
    const book = openRunbook('approve-a-deletion.md');
    await refused();
    const [pull] = await pulls();
    assert.match(pull?.title ?? '', /^Approve 2 deletions that the limits refuse/);
    assert.match((await desk.follow(book, 'aura audit --max 50')).stdout, /: retired\n/);
    const id = customers[0]?.id ?? '';
    const explained = await desk.follow(book, 'aura explain AGENT', { AGENT: id });
    assert.match(explained.stdout, /refused: retire .*it is over/);
    book.says('Approve the pull request, as a code owner of `/approvals/`');
    await desk.github('POST', `/pulls/${pull?.number}/reviews`, { event: 'APPROVE' });
    await desk.github('PUT', `/pulls/${pull?.number}/merge`, {});
    assert.match((await desk.follow(book, 'aura plan')).stdout, /Changes: retire \(2\)/);
    await desk.reconciled();
    assert.deepEqual(customers.filter(isThere), []);
    assert.ok(!(await isRaised()));
    await desk.reconciled();
    await desk.pull();
    assert.equal((await desk.shell('ls approvals 2>/dev/null | cat')).stdout, '');

    const restored = await desk.verb(`${book.command('aura restore')} ${id}`);
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.stdout + restored.stderr, /gone|new server/);
    await desk.reconciled();
    assert.equal(desk.servers().length, 1);
    book.elsewhere('git revert COMMIT', 'test/runbooks/runs.test.ts');
    book.elsewhere('aura revert COMMIT --agent ID', 'test/runbooks/limits.test.ts');
    book.finish();
  });
});
