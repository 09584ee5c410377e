import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { platformToken, serviceConfig } from '../../builders/service-config.ts';
import { at, recordNo } from '../../builders/world.ts';
import { askFor, bringUp, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const authorization = `Bearer ${platformToken}`;

function serverOf(world: FakeWorld) {
  const { ports } = world;
  return createService({ ports, planning: null, config: serviceConfig, log: ports.log }).app;
}
const scraped = async (app: ReturnType<typeof serverOf>) => {
  const answer = await app.inject({ url: '/metrics', headers: { authorization } });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  return answer.body;
};

function world2(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  askFor(world, 2, { access: { state: 'granted', since: at(-20) } });
  world.forge.successes.set('reconcile.yml', at(-5));
  return world;
}

test('alarms, phases and runs as figures, and the counters of this process', async () => {
  const body = await scraped(serverOf(world2()));
  for (const line of [
    'aura_readable 1',
    'aura_alarms{kind="EntitledWithoutServer"} 1',
    'aura_alarm_agents{kind="EntitledWithoutServer"} 1',
    'aura_alarm_oldest_seconds{kind="EntitledWithoutServer"} 1200',
    'aura_alarms{kind="NoSuccessfulRun"} 0',
    'aura_agents{phase="running"} 1',
    'aura_agent_files 2',
    'aura_stopped 0',
    `aura_last_successful_run_timestamp_seconds ${Date.parse(at(-5)) / 1000}`,
    'aura_intake_pushes_total 0',
    'aura_intake_events_waiting 0',
  ]) {
    assert.ok(body.split('\n').includes(line), `${line}\n${body}`);
  }
  assert.match(body, /^process_resident_memory_bytes \d+$/m);
  assert.doesNotMatch(body, /agt-|sub_|cus_/, 'it names no agent');
});

test('a silenced alarm is still counted, and counted as silenced', async () => {
  const world = world2();
  const entry = `alarm: EntitledWithoutServer, reason: known, since: "${at(-9)}", until: "${at(9)}"`;
  const silences = `apiVersion: aura.dev/v1\nkind: Silences\nsilences: [{${entry}}]\n`;
  world.git.commit('Silence it', { 'silences.yaml': silences });
  const body = await scraped(serverOf(world));
  for (const name of ['aura_alarms', 'aura_alarms_silenced'])
    assert.match(body, new RegExp(`^${name}\\{kind="EntitledWithoutServer"\\} 1$`, 'm'));
});

test('odd reasons make no more than a bounded number of series', async () => {
  const world = createFakeWorld();
  for (let n = 1; n <= 25; n += 1) {
    const conditions = Array.from({ length: 10 }, (_, k) => {
      const reason = `Odd${String.fromCharCode(65 + n)}${String.fromCharCode(65 + k)}`;
      return { type: 'Odd', status: 'True' as const, reason, message: 'x', since: at(-1) };
    });
    writeRecord(world, recordNo(n, { conditions }));
  }
  const body = await scraped(serverOf(world));
  assert.equal(body.match(/^aura_conditions\{/gm)?.length, 200);
});

test('deliveries that are refused are an alarm of the service', async () => {
  const app = serverOf(world2());
  for (let n = 0; n < 10; n += 1)
    await app.inject({ method: 'POST', url: '/webhooks/stripe', payload: {} });
  const body = await scraped(app);
  assert.match(body, /^aura_alarms_unsilenced\{kind="WebhookErrors",severity="page"\} 1$/m);
});

test('health by heartbeats, where the service accepts them', async () => {
  const { ports } = world2();
  const heartbeats = { secrets: ['h'.repeat(32)], ...ports };
  const parts = { ports, planning: null, config: serviceConfig, log: ports.log };
  const body = await scraped(createService({ ...parts, heartbeats }).app);
  assert.match(body, /^aura_agent_health\{state="unknown"\} 1$/m);
  assert.match(body, /^aura_heartbeats_total\{outcome="taken"\} 0$/m);
  assert.match(body, /^aura_heartbeat_replicas 1$/m);
  assert.doesNotMatch(await scraped(createService(parts).app), /heartbeat/);
});

test('a service that cannot look for work says so', async () => {
  const world = world2();
  const { ports } = world;
  const service = createService({ ports, planning: ports, config: serviceConfig, log: ports.log });
  world.fault({
    port: 'cloud',
    method: 'servers',
    kind: 'fail',
    failure: new Failure('Unauthorized', 'refused'),
    times: 2,
  });
  const { runs } = service.watches;
  void runs.run();
  await ports.clock.wait(90_000);
  assert.match(await scraped(service.app), /^aura_watch_failures 2$/m);
  await ports.clock.wait(180_000);
  assert.match(await scraped(service.app), /^aura_watch_failures 0$/m);
  runs.end();
});

test('each name is described once, before its samples', async () => {
  const lines = (await scraped(serverOf(world2()))).trimEnd().split('\n');
  let described = '';
  const seen = new Set<string>();
  for (const line of lines) {
    const type = /^# TYPE (\S+) (?:gauge|counter|histogram)$/.exec(line)?.[1];
    if (type !== undefined) {
      assert.ok(!seen.has(type), type);
      described = type;
      seen.add(type);
    } else if (line !== '' && !line.startsWith('# HELP ')) {
      assert.match(
        line,
        new RegExp(`^${described}(?:_bucket|_sum|_count)?(?:\\{[^}]*\\})? -?[0-9.e+-]+$`),
      );
    }
  }
});

test('only with the token of the platform', async () => {
  const app = serverOf(world2());
  for (const wrong of [undefined, 'Bearer x', `Basic ${platformToken}`]) {
    const headers = wrong === undefined ? {} : { authorization: wrong };
    assert.equal((await app.inject({ url: '/metrics', headers })).statusCode, 401);
  }
  const post = await app.inject({ method: 'POST', url: '/metrics', headers: { authorization } });
  assert.equal(post.statusCode, 405);
});

test('are read once for all requests within a few seconds', async () => {
  const world = world2();
  const app = serverOf(world);
  const reads = world.fault({
    kind: 'meanwhile',
    port: 'journal',
    method: 'read',
    run() {},
    times: 99,
  });
  await Promise.all([scraped(app), scraped(app)]);
  await scraped(app);
  assert.equal(reads.fired, 1);
  world.advance(16_000);
  await scraped(app);
  assert.equal(reads.fired, 2);
});

test('while the repository is down, the figures of the process are served, with a gauge for it', async () => {
  const world = world2();
  const app = serverOf(world);
  const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', times: 9 });
  const body = await scraped(app);
  assert.ok(fault.fired > 0);
  assert.match(body, /^aura_readable 0$/m);
  assert.match(body, /^aura_intake_pushes_total 0$/m);
});

test('a Forge that is down hides only the figures of runs', async () => {
  const world = world2();
  world.fault({ kind: 'fail', port: 'forge', method: 'lastSuccessfulRun' });
  const body = await scraped(serverOf(world));
  assert.match(body, /^aura_alarms\{kind="EntitledWithoutServer"\} 1$/m);
  assert.doesNotMatch(body, /^aura_last_successful_run/m);
});
