/**
 * Heartbeats from hosts of the local cloud to processes of `aura serve`, which keep what they know
 * in its bucket: with the credentials of the service, two replicas, and a restart. In order.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { heartbeatHeaders } from '../../local-cloud/host-heartbeats.ts';
import { heartbeatKey } from '../../reconciler/core/heartbeats/host-key.ts';
import { startAura } from '../app/cli/program.ts';
import { heartbeatOf } from '../builders/heartbeats.ts';
import { root } from '../support/markdown.ts';
import { until } from '../support/until.ts';
import {
  type Customer,
  type FleetWorld,
  outcomesOf,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const program = join(root, 'ansible/roles/heartbeat/files/aura-heartbeat.py');
const run = promisify(execFile);

type Serving = { readonly url: string; end(): Promise<void> };
type Shown = {
  readonly health: { readonly state: string; readonly lastHeartbeat: string | null } | null;
  readonly uptime: { readonly days: readonly unknown[] } | null;
};

describe('heartbeats', { skip }, () => {
  let world: FleetWorld;
  let folder = '';
  let ada: Customer;
  let [first, second]: readonly Serving[] = [];
  const open: Serving[] = [];

  /** By the credentials that only read all but what it keeps. */
  async function serve(): Promise<Serving> {
    const process = startAura(['serve', '--port', '0'], world.cloud.addresses.readOnlyEnv);
    const serving = {
      url: await process.firstLine,
      async end() {
        process.kill('SIGTERM');
        const { code, stderr } = await process.ended;
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stderr, /could not be exchanged/);
      },
    };
    open.push(serving);
    return serving;
  }
  async function shownBy({ url }: Serving): Promise<Shown> {
    const token = world.env['AURA_PLATFORM_TOKENS']?.split(',')[0]?.split(':').at(-1);
    const ask = () =>
      fetch(`${url}/v1/agents/${ada.id}`, { headers: { authorization: `Bearer ${token}` } });
    // A service that is slow to read git serves what it read before.
    await until(
      'the agent is known',
      async () => (await ask()).ok,
      () => wait(200),
    );
    return (await (await ask()).json()) as Shown;
  }
  const keyOf = (revision: number) =>
    heartbeatKey(world.env['AURA_HEARTBEAT_SECRET'] ?? '', ada.id, revision);
  /** As a host sends it, unless the test says otherwise. */
  async function beat(url: string, part: { key?: string; body?: string; at?: number } = {}) {
    const { key = keyOf(1), body = JSON.stringify(heartbeatOf()), at = Date.now() } = part;
    const sentAt = String(Math.floor(at / 1000));
    const headers = heartbeatHeaders({ agent: ada.id, key }, sentAt, body);
    const sending = { method: 'POST', headers, body };
    const answer = await fetch(`${url}/v1/agents/${ada.id}/heartbeat`, sending);
    return { status: answer.status, said: await answer.text() };
  }
  /** The program of the role, with the settings that the role writes. */
  async function runProgram(url: string, key = keyOf(1)) {
    const settings = join(folder, 'heartbeat.json');
    await writeFile(settings, JSON.stringify({ url, agent: ada.id, key, gateway_port: 9 }));
    return run('python3', [program, settings]).then(
      () => '',
      ({ stderr }: { stderr: string }) => stderr,
    );
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-heartbeats-'));
    world = await startFleetWorld({ seed: 43, rate: 60, policy: policyText });
    first = await serve();
    const policy = `${policyText}heartbeats: {url: "${first.url}"}\n`;
    await world.commit({
      'policy.yaml': policy.replace(/acct_\w+/, world.cloud.world.stripe.account),
    });
    const ports = await world.open();
    ada = await world.pay(ports);
    assert.deepEqual(outcomesOf(await world.reconcile(ports)), [`${ada.id} create done`]);
  });
  after(async () => {
    for (const serving of open) await serving.end().catch(() => {});
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a host that was configured reports, and its agent is healthy', async () => {
    assert.ok(first);
    const { url } = first;
    await until(
      'its heartbeat counts',
      async () => (await shownBy({ url, end })).health?.state === 'healthy',
    );
    const { uptime } = await shownBy(first);
    assert.equal(uptime?.days.length, 30);
  });
  const end = async () => {};

  test('are refused with one answer, whatever is wrong', async () => {
    assert.ok(first);
    const wrong = [
      await beat(first.url, { key: keyOf(2) }),
      await beat(first.url, { key: 'x'.repeat(64) }),
      await beat(first.url, { at: Date.now() - 61_000 }),
      await beat(first.url.replace(/$/, ''), { at: Date.now() + 61_000 }),
    ];
    const other = await fetch(`${first.url}/v1/agents/agt-000000000000/heartbeat`, {
      method: 'POST',
    });
    const answers = [...wrong, { status: other.status, said: await other.text() }];
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [401]);
    assert.equal(new Set(answers.map(({ said }) => said)).size, 1);
    const body = JSON.stringify({ ...heartbeatOf(), more: 'x'.repeat(2048) });
    assert.equal((await beat(first.url, { body })).status, 413);
    assert.equal((await fetch(`${first.url}/v1/agents/${ada.id}/heartbeat`)).status, 405);
  });

  test('a replica that starts knows what another one wrote, and takes others', async () => {
    assert.ok(first);
    const before = await shownBy(first);
    await first.end();
    assert.deepEqual(
      (await world.cloud.world.s3.keys()).filter((key) => key.includes('/heartbeats/')).length,
      2,
      'a report and a day',
    );
    [first, second] = [await serve(), await serve()];
    for (const serving of [first, second]) {
      await until(
        'it has read the report',
        async () => (await shownBy(serving)).health?.state === 'healthy',
      );
      assert.equal((await shownBy(serving)).health?.lastHeartbeat, before.health?.lastHeartbeat);
    }
  });

  test('the program of the role reports what the host is', async () => {
    assert.ok(first && second);
    // Another second than the last one.
    await until('its heartbeat counts', async () => (await runProgram(second?.url ?? '')) === '');
    const { health } = await shownBy(second);
    assert.equal(health?.state, 'healthy', 'openclaw does not run here: one such report is none');
    assert.match(
      await runProgram(first.url, 'y'.repeat(64)),
      /^<4>the service answered 401; the clock of this host is [+-]\d+ s off/,
    );
    assert.match(await runProgram('http://127.0.0.1:9'), /^<4>the service was not reached/);
  });

  test('the program sends only what the schema has', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    assert.equal(await runProgram(`http://127.0.0.1:${port}`), '');
    server.close();
    const sent = JSON.parse(bodies[0] ?? '') as Record<string, unknown>;
    assert.deepEqual(Object.keys(sent).sort(), Object.keys(heartbeatOf()).sort());
    assert.equal(sent['answers'], false);
    assert.ok((bodies[0] ?? '').length < 1024);
  });

  test('a server that was replaced may not report any more', async () => {
    assert.ok(second);
    const ports = await world.open();
    await world.cancel(ports, ada);
    const { url } = second;
    await until('it is refused', async () => (await beat(url)).status === 401);
  });
});
