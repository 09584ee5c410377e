/**
 * `aura serve` that plans, on the local cloud: GitHub's own webhook reports pushes, and a run is
 * dispatched once for what it has to do. One story, in order.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { aura, auraJson, startAura } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import {
  type FleetPorts,
  type FleetWorld,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('a service that plans', { skip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let serving: ReturnType<typeof startAura>;
  let url = '';
  const actions = () => world.cloud.world.github.actions();
  const because = () =>
    actions()
      .dispatches()
      .flatMap((one) => (one.kind === 'repository' ? [String(one.payload['because'])] : []));
  /** Requests that are no reads, of all APIs; a login is none. */
  const writes = () =>
    Object.entries(world.cloud.world.ledger.counts()).flatMap(([api, routes]) =>
      Object.keys(routes)
        .filter((route) => !/^(GET|HEAD) |oauth|git-upload-pack/.test(route))
        .map((route) => `${api} ${route}`),
    );
  const lookedAt = async () => serving.said(`"main":"${(await world.main()).commit}"`);

  before(async () => {
    world = await startFleetWorld({ seed: 31, rate: 1, policy: policyText });
    ports = await world.open();
    await world.reconcile(ports);
    world.cloud.world.ledger.clear();
    serving = startAura(['serve', '--port', '0'], {
      ...world.cloud.addresses.readOnlyEnv,
      AURA_LOG_LEVEL: 'debug',
    });
    url = await serving.firstLine;
  });
  after(async () => {
    serving?.kill('SIGTERM');
    await serving?.ended;
    await world?.close();
  });

  test('dispatches nothing for an idle fleet, and writes nothing', async () => {
    await lookedAt();
    assert.deepEqual([because(), writes()], [[], []]);
  });

  test('dispatches once for a push that asks for a server', async () => {
    const secret = world.env['AURA_GIT_WEBHOOK_SECRET'];
    const config = { url: `${url}/hooks/git`, content_type: 'json', secret };
    await world.github('POST', '/hooks', { config, events: ['push'] });
    await world.pay(ports);
    await until('a run is dispatched', () => because().length > 0);
    assert.match(because()[0] ?? '', /^push: create agt-/);
    await world.commit({ 'README.md': 'A push that asks for nothing.\n' });
    await lookedAt();
    assert.equal(because().length, 1);
  });

  test('answers a flood of reports, and looks for all of them once', async () => {
    const body = JSON.stringify({ ref: 'refs/heads/main' });
    const secret = world.env['AURA_GIT_WEBHOOK_SECRET'] ?? '';
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature, 'content-type': 'application/json' };
    const { ledger } = world.cloud.world;
    ledger.clear();
    const answers = await Promise.all(
      Array.from({ length: 300 }, () =>
        fetch(`${url}/hooks/git`, { method: 'POST', body, headers }).then(({ status }) => status),
      ),
    );
    assert.deepEqual(new Set(answers), new Set([202]));
    await world.commit({ 'README.md': 'After a flood.\n' });
    await lookedAt();
    assert.ok(ledger.total('hetzner') < 30, JSON.stringify(ledger.counts()));
    assert.equal(because().length, 1);
  });

  test('a resync is due until one has read everything', async () => {
    const due = () => auraJson(['resync', '--due'], world.env);
    const first = await due();
    assert.deepEqual([first.code, first.document['complete']], [0, true]);
    const second = await due();
    assert.deepEqual([second.code, second.document], [0, { ok: true, due: false }]);
    assert.equal((await aura(['resync', '--due', '--dry-run'], world.env)).code, 64);
  });

  test('answers an unsigned report with 401, and no other method', async () => {
    const report = (headers: Record<string, string>) =>
      fetch(`${url}/hooks/git`, { method: 'POST', body: '{}', headers });
    assert.equal((await report({})).status, 401);
    const secret = createHmac('sha256', 'wrong').update('{}').digest('hex');
    assert.equal((await report({ 'x-hub-signature-256': `sha256=${secret}` })).status, 401);
    assert.equal((await fetch(`${url}/hooks/git`)).status, 405);
  });
});
