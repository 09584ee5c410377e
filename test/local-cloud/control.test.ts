import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { startControl } from '../../local-cloud/control.ts';
import { type ControlledWorld, eventsOf, faultsOf } from '../../local-cloud/controlled.ts';
import { createCredentials } from '../../local-cloud/environment.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createServer } from '../../local-cloud/hetzner/server-create.ts';
import { powerUp, stopServer } from '../../local-cloud/hetzner/server-power.ts';
import { refuseLocked } from '../../local-cloud/hetzner/servers.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createProviders } from '../../local-cloud/providers.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { catalogOf } from '../builders/world.ts';
import { until } from '../support/until.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
const faults = createFaults(clock.now);
const randomness = createRandomness(5);
const providers = createProviders({
  clock,
  randomness,
  credentials: createCredentials(randomness.fork('credentials')),
  catalog: catalogOf(),
});
const { hetzner, stripe } = providers;
const world: ControlledWorld = {
  ...eventsOf(providers),
  dump: async () => ({ subscriptions: statuses() }),
  ...faultsOf(faults),
  advance(seconds) {
    clock.advance(seconds);
    return new Date(clock.now()).toISOString();
  },
  async sendEventsTo() {
    throw new Error('something inside');
  },
  tokenOfPerson: (login) => `token of ${login}`,
};
const control = await startControl(world, { port: 0 });
const hosts = await startApi(providers.hosts, { clock, ledger: createLedger(), faults });
after(async () => {
  await control.close();
  await hosts.close();
  clock.close();
});

const daySeconds = 86_400;
const statuses = () => [...stripe.objects.subscriptions.values()].map(({ status }) => status);
const statusOf = (id: string) => stripe.objects.subscriptions.get(id)?.status;
const eventTypes = () => [...stripe.objects.events.values()].map(({ type }) => type);

