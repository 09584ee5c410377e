/** Runbooks about servers that are missing, unclear or too many: each is followed to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Server } from '../../local-cloud/hetzner/records.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const minute = 60;

describe('runbooks about servers', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let first: Customer;

  before(async () => {
    desk = await openDesk({ seed: 53, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    first = (await desk.running(ports, 1))[0] ?? assert.fail();
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);

  test('paid for, and without a running server', async () => {
    const book = openRunbook('entitled-without-server.md');
    const isRaised = () => raised('EntitledWithoutServer');
    await desk.verb('aura halt "a look at fsn1"');
    const one = await desk.pay(ports);
    const path = desk.fileOf(one);
    const explain = async () =>
      (await desk.follow(book, 'aura explain AGENT', { AGENT: one.id })).stdout;
    await desk.reconciled();
    desk.advance(16 * minute);
    assert.ok(await isRaised());

    book.row('the fleet is stopped');
    assert.match(await explain(), /the fleet is stopped: a look at fsn1/);
    await desk.verb('aura resume');

    book.row('deferred by `createsPerHour`');
    await desk.edit('policy.yaml', (text) => `${text}limits: {fleetCostMonthlyMax: 1}\n`);
    assert.match(await explain(), /limit fleetCost: the fleet would cost/);
    assert.match((await desk.follow(book, 'aura plan')).stdout, /Deferred/);
    await desk.edit('policy.yaml', (text) => text.replace('MonthlyMax: 1', 'MonthlyMax: 500'));

    book.row('`Held`');
    const at = (days: number) =>
      new Date(desk.cloud.world.clock.now() + days * 86_400_000).toISOString();
    const hold = `  hold: {reason: a legal case, since: "${at(0)}", until: "${at(1)}"}\n`;
    await desk.edit(path, (text) => text + hold);
    assert.match(await explain(), /left alone: Held, hands off: a legal case/);
    await desk.edit(path, (text) => text.replace(hold, ''));

    book.row('frozen');
    await desk.edit(path, (text) => text.replace('power: running', 'power: yes please'));
    assert.match(await explain(), /row +frozen/);
    await desk.edit(path, (text) => text.replace('power: yes please', 'power: running'));

    book.row('`NoSuchOffer`');
    const sell = (soldOut: boolean) => {
      for (const location of ['fsn1', 'nbg1', 'hel1'])
        desk.cloud.world.control.sellOut({ serverType: 'cpx22', location, soldOut });
    };
    sell(true);
    assert.match(await explain(), /NoSuchOffer/);
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(looked.stdout, /not on sale now: cpx22 for plan starter in eu-central/);
    await desk.edit('catalog.yaml', (text) =>
      text.replace('eu-central: cpx22', 'eu-central: cx22'),
    );

    book.row('will be done');
    assert.match(await explain(), /will be done: create .*cx22/);
    await desk.reconciled();
    sell(false);
    assert.ok(!(await isRaised()));
    assert.equal(desk.server(one).status, 'running');

    book.row('`SpareServer`');
    assert.match((await desk.follow(book, 'aura orphans')).stdout, /There are no orphans/);
    book.elsewhere('`Failed`', 'test/flows/reconcile/apply/failures.test.ts');
    book.elsewhere('aura retry AGENT', 'test/flows/commands/commands.test.ts');
    book.elsewhere('an open breaker', 'test/runbooks/servers.test.ts');
    book.finish();
  });

  test('a server that cannot be proven to be its agent’s own', async () => {
    const book = openRunbook('spare-server.md');
    const names = { AGENT: first.id };
    const { project } = desk.cloud.world.hetzner;
    const isRaised = () => raised('SpareServer');
    /** As after a rebuild from an old bundle: the record names no server. */
    const forget = async () => {
      await ports.journal.update(
        first.id,
        (record) => {
          if (record === null) return null;
          const { server: _gone, creates: _forgotten, ...rest } = record;
          return rest;
        },
        'now',
      );
    };
    const spare = async () => {
      await desk.reconciled();
      desk.advance(61 * minute);
      await desk.reconciled();
      assert.ok(await isRaised());
    };
    const without = ({ labels }: Server, name: string) =>
      Object.fromEntries(Object.entries(labels).filter(([label]) => label !== name));

    book.row("one is the agent's own and lacks labels");
    const own = desk.server(first);
    const { labels } = own;
    await forget();
    own.labels = without(own, 'aura.dev/nonce');
    await spare();
    const explained = await desk.follow(book, 'aura explain AGENT', names);
    assert.match(explained.stdout, /left alone: SpareServer, server \d+ carries its label/);
    assert.match(
      (await desk.follow(book, 'aura plan')).stdout,
      new RegExp(`^Servers without a record \\(1\\)\n {2}server ${own.id}: it carries`, 'm'),
    );
    const state = await desk.follow(book, 'aura state AGENT', names);
    assert.match(state.stdout, new RegExp(`hcloud_server\\.agent ${own.id}`));
    const history = await desk.follow(book, 'aura history AGENT', names);
    assert.equal(history.code, 0);
    own.labels = labels;
    await desk.reconciled();
    await desk.reconciled();
    assert.ok(!(await isRaised()));

    book.row("one is the agent's own, and the others were made by hand");
    await forget();
    const stray = { ...own, id: 4_000_000, ipv4: null, ipv6: null };
    project.servers.set(stray.id, stray);
    await spare();
    stray.labels = without(stray, 'aura.dev/agent');
    await desk.reconciled();
    await desk.reconciled();
    assert.ok(!(await isRaised()));
    assert.match((await desk.verb('aura orphans')).stdout, /server 4000000/);
    project.servers.delete(stray.id);

    book.row("none is the agent's own");
    await forget();
    own.labels = without(own, 'aura.dev/nonce');
    await spare();
    const halted = await desk.follow(book, 'aura halt "servers of AGENT"', names);
    assert.equal(halted.code, 0);
    const aside = { name: 'kept-aside', labels: without(own, 'aura.dev/agent') };
    await desk.hetzner('PUT', `/servers/${own.id}`, aside);
    const left = await desk.follow(book, 'aura state AGENT', names);
    const [, key = ''] = /(aura\/agents\/\S+\.tfstate)/.exec(left.stdout) ?? [];
    assert.match(left.stdout, new RegExp(`a state that holds server ${own.id}`));
    book.says('remove the object with this key from the bucket');
    await desk.object('DELETE', key);
    assert.equal((await desk.follow(book, 'aura resume')).code, 0);
    await desk.reconciled();
    await desk.reconciled();
    assert.notEqual(desk.server(first).id, own.id);
    assert.ok(!(await isRaised()));
    book.finish();
  });

  test('ended, and still billed', async () => {
    const book = openRunbook('ended-but-billed.md');
    const [one, other] = [await desk.pay(ports), await desk.pay(ports)];
    const isRaised = () => raised('EndedButBilled');
    const explain = async ({ id }: Customer) =>
      (await desk.follow(book, 'aura explain AGENT', { AGENT: id })).stdout;
    await desk.reconciled();
    await desk.cancel(ports, one, other);
    await desk.edit(desk.fileOf(other), (text) => text.replace(/^ {2}retired: .*\n/m, ''));
    await desk.reconciled();
    await desk.verb('aura halt "an audit"');
    desk.advance(21 * 3600);
    assert.ok(await isRaised());

    book.row('the fleet is stopped');
    const stopped = await explain(one);
    assert.match(stopped, /left alone: Stopped, retire waits: an audit/);
    assert.match(stopped, /the fleet is stopped: an audit/);
    await desk.verb('aura resume');

    book.row('`RetryLater` with a failure');
    const server = desk.server(one);
    desk.cloud.world.control.addFault({
      api: 'hetzner',
      method: 'DELETE',
      path: '/v1/servers',
      kind: 'status',
      status: 423,
      times: 6,
    });
    await desk.reconciled();
    assert.match(await explain(one), /Last attempts\n(?:.*\n)*.*retire/);
    const state = await desk.follow(book, 'aura state AGENT', { AGENT: one.id });
    assert.match(state.stdout, new RegExp(`server ${server.id}`));
    desk.cloud.world.control.withdrawFaults(null);
    desk.advance(3600);
    await desk.reconciled();
    assert.ok(!desk.servers().some(({ name }) => name === one.id));

    book.row('`EndedNotRetired`');
    assert.match(await explain(other), /EndedNotRetired/);
    const retired = await desk.follow(book, 'aura retire AGENT', { AGENT: other.id });
    assert.equal(retired.code, 0, retired.stderr);
    const resynced = await desk.follow(book, 'aura resync');
    assert.equal(resynced.code, 0, resynced.stdout);
    desk.advance(2 * 3600);
    await desk.reconciled();
    desk.advance(2 * 3600);
    await desk.reconciled();
    assert.ok(!desk.servers().some(({ name }) => name === other.id));
    assert.ok(!(await isRaised()));
    book.elsewhere('refused by a limit', 'test/contract/refusals.test.ts');
    book.elsewhere('a hold', 'test/runbooks/files.test.ts');
    book.elsewhere('`OwnershipUnproven`', 'test/flows/reconcile/apply/ownership.test.ts');
    book.finish();
  });

  test('a breaker is open', async () => {
    const book = openRunbook('breaker-open.md');
    const isRaised = () => raised('BreakerOpen');
    const customers = [await desk.pay(ports), await desk.pay(ports)];
    const { control } = desk.cloud.world;
    const outage = { api: 'hetzner', method: 'POST', path: '/v1/servers', kind: 'status' } as const;
    control.addFault({ ...outage, status: 503, seconds: 86_400 });
    await desk.reconciled();
    assert.ok(await isRaised());
    book.row('`ProviderOutage`, `NetworkUnreachable`');
    const planned = await desk.follow(book, 'aura plan');
    assert.match(planned.stdout, /ProviderOutage/);
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(looked.stdout, /ok {6}Hetzner/, 'its listings answer');
    control.withdrawFaults(null);
    for (const _ of [1, 2, 3]) {
      desk.advance(6 * minute);
      await desk.reconciled();
    }
    assert.ok(!(await isRaised()));
    for (const one of customers) assert.equal(desk.server(one).status, 'running');
    for (const row of ['`ResourceUnavailable`', '`ResourceLimitExceeded`', '`Unauthorized`'])
      book.elsewhere(row, 'test/flows/reconcile/apply/failures.test.ts');
    for (const row of ['`RateLimited`', '`PackageMirrorDown`', '`StateStoreDown`', '`ToolMissing`'])
      book.elsewhere(row, 'test/core/plan/breaker-limit.test.ts');
    book.finish();
  });
});
