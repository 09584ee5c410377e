/** Runbooks about machines: offline, open, or between on and off; each is followed to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const minute = 60;

describe('runbooks about machines', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let one: Customer;

  before(async () => {
    desk = await openDesk({ seed: 57, rate: 20, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    one = (await desk.running(ports, 1))[0] ?? assert.fail();
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);
  const explain = async (book: ReturnType<typeof openRunbook>) =>
    (await desk.follow(book, 'aura explain AGENT', { AGENT: one.id })).stdout;
  async function held(): Promise<() => Promise<unknown>> {
    const at = (days: number) =>
      new Date(desk.cloud.world.clock.now() + days * 86_400_000).toISOString();
    const hold = `  hold: {reason: a look, since: "${at(0)}", until: "${at(1)}"}\n`;
    await desk.edit(desk.fileOf(one), (text) => text + hold, 'Hold');
    return () => desk.edit(desk.fileOf(one), (text) => text.replace(hold, ''), 'Hold over');
  }
  async function reconciledFor(minutes: number): Promise<void> {
    await desk.reconciled();
    desk.advance(minutes * minute);
    await desk.reconciled();
  }

  test('a device is offline', async () => {
    const book = openRunbook('device-offline.md');
    const release = await held();
    const [device] = desk.cloud.world.tailscale.tailnet.devices.values();
    assert.ok(device !== undefined);
    desk.cloud.world.tailscale.tailnet.expire(device);
    desk.advance(11 * minute);
    await reconciledFor(61);
    assert.ok(await raised('DeviceOffline'));
    assert.match(await explain(book), /Offline/);
    book.says('A held agent is left alone: end its hold');
    await release();
    await desk.reconciled();
    await desk.reconciled();
    assert.ok(!(await raised('DeviceOffline')));
    assert.ok(
      [...desk.cloud.world.tailscale.tailnet.devices.values()].some(({ online }) => online),
    );
    book.elsewhere('aura reprovision AGENT', 'test/flows/commands/commands.test.ts');
    book.elsewhere('aura stop AGENT', 'test/flows/commands/commands.test.ts');
    book.elsewhere('aura start AGENT', 'test/flows/commands/commands.test.ts');
    book.finish();
  });

  test('a port is open', async () => {
    const book = openRunbook('port-open.md');
    const release = await held();
    const server = desk.server(one);
    const open = { labels: { ...server.labels, 'aura.dev/bootstrap': '1' } };
    const closed = { labels: { ...server.labels } };
    await desk.hetzner('PUT', `/servers/${server.id}`, open);
    await reconciledFor(16);
    assert.ok(await raised('PortOpen'));
    assert.match(await explain(book), /a hold until/);
    book.says('take the label `aura.dev/bootstrap` off the server');
    await desk.hetzner('PUT', `/servers/${server.id}`, closed);
    await desk.reconciled();
    assert.ok(!(await raised('PortOpen')));
    await desk.hetzner('PUT', `/servers/${server.id}`, open);
    await release();
    await desk.reconciled();
    assert.equal(desk.server(one).labels['aura.dev/bootstrap'], undefined, 'a run closes it');
    book.finish();
  });

  test('a server is neither on nor off', async () => {
    const book = openRunbook('server-power-unknown.md');
    assert.equal((await desk.verb(`aura stop ${one.id} --reason migration`)).code, 0);
    await desk.reconciled();
    const server = desk.server(one);
    server.status = 'unknown';
    await reconciledFor(61);
    assert.ok(await raised('ServerPowerUnknown'));
    assert.match(await explain(book), /unknown/);
    book.says("A migration or a rebuild of Hetzner's ends by itself");
    server.status = 'off';
    await desk.reconciled();
    assert.ok(!(await raised('ServerPowerUnknown')));
    book.elsewhere('aura reprovision AGENT', 'test/flows/commands/commands.test.ts');
    book.finish();
  });
});
