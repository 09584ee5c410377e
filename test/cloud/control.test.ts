import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createWorldClock } from '../../reconciler/cloud/clock.ts';
import { type ControlledWorld, startControl } from '../../reconciler/cloud/control.ts';
import { createFaults } from '../../reconciler/cloud/faults.ts';
import { Failure } from '../../reconciler/core/failure.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
const faults = createFaults();
const subscriptions = new Map<string, string>();
const world: ControlledWorld = {
  dump: async () => ({ subscriptions: Object.fromEntries(subscriptions) }),
  async checkout({ plan }) {
    if (plan !== 'starter') throw new Failure('InvalidInput', `no plan ${plan}`);
    const subscription = `sub_${subscriptions.size + 1}`;
    subscriptions.set(subscription, 'active');
    return { customer: 'cus_1', subscription };
  },
  async cancel({ subscription, atPeriodEnd }) {
    if (!subscriptions.has(subscription)) throw new Failure('NotFound', 'no such subscription');
    subscriptions.set(subscription, atPeriodEnd ? 'ending' : 'canceled');
    return { subscription };
  },
  addFault: (fault) => faults.add(fault),
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
after(() => control.close());

async function post(path: string, body: unknown): Promise<{ status: number; said: unknown }> {
  const answer = await fetch(`${control.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: answer.status, said: await answer.json() };
}

test('customers come and go', async () => {
  const bought = await post('/checkout', { plan: 'starter', region: 'eu-central' });
  assert.deepEqual(bought, { status: 200, said: { customer: 'cus_1', subscription: 'sub_1' } });
  await post('/cancel', { subscription: 'sub_1', atPeriodEnd: true });
  const dump = await (await fetch(`${control.url}/`)).json();
  assert.deepEqual(dump, { subscriptions: { sub_1: 'ending' } });
});

test('time is pushed forward', async () => {
  const { said } = await post('/clock', { advanceSeconds: 90 });
  assert.deepEqual(said, { now: '2026-11-22T05:01:30.000Z' });
});

test('faults are kept as they were asked for', async () => {
  const fault = { api: 'hetzner', kind: 'status', status: 503, path: '/v1/servers', times: 2 };
  assert.deepEqual(await post('/faults', fault), { status: 200, said: fault });
  assert.deepEqual(faults.pending(), [fault]);
});

test('what makes no sense is refused with a reason, and changes nothing', async () => {
  const before = [faults.pending().length, clock.now(), subscriptions.size];
  const asked: [string, unknown, number][] = [
    ['/checkout', { plan: 'gold' }, 400],
    ['/checkout', {}, 400],
    ['/cancel', { subscription: 'sub_9' }, 404],
    ['/faults', { api: 'hetzner', kind: 'explode' }, 400],
    ['/faults', { api: 'elsewhere', kind: 'cut' }, 400],
    ['/faults', { api: 'hetzner', kind: 'cut', tmies: 2 }, 400],
    ['/clock', { advanceSeconds: -1 }, 400],
    ['/nowhere', {}, 404],
  ];
  for (const [path, body, expected] of asked) {
    const { status, said } = await post(path, body);
    assert.equal(status, expected, `${path} ${JSON.stringify(body)}`);
    assert.match(JSON.stringify(said), /^\{"error":\{"message":".+"\}\}$/);
  }
  assert.deepEqual([faults.pending().length, clock.now(), subscriptions.size], before);
});

test('an unexpected error tells nothing of the inside', async (t) => {
  t.mock.method(process.stderr, 'write', () => true);
  const { status, said } = await post('/webhook', { url: 'http://127.0.0.1:1/webhooks/stripe' });
  assert.deepEqual([status, said], [500, { error: { message: 'internal error' } }]);
});

test('a person has a token', async () => {
  const { said } = await post('/person', { login: 'olivia' });
  assert.deepEqual(said, { login: 'olivia', token: 'token of olivia' });
});
