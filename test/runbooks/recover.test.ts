/** The runbooks of the two foundations: the repository, and the shared stack. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fleetStateKey } from '../../reconciler/core/stack/stack-spec.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('runbooks about recovery', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let one: Customer;

  before(async () => {
    desk = await openDesk({ seed: 58, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    one = (await desk.running(ports, 1))[0] ?? assert.fail();
  });
  after(() => desk?.close());

  test('the agents repository is restored', async () => {
    const book = openRunbook('restore-the-repository.md');
    assert.equal((await desk.follow(book, 'aura bundle')).code, 0);
    const late = await desk.pay(ports);
    await desk.reconciled();
    const { repository } = desk.cloud.world;
    for (const branch of ['main', 'status'])
      await repository.git(['update-ref', '-d', `refs/heads/${branch}`]);
    await repository.noticeChanges();
    assert.equal((await desk.verb('aura plan')).code, 1);

    const file = { 'agents.bundle': join(desk.folder, 'agents.bundle') };
    assert.match((await desk.follow(book, 'aura bundle --list')).stdout, /\.bundle/);
    assert.equal((await desk.follow(book, 'aura bundle --fetch agents.bundle', file)).code, 0);
    const git = async (command: string, names = {}) =>
      (await desk.shell(book.command(command, names), desk.folder)).stdout;
    await git('git init --bare restored.git');
    await git('git -C restored.git bundle verify ../agents.bundle');
    await git("git -C restored.git fetch ../agents.bundle '+refs/heads/*:refs/heads/*'");
    assert.match(await git('git -C restored.git log -3 main'), new RegExp(one.id));
    await git(
      `git -C restored.git update-ref refs/heads/stop "$(git -C restored.git commit-tree -m 'restored from a bundle' 'main^{tree}')"`,
    );
    await git(
      'git -C restored.git push --atomic URL refs/heads/main refs/heads/status refs/heads/stop',
      { URL: desk.url },
    );

    assert.match((await desk.verb('aura status')).stdout, /^STOPPED: restored from a bundle\n/);
    const dry = await desk.follow(book, 'aura resync --dry-run');
    assert.match(dry.stdout, new RegExp(late.id));
    assert.equal((await desk.follow(book, 'aura resync')).code, 0);
    const planned = await desk.follow(book, 'aura plan');
    assert.match(planned.stdout, new RegExp(`${late.id}: Stopped, adopt waits`));
    const state = await desk.follow(book, 'aura state AGENT', { AGENT: one.id });
    assert.match(state.stdout, /agree/);
    assert.equal((await desk.follow(book, 'aura resume')).code, 0);
    await desk.reconciled();
    await desk.reconciled();
    const status = await desk.follow(book, 'aura status');
    assert.match(status.stdout, new RegExp(`^${one.id} +running`, 'm'));
    assert.match(status.stdout, new RegExp(`^${late.id} .*HostKeyUnknown`, 'm'));
    book.says('(`HostKeyUnknown`)');
    assert.ok(desk.servers().every((server) => server.status === 'running'));
    assert.deepEqual([desk.servers().length, await desk.alarms()], [2, []]);
    book.elsewhere('aura serve', 'test/contract/cli.test.ts');
    book.finish();
  });

  test('the shared stack is recovered', async () => {
    const book = openRunbook('recover-the-shared-stack.md');
    const { project } = desk.cloud.world.hetzner;
    const key = fleetStateKey('aura');
    const doctor = async () => (await desk.follow(book, 'aura doctor')).stdout;
    const isWell = async () => assert.equal((await desk.verb('aura doctor')).code, 0);

    book.row('the Terraform state has X instead of Y');
    const text = await desk.object('GET', key);
    const misled = [...project.firewalls.keys()].reduce(
      (so, id) => so.replaceAll(`"${id}"`, '"7"'),
      text,
    );
    await desk.object('PUT', key, misled);
    assert.match(await doctor(), /the Terraform state has 7 instead of/);
    assert.equal((await desk.follow(book, 'aura init --recover')).code, 0);
    await isWell();

    book.row('it is no Terraform state');
    await desk.object('PUT', key, 'garbage');
    assert.match(await doctor(), /is no Terraform state/);
    assert.equal((await desk.follow(book, 'aura init --recover')).code, 0);
    await isWell();

    book.row('firewalls are missing');
    project.firewalls.delete([...project.firewalls.keys()][0] ?? 0);
    assert.match(await doctor(), /not all of them are there/);
    assert.equal((await desk.follow(book, 'aura init')).code, 0);
    await isWell();

    const before = desk.servers().map(({ id }) => id);
    for (const id of before) project.servers.delete(id);
    project.firewalls.clear();
    assert.match(await doctor(), /none of 2 recorded servers and none of the recorded firewalls/);
    book.says('Make sure that no server of the fleet exists in any project');
    await desk.follow(book, 'aura halt "everything was deleted by hand"');
    await desk.git(
      book,
      'git push origin origin/status:refs/heads/status-before :refs/heads/status',
    );
    book.says('remove every object below `FLEET/agents/` from the state bucket');
    const { items } = await ports.states.list('aura/agents/');
    assert.equal(items.length, 2);
    for (const item of items) await desk.object('DELETE', item.key);
    await desk.follow(book, 'aura resume');
    assert.equal((await desk.follow(book, 'aura init')).code, 0);
    await desk.reconciled();
    assert.equal(desk.servers().length, 2, 'every agent that should run gets a new server');
    assert.ok(desk.servers().every(({ id }) => !before.includes(id)));

    const other = 'test/contract/shared-stack.test.ts';
    book.elsewhere('none of N recorded servers', other);
    const core = 'test/core/stack/shared-stack.test.ts';
    for (const row of ['Y (NAME) does not have the label', 'X is Y, and Z has its name'])
      book.elsewhere(row, core);
    book.elsewhere(
      'aura init --recover --accept-project',
      'test/flows/reconcile/apply/accept-project.test.ts',
    );
    book.elsewhere('aura status rebuild', 'test/runbooks/records.test.ts');
    book.finish();
  });
});