async function post(path: string, body: unknown): Promise<{ status: number; said: unknown }> {
  const answer = await fetch(`${control.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: answer.status, said: await answer.json() };
}

async function buy(more: object = {}): Promise<string> {
  const { status, said } = await post('/checkout', { plan: 'starter', ...more });
  assert.ok(status === 200 && typeof said === 'object' && said !== null && 'subscription' in said);
  return String(said.subscription);
}

/** A server that has been started and its machine's address. */
function newServer(name: string): { readonly id: number; readonly ip: string } {
  const wanted = { name, server_type: 'cpx12', location: 'fsn1', image: 'debian-12' };
  createServer(hetzner.project, wanted);
  clock.advance(23);
  const server = hetzner.servers().find((one) => one.name === name) ?? assert.fail('no server');
  const { ip } = hetzner.project.primaryIps.get(server.ipv4 ?? 0) ?? assert.fail('no address');
  return { id: server.id, ip };
}

function restart(id: number): void {
  const server = hetzner.project.servers.get(id) ?? assert.fail('no such server');
  stopServer(hetzner.project, server);
  powerUp(hetzner.project, server);
}

async function host(ip: string, path: string, body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers };
  return fetch(`${hosts.url}/${ip}${path}`, options);
}

async function hasBooted(ip: string): Promise<boolean> {
  const said: unknown = await (await host(ip, '/boot')).json();
  return typeof said === 'object' && said !== null && 'finished' in said && said.finished === true;
}

test('customers come and go', async () => {
  const subscription = await buy({ region: 'eu-central' });
  const one = stripe.objects.subscriptions.get(subscription);
  assert.deepEqual([one?.status, one?.metadata], ['active', { region: 'eu-central' }]);
  await post('/cancel', { subscription, atPeriodEnd: true });
  assert.equal(stripe.objects.subscriptions.get(subscription)?.cancel_at_period_end, true);
  await post('/cancel', { subscription });
  const dump = await (await fetch(`${control.url}/`)).json();
  assert.deepEqual(dump, { subscriptions: ['canceled'] });
});

test('a customer may take several, or try first', async () => {
  const several = stripe.objects.subscriptions.get(await buy({ quantity: 3 }));
  assert.deepEqual([several?.status, several?.items[0]?.quantity], ['active', 3]);
  const trial = await buy({ trialDays: 14 });
  assert.equal(statusOf(trial), 'trialing');
  await post('/clock', { advanceSeconds: 14 * daySeconds });
  assert.equal(statusOf(trial), 'active');
});

test('a bank takes the last payment back', async () => {
  const subscription = await buy();
  const { status, said } = await post('/dispute', { subscription });
  assert.equal(status, 200);
  const [dispute] = stripe.objects.disputes.values();
  assert.deepEqual(said, { dispute: dispute?.id, amount: 1900 });
  assert.equal(dispute?.reason, 'fraudulent');
  assert.equal(eventTypes().at(-1), 'charge.dispute.created');
  const other = await buy();
  await post('/dispute', { subscription: other, reason: 'product_not_received' });
  assert.equal([...stripe.objects.disputes.values()].at(-1)?.reason, 'product_not_received');
});

test('a bank closes a dispute', async () => {
  const { said } = await post('/dispute', { subscription: await buy() });
  const { dispute } = said as { dispute: string };
  const asked = { dispute, status: 'won' };
  assert.deepEqual(await post('/close-dispute', asked), { status: 200, said: asked });
  assert.equal(stripe.objects.disputes.get(dispute)?.status, 'won');
  assert.equal(eventTypes().at(-1), 'charge.dispute.closed');
  const unknown = { dispute: 'du_none', status: 'lost' };
  assert.equal((await post('/close-dispute', unknown)).status, 404);
  assert.equal((await post('/close-dispute', { ...asked, status: 'open' })).status, 400);
});

test('the issuer of a card warns of fraud', async () => {
  const { status, said } = await post('/fraud-warning', { subscription: await buy() });
  const [warning] = stripe.objects.fraudWarnings.values();
  assert.equal(status, 200);
  assert.deepEqual(said, { warning: warning?.id, charge: warning?.charge });
  assert.equal(warning?.fraud_type, 'misc');
  assert.equal(eventTypes().at(-1), 'radar.early_fraud_warning.created');
  const fraudType = 'made_with_lost_card';
  await post('/fraud-warning', { subscription: await buy(), fraudType });
  assert.equal([...stripe.objects.fraudWarnings.values()].at(-1)?.fraud_type, fraudType);
  const unpaid = await buy({ trialDays: 7 });
  assert.equal((await post('/fraud-warning', { subscription: unpaid })).status, 400);
});

test('a dispute needs a payment that is still there', async () => {
  const subscription = await buy({ trialDays: 7 });
  assert.equal((await post('/dispute', { subscription })).status, 400);
  const paid = await buy();
  await post('/dispute', { subscription: paid });
  assert.match(JSON.stringify(await post('/dispute', { subscription: paid })), /disputed already/);
});

test('a renewal fails: past due at once, and canceled once Stripe stops trying', async () => {
  const subscription = await buy();
  const { said } = await post('/fail-payment', { subscription });
  assert.deepEqual(said, { subscription, status: 'past_due' });
  const one = stripe.objects.subscriptions.get(subscription);
  const invoice = stripe.objects.invoices.get(one?.latest_invoice ?? '');
  assert.deepEqual(
    [invoice?.status, invoice?.billing_reason, invoice?.attempt_count],
    ['open', 'subscription_cycle', 1],
  );
  assert.equal(one?.items[0]?.current_period_start, Math.floor(clock.now() / 1000));
  assert.ok(eventTypes().includes('invoice.payment_failed'));
  assert.equal(
    (await post('/fail-payment', { subscription })).status,
    400,
    'it has failed already',
  );
  for (const days of [3, 5]) {
    clock.advance(days * daySeconds);
    assert.equal(statusOf(subscription), 'past_due');
  }
  clock.advance(7 * daySeconds);
  assert.equal(statusOf(subscription), 'canceled');
});

test('a trial whose first payment fails is past due too', async () => {
  const subscription = await buy({ trialDays: 14 });
  await post('/fail-payment', { subscription });
  assert.equal(statusOf(subscription), 'past_due');
  const { trial_end } = stripe.objects.subscriptions.get(subscription) ?? assert.fail();
  assert.equal(trial_end, Math.floor(clock.now() / 1000));
});

test('a boot hangs until the machine has been switched off as often as requested', async () => {
  const { id, ip } = newServer('agt-1');
  const asked = { server: 'agt-1', fail: 'boot', times: 2 };
  assert.deepEqual((await post('/host', asked)).said, { server: id, fail: 'boot', times: 2 });
  clock.advance(600);
  assert.equal(await hasBooted(ip), false);
  for (const booted of [false, true]) {
    restart(id);
    clock.advance(30);
    assert.equal(await hasBooted(ip), booted);
  }
});

test('a playbook and a join fail as often as requested, on that machine alone', async () => {
  const [one, other] = [newServer('agt-2'), newServer('agt-3')];
  clock.advance(600);
  await post('/host', { server: one.id, fail: 'join', times: 1 });
  await post('/host', { server: String(one.id), fail: 'configure' });
  const join = { authKey: 'none', hostname: 'agt' };
  assert.match(await (await host(one.ip, '/join', join)).text(), /timed out/);
  assert.match(await (await host(one.ip, '/join', join)).text(), /invalid key/);
  assert.match(await (await host(other.ip, '/join', join)).text(), /invalid key/);
  assert.match(await (await host(one.ip, '/configure', {})).text(), /a task failed/);
  const configured = host(one.ip, '/configure', {});
  // The playbook must have begun.
  await until('the play is over', () => {
    clock.advance(1);
    return providers.hosts.configured.size > 0;
  });
  assert.equal((await configured).status, 200);
});

test('Hetzner locks a server, whatever its actions do, until it lifts that', async () => {
  const { id } = newServer('agt-4');
  const server = hetzner.project.servers.get(id) ?? assert.fail('no such server');
  const asked = { server: 'agt-4' };
  assert.deepEqual((await post('/lock', asked)).said, { server: id, locked: true });
  assert.throws(() => refuseLocked(server), { code: 'locked', statusCode: 423 });
  server.locked = false;
  assert.throws(() => refuseLocked(server), /locked/, 'an action ended');
  await post('/lock', { ...asked, locked: false });
  refuseLocked(server);
  assert.equal((await post('/lock', { server: 'agt-none' })).status, 404);
});

test('a type is sold out in one place, and comes back', async () => {
  const pair = { serverType: 'cpx12', location: 'nbg1' };
  const wanted = { server_type: 'cpx12', image: 'debian-12' };
  const create = (name: string, location: string) =>
    createServer(hetzner.project, { ...wanted, name, location });
  assert.deepEqual((await post('/sell-out', pair)).said, { ...pair, soldOut: true });
  assert.throws(() => create('sold-out', 'nbg1'), /unavailable/);
  assert.ok(create('elsewhere', 'fsn1'));
  await post('/sell-out', { ...pair, soldOut: false });
  assert.ok(create('back', 'nbg1'));
});

test('time is moved forward', async () => {
  const before = clock.now();
  const { said } = await post('/clock', { advanceSeconds: 90 });
  assert.deepEqual(said, { now: new Date(before + 90_000).toISOString() });
});

test('faults are kept as they were asked for', async () => {
  const fault = { api: 'hetzner', kind: 'status', status: 503, path: '/v1/servers', times: 2 };
  assert.deepEqual(await post('/faults', fault), { status: 200, said: { id: 1, ...fault } });
  assert.deepEqual(faults.pending(), [{ id: 1, ...fault }]);
});

test('faults are withdrawn, and an outage ends with its time', async () => {
  const { said } = await post('/faults', { api: 's3', kind: 'cut', seconds: 120 });
  const { id } = said as { id: number };
  const withdraw = (path: string) => fetch(`${control.url}/faults${path}`, { method: 'DELETE' });
  const before = faults.pending().length;
  const answer = await withdraw(`/${id}`);
  assert.deepEqual([answer.status, await answer.json()], [200, { withdrawn: [id] }]);
  assert.deepEqual([(await withdraw(`/${id}`)).status, (await withdraw('/x')).status], [404, 400]);
  assert.equal(faults.pending().length, before - 1);
  await post('/faults', { api: 's3', kind: 'cut', seconds: 120, afterSeconds: 60 });
  await post('/clock', { advanceSeconds: 181 });
  assert.equal(faults.pending().length, before - 1);
  assert.equal((await withdraw('')).status, 200);
  assert.deepEqual(faults.pending(), []);
});

test('an invalid request is refused with a reason, and changes nothing', async () => {
  const subscription = await buy();
  const state = () => [faults.pending().length, clock.now(), statuses(), eventTypes().length];
  const before = state();
  const asked: [string, unknown, number][] = [
    ['/checkout', { plan: 'gold' }, 400],
    ['/checkout', {}, 400],
    ['/checkout', { plan: 'starter', quantity: 0 }, 400],
    ['/checkout', { plan: 'starter', quantity: 1.5 }, 400],
    ['/checkout', { plan: 'starter', trialDays: 731 }, 400],
    ['/checkout', { plan: 'starter', quiet: true }, 400],
    ['/cancel', { subscription: 'sub_9' }, 404],
    ['/dispute', { subscription: 'sub_9' }, 404],
    ['/dispute', { subscription, reason: 'because' }, 400],
    ['/dispute', {}, 400],
    ['/fail-payment', { subscription: 'sub_9' }, 404],
    ['/fail-payment', { subscription, at: 'once' }, 400],
    ['/host', { server: 'agt-9', fail: 'boot' }, 404],
    ['/host', { server: 'agt-1', fail: 'breathe' }, 400],
    ['/host', { server: 'agt-1', fail: 'boot', times: 0 }, 400],
    ['/host', { fail: 'boot' }, 400],
    ['/sell-out', { serverType: 'cpx12', location: 'ash' }, 400],
    ['/sell-out', { serverType: 'cpx99', location: 'fsn1' }, 400],
    ['/sell-out', { serverType: 'cpx12' }, 400],
    ['/faults', { api: 'hetzner', kind: 'explode' }, 400],
    ['/faults', { api: 'elsewhere', kind: 'cut' }, 400],
    ['/faults', { api: 'hetzner', kind: 'cut', tmies: 2 }, 400],
    ['/faults', { api: 'hetzner', kind: 'cut', seconds: 0 }, 400],
    ['/faults', { api: 'hetzner', kind: 'cut', afterSeconds: -1 }, 400],
    ['/clock', { advanceSeconds: -1 }, 400],
    ['/nowhere', {}, 404],
  ];
  for (const [path, body, expected] of asked) {
    const { status, said } = await post(path, body);
    assert.equal(status, expected, `${path} ${JSON.stringify(body)}`);
    assert.match(JSON.stringify(said), /^\{"error":\{"message":".+"\}\}$/);
  }
  assert.deepEqual(state(), before);
});

test('an unexpected error reveals no internals', async (t) => {
  t.mock.method(process.stderr, 'write', () => true);
  const { status, said } = await post('/webhook', { url: 'http://127.0.0.1:1/webhooks/stripe' });
  assert.deepEqual([status, said], [500, { error: { message: 'internal error' } }]);
});

test('a person has a token', async () => {
  const { said } = await post('/person', { login: 'olivia' });
  assert.deepEqual(said, { login: 'olivia', token: 'token of olivia' });
});
