import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { serviceConfig } from '../../builders/service-config.ts';
import { at } from '../../builders/world.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const site = 'https://aura.example';

function serverOf(world: FakeWorld, plans = false) {
  const { ports } = world;
  const config = { ...serviceConfig, http: { siteOrigins: [site], trustedProxies: [] } };
  return createService({ ports, planning: plans ? ports : null, config, log: ports.log }).app;
}

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

describe('what every visitor may read', () => {
  it('is open, may be kept for a moment, and is not sent twice', async () => {
    const app = serverOf(world1());
    for (const url of ['/', '/v1/fleet', '/v1/catalog']) {
      const answer = await app.inject({ url, headers: { origin: site } });
      assert.equal(answer.statusCode, 200, url);
      assert.equal(answer.headers['cache-control'], 'public, max-age=5');
      assert.doesNotMatch(answer.body, /agt-|sub_|cus_/);
      const headers = { 'if-none-match': String(answer.headers['etag']) };
      assert.equal((await app.inject({ url, headers })).statusCode, 304);
    }
    const { headers } = await app.inject({ url: '/v1/catalog', headers: { origin: site } });
    assert.equal(headers['access-control-allow-origin'], site);
    assert.equal((await app.inject({ method: 'POST', url: '/' })).statusCode, 405);
  });

  it('names what is in stock where the service may ask Hetzner, also while that fails', async () => {
    const world = world1();
    const stock = async (app: ReturnType<typeof serverOf>) =>
      (await app.inject({ url: '/v1/catalog' })).json().plans[0].regions[0].isAvailable;
    assert.equal(await stock(serverOf(world)), null);
    assert.equal(await stock(serverOf(world, true)), true);
    const failure = new Failure('NetworkUnreachable', 'CANARY');
    world.fault({ kind: 'fail', port: 'cloud', method: 'offers', failure });
    assert.equal(await stock(serverOf(world, true)), null);
  });

  it('shows a published incident as text', async () => {
    const world = world1();
    const title = '</title><script>alert(1)</script>';
    const entry = `  - {title: "${title}", state: monitoring, since: "${at(-5)}", text: "<b>${title}"}`;
    const text = `apiVersion: aura.dev/v1\nkind: Incidents\nincidents:\n${entry}\n`;
    world.git.commit('publishes', { 'incident.yaml': text });
    const { body } = await serverOf(world).inject({ url: '/' });
    assert.match(body, /&lt;script&gt;/);
    assert.equal(body.match(/<script>/g)?.length, 1);
    assert.doesNotMatch(body, /<b>/);
  });

  it('shows a stop as soon as its branch is there, and its end as soon as it is gone', async () => {
    const world = world1();
    const app = serverOf(world);
    const titles = async () => {
      world.advance(5000);
      const { incidents } = (await app.inject({ url: '/v1/fleet' })).json();
      return incidents.map(({ title }: { title: string }) => title);
    };
    assert.deepEqual(await titles(), []);
    world.git.halt('CANARY');
    assert.deepEqual(await titles(), ['Changes are paused']);
    const { body } = await app.inject({ url: '/' });
    assert.match(body, /Changes are paused/);
    assert.doesNotMatch(body, /since <time/, 'a branch has no time of its own');
    world.git.resume();
    assert.deepEqual(await titles(), []);
  });

  it('is a page also where it cannot be answered', async () => {
    const world = world1();
    const failure = new Failure('NetworkUnreachable', 'CANARY');
    world.fault({ kind: 'fail', port: 'state', method: 'tips', failure });
    const answer = await serverOf(world).inject({ url: '/' });
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /not available at the moment/);
    assert.doesNotMatch(answer.body, /CANARY/);
  });

  it('is limited for each address', async () => {
    const app = serverOf(world1());
    const statuses: number[] = [];
    for (let n = 0; n < 601; n += 1)
      statuses.push((await app.inject({ url: '/v1/fleet' })).statusCode);
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
  });
});
