/** Runbooks about records and states: each is followed from its incident to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('runbooks about records and states', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  const customer = (n: number) => customers[n] ?? assert.fail('no such customer');

  before(async () => {
    desk = await openDesk({ seed: 52, rate: 240, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 2);
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);

  test('a record cannot be read', async () => {
    const book = openRunbook('unreadable-record.md');
    const path = desk.fileOf(customer(0));
    await desk.pull();
    await desk.shell('git checkout --quiet -B status origin/status');
    await desk.shell(`echo 'kind: [' > ${path} && git commit --quiet -am 'By hand'`);
    await desk.shell('git push --quiet origin status');
    assert.ok(await raised('UnreadableRecord'));
    assert.equal((await desk.verb('aura plan')).code, 3, 'the reading is partial');

    assert.match((await desk.follow(book, 'aura status')).stdout, new RegExp(`${path}: `));
    const log = await desk.git(book, 'git log -3 origin/status -- PATH', { PATH: path });
    const [, commit = ''] = /^commit (\w+)\n(?:.+\n)*\n +By hand/m.exec(log) ?? [];
    book.says('Revert that commit on branch `status`');
    await desk.shell(`git checkout --quiet status && git revert --no-edit ${commit}`);
    await desk.shell('git push --quiet origin status');
    assert.ok(!(await raised('UnreadableRecord')));
    assert.equal((await desk.verb('aura plan')).code, 0);
    book.finish();
  });

  test('the records are rebuilt', async () => {
    const book = openRunbook('rebuild-the-records.md');
    const { repository } = desk.cloud.world;
    await repository.git(['update-ref', '-d', 'refs/heads/status']);
    await repository.noticeChanges();
    assert.ok(await raised('RecordsMissing'));
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(looked.stdout, /failed {2}status branch +2 servers carry the label/);
    assert.match((await desk.follow(book, 'aura status')).stdout, /2 agents, phases unknown/);
    book.says('never run `aura init` then');
    const begun = await desk.follow(book, 'aura init');
    assert.equal(begun.code, 1, 'it begins no records over servers');

    assert.equal((await desk.follow(book, 'aura halt "records are rebuilt"')).code, 0);
    book.says('Drop kept mirrors (`AURA_CACHE_DIR`, the cache of Actions)');
    const dry = await desk.follow(book, 'aura status rebuild --dry-run');
    assert.match(dry.stdout, /2 would be rebuilt/);
    assert.equal((await desk.follow(book, 'aura status rebuild')).code, 0);
    const planned = await desk.follow(book, 'aura plan');
    assert.match(planned.stdout, /Nothing to change|Changes: repair/, planned.stdout);
    assert.equal((await desk.follow(book, 'aura resume')).code, 0);
    await desk.reconciled();
    assert.deepEqual(await desk.alarms(), []);
    assert.equal(desk.servers().length, 2);
    assert.equal((await desk.verb('aura doctor')).code, 0);
    book.finish();
  });

  test('a Terraform state is wrong', async () => {
    const book = openRunbook('wrong-state.md');
    const one = customer(0);
    const names = { AGENT: one.id };
    const key = agentStateKey('aura', one.id);
    const look = async () => (await desk.follow(book, 'aura state AGENT', names)).stdout;
    const rebuild = () => desk.follow(book, 'aura state AGENT --rebuild', names);
    assert.match(await look(), /state, record and server agree/);

    book.row('no state knows the server');
    await desk.object('DELETE', key);
    assert.match(await look(), /exists and no state holds it/);
    assert.equal((await desk.follow(book, 'aura import AGENT', names)).code, 0);
    assert.match(await look(), /agree/);

    book.row('the state cannot be read');
    await desk.object('PUT', key, '{"version": 4, "ser');
    const cut = await look();
    assert.match(cut, /the state cannot be read/);
    assert.match(cut, new RegExp(`\`aura state ${one.id} --rebuild\` recreates it`));
    assert.doesNotMatch(cut, /try again/i);
    assert.equal((await rebuild()).code, 0);
    assert.match(await look(), /agree/);

    book.row('the state holds another server');
    const text = await desk.object('GET', key);
    const id = String(desk.server(one).id);
    await desk.object('PUT', key, text.replaceAll(`"${id}"`, '"7"'));
    assert.match(await look(), /the state holds server 7/);
    assert.equal((await rebuild()).code, 0);
    assert.match(await look(), /agree/);

    book.row('labels differ from the state');
    const server = desk.server(one);
    server.labels = { ...server.labels, 'aura.dev/agent': 'agt-000000000000' };
    assert.match(await look(), /labels: aura\.dev\/agent is agt-000000000000/);
    await desk.reconciled();
    assert.match(await look(), /agree/, 'a repair puts the recorded ones back');

    book.row('a lock, and no run works on the agent');
    const lock = { ID: 'x', Operation: 'plan', Who: 'a@laptop', Version: '1', Path: key };
    const created = new Date(desk.cloud.world.clock.now()).toISOString();
    await desk.object('PUT', `${key}.tflock`, JSON.stringify({ ...lock, Created: created }));
    assert.match(await look(), /lock: a@laptop has held the lock x/);
    desk.advance(6 * 3600);
    await desk.reconciled();
    assert.match(await look(), /agree/);

    book.row('the record names a server that is not there');
    desk.cloud.world.hetzner.project.servers.delete(desk.server(one).id);
    assert.match(await look(), /the record names server \d+, which is not there/);
    const explained = await desk.follow(book, 'aura explain AGENT', names);
    assert.match(explained.stdout, /will be done: create/);
    await desk.reconciled();
    assert.match(await look(), /agree/);

    book.elsewhere(
      'a create is refused (`GateRefused`)',
      'test/flows/reconcile/apply/create-guards.test.ts',
    );
    book.elsewhere('aura retry', 'test/flows/reconcile/apply/create-guards.test.ts');
    book.elsewhere('no record names the server', 'test/flows/reconcile/apply/adoption.test.ts');
    book.elsewhere('aura init --recover', 'test/contract/shared-stack.test.ts');
    book.finish();
  });
});
