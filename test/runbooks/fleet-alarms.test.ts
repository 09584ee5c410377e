/** Runbooks about subscriptions, abuse, limits, credentials and locked servers, over one fleet. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createService } from '../../reconciler/app/serve/server.ts';
import { finalizeFleetRecord } from '../../reconciler/flows/reconcile/finalize/fleet-record.ts';
import { planFleet } from '../../reconciler/flows/reconcile/plan-fleet.ts';
import { serviceConfig } from '../builders/service-config.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const inCore = 'test/core/alarms/more-alarms.test.ts';
const inCommands = 'test/flows/commands/commands.test.ts';

describe('runbooks about subscriptions, limits and credentials', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  const customer = (n: number) => customers[n] ?? assert.fail('no such customer');

  before(async () => {
    desk = await openDesk({ seed: 62, rate: 240, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 3);
  });
  after(() => desk?.close());

  const raised = async (kind: string, more = {}) => (await desk.alarms(more)).includes(kind);

  test('a subscription is odd', async () => {
    const book = openRunbook('access-issue.md');
    const path = desk.fileOf(customer(0));
    await desk.edit(path, (text) =>
      text.replace('state: granted', 'issues: [QuantityUnsupported], state: granted'),
    );
    assert.ok(await raised('AccessIssue'));
    book.row('`QuantityUnsupported`');
    assert.equal((await desk.follow(book, 'aura resync')).code, 0);
    assert.ok(!(await raised('AccessIssue')));
    for (const row of ['`PlanUnknown`', '`PlanAmbiguous`', '`RegionUnknown`', '`RegionDiffers`'])
      book.elsewhere(row, 'test/core/billing/desire.test.ts');
    book.elsewhere('`CustomerDiffers`', 'test/core/billing/desire.test.ts');
    book.elsewhere('aura region AGENT NAME', inCommands);
    book.finish();
  });

  test('an end has lost its tombstone', async () => {
    const book = openRunbook('ended-not-retired.md');
    const one = customer(1);
    await desk.cancel(ports, one);
    await desk.edit(
      desk.fileOf(one),
      (text) => text.replace(/^ {2}retired:(?:.*\n)(?: {4}.*\n)*/m, ''),
      'Keep it',
    );
    assert.ok(await raised('EndedNotRetired'));
    const audit = await desk.follow(book, 'aura audit --agent AGENT --max 5', { AGENT: one.id });
    assert.match(audit.stdout, /Keep it/);
    book.row('by mistake');
    const names = { AGENT: one.id, TEXT: 'ended' };
    const retired = await desk.follow(book, 'aura retire AGENT --reason TEXT', names);
    assert.equal(retired.code, 0, retired.stderr);
    assert.ok(!(await raised('EndedNotRetired')));
    book.elsewhere('the server is still needed', inCore);
    book.elsewhere('the customer pays again', 'test/core/billing/desire.test.ts');
    book.finish();
  });

  test('a quota is used up soon', async () => {
    const book = openRunbook('limit-near.md');
    await desk.edit('policy.yaml', (text) => `${text}quotas: {servers: 4, primaryIps: 99}\n`);
    assert.ok(await raised('QuotaForecast'));
    const doctor = await desk.follow(book, 'aura doctor');
    assert.match(doctor.stdout, /quotas +\d of 4 servers left/);
    book.row('`servers`, `primaryIps`');
    await desk.edit('policy.yaml', (text) => text.replace('servers: 4', 'servers: 9'));
    assert.ok(!(await raised('QuotaForecast')));
    // The project's other servers count, once a run has read them.
    const foreign = { server_type: 'cpx22', image: 'debian-12', location: 'fsn1' };
    for (let n = 0; n < 6; n += 1)
      await desk.hetzner('POST', '/servers', { ...foreign, name: `shop-${n}` });
    const { plan } = await planFleet(ports, 'everything');
    await finalizeFleetRecord(ports, plan, []);
    assert.ok(await raised('QuotaForecast'));
    await desk.edit('policy.yaml', (text) => text.replace('servers: 9', 'servers: 99'));
    assert.ok(!(await raised('QuotaForecast')));
    book.elsewhere('`hetzner`', inCore);
    for (const row of ['`devices`', '`actionsMinutes`']) book.elsewhere(row, inCore);
    book.finish();
  });

  test('a token expires', async () => {
    const book = openRunbook('credential-expires.md');
    const { github, clock } = desk.cloud.world;
    const env = { GITHUB_APP_ID: '', GITHUB_APP_PRIVATE_KEY: '' };
    const ending = github.tokenOfPerson('olga', clock.now() + 20 * 86_400_000);
    assert.ok(await raised('CredentialExpires', { ...env, GITHUB_TOKEN: ending }));
    book.row('`GITHUB_TOKEN`');
    const fresh = { ...env, GITHUB_TOKEN: github.tokenOfPerson('olga') };
    assert.ok(!(await raised('CredentialExpires', fresh)));
    const doctor = await desk.verb(book.command('aura doctor'), fresh);
    assert.match(doctor.stdout, /expiry +GITHUB_TOKEN does not expire/);
    book.elsewhere('aura alarms', 'test/flows/alarms/alarm-notices.test.ts');
    book.finish();
  });

  test('a server is locked', async () => {
    const book = openRunbook('server-locked.md');
    const one = customer(0);
    const { control } = desk.cloud.world;
    control.lock({ server: one.id, locked: true });
    await desk.reconciled();
    desk.advance(3700);
    await desk.reconciled();
    assert.ok(await raised('ServerLocked'));
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: one.id });
    assert.match(status.stdout, /Locked +\S+ +ServerLocked, Hetzner has locked server \d+/);
    book.row('an action that does not end');
    control.lock({ server: one.id, locked: false });
    await desk.reconciled();
    assert.ok(!(await raised('ServerLocked')));
    book.elsewhere('a report of abuse', 'only Hetzner can lift it');
    book.finish();
  });

  test('creates fail', async () => {
    const book = openRunbook('provisions-fail.md');
    const explained = await desk.follow(book, 'aura explain AGENT', { AGENT: customer(2).id });
    assert.match(explained.stdout, /create/);
    for (const row of ['`ResourceUnavailable`', '`BootTimeout`', '`ConfigureFailed`'])
      book.elsewhere(row, inCore);
    for (const row of ['`JoinFailed`', '`HostUnreachable`']) book.elsewhere(row, inCore);
    book.elsewhere('aura logs AGENT', 'test/flows/status/agent-log.test.ts');
    book.elsewhere('aura doctor', 'test/runbooks/doctor.test.ts');
    book.finish();
  });

  test('a unit does not stay up', async () => {
    const book = openRunbook('crash-loop.md');
    const names = { AGENT: customer(2).id };
    const audit = await desk.follow(book, 'aura audit --agent AGENT --max 5', names);
    assert.equal(audit.code, 0);
    for (const row of ['a setting', 'the same for many', 'memory or disk'])
      book.elsewhere(row, inCore);
    book.elsewhere('aura logs AGENT', 'test/flows/status/agent-log.test.ts');
    book.elsewhere('aura config', inCommands);
    book.elsewhere('aura reprovision AGENT', inCommands);
    book.finish();
  });

  test('an agent is unhealthy', async () => {
    const book = openRunbook('agent-unhealthy.md');
    const { id } = customer(2);
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: id });
    assert.match(status.stdout, /phase +running/);
    for (const row of ['`NoHeartbeat` of many', '`NoHeartbeat` of one', '`AgentDown`'])
      book.elsewhere(row, inCore);
    for (const row of ['`ContainerUnhealthy`', '`TailnetUnreachable`']) book.elsewhere(row, inCore);
    book.elsewhere('aura logs AGENT', 'test/flows/status/agent-log.test.ts');
    for (const command of ['aura stop AGENT', 'aura start AGENT'])
      book.elsewhere(command, inCommands);
    book.finish();
  });

  test('an endpoint does not accept events', async () => {
    const book = openRunbook('endpoint-fails.md');
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: customer(2).id });
    assert.match(status.stdout, /phase +running/);
    const inFlows = 'test/flows/webhooks/endpoint.test.ts';
    for (const row of ['`events wait`', '`answers 410`', '`an event is given up`'])
      book.elsewhere(row, inFlows);
    book.finish();
  });

  test('deliveries of webhooks are refused', async () => {
    const book = openRunbook('webhook-errors.md');
    const world = createFakeWorld();
    const { app, alarms } = createService({
      ...{ ports: world.ports, planning: null, config: serviceConfig, log: world.ports.log },
    });
    const deliver = async (url: string) => {
      for (let n = 0; n < 12; n += 1) await app.inject({ method: 'POST', url, payload: {} });
    };
    await deliver('/webhooks/stripe');
    assert.deepEqual(
      (await alarms()).map(({ kind, scope }) => `${kind} ${scope}`),
      ['WebhookErrors /webhooks/stripe 4xx'],
    );
    book.row('`/webhooks/stripe 4xx`');
    world.advance(16 * 60_000);
    assert.deepEqual(await alarms(), []);
    assert.equal((await desk.follow(book, 'aura resync')).code, 0);
    book.elsewhere('`/hooks/git 4xx`', inCore);
    book.elsewhere('`/webhooks/stripe 5xx`', inCore);
    book.elsewhere('`/hooks/git 5xx`', inCore);
    book.finish();
  });

  test('a payment is disputed', async () => {
    const book = openRunbook('abuse-reported.md');
    const one = customer(2);
    const names = { AGENT: one.id, TEXT: 'fraud' };
    const served = desk.cloud.world.stripe;
    const { id: dispute } = served.disputeLastPayment({ ...one, reason: 'fraudulent' });
    await desk.edit(desk.fileOf(one), (text) =>
      text.replace('state: granted', 'issues: [PaymentDisputed], state: granted'),
    );
    assert.ok(await raised('AbuseReported'));
    book.row('a fraud, or an abuse by the agent');
    const isolated = await desk.follow(book, 'aura isolate AGENT --reason TEXT', names);
    assert.equal(isolated.code, 0, isolated.stderr);
    await desk.reconciled();
    await desk.reconciled();
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: one.id });
    assert.match(status.stdout, /Isolated +\S+ +Isolated, isolated since \S+: fraud/);
    assert.match(status.stdout, /isolated +since \S+, without a snapshot/);
    const audit = await desk.follow(book, 'aura audit --agent AGENT --max 5', { AGENT: one.id });
    assert.match(audit.stdout, /isolated/);

    served.closeDispute(dispute, 'lost');
    assert.equal((await desk.verb('aura resync')).code, 0);
    assert.ok(!(await raised('AbuseReported')));
    desk.advance(8 * 86_400);
    await desk.reconciled();
    assert.ok(await raised('IsolatedForLong'));
    book.row('evidence is secured');
    const retired = await desk.follow(book, 'aura retire AGENT --reason TEXT', names);
    assert.equal(retired.code, 0, retired.stderr);
    await desk.reconciled();
    desk.advance(7200);
    await desk.reconciled();
    assert.ok(desk.server(one), 'its evidence is kept');
    assert.equal((await desk.follow(book, 'aura release AGENT', { AGENT: one.id })).code, 0);
    // One run releases it, the next one retires it.
    await desk.reconciled();
    await desk.reconciled();
    assert.throws(() => desk.server(one), /has no server/);
    assert.ok(!(await raised('IsolatedForLong')));
    book.elsewhere('aura isolate --address IP --reason TEXT', 'test/contract/abuse.test.ts');
    book.elsewhere('a customer in good faith', 'test/flows/intake/isolation.test.ts');
    book.elsewhere('the report is over', 'test/contract/abuse.test.ts');
    book.elsewhere('very many reports at once', 'test/flows/intake/isolation.test.ts');
    book.finish();
  });
});
