/** A real `aura serve` with its default limits, and malicious clients. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { agentIdOf } from '../../reconciler/core/agent/agent.ts';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { halfOf, openClient, type RawClient } from '../app/serve/raw-client.ts';
import { until } from '../support/until.ts';
import { draft } from './git-world.ts';
import { createIntakeWorld, type IntakeWorld, type Serve } from './intake-world.ts';

describe('a service under attack', () => {
  let world: IntakeWorld;
  let serve: Serve;
  let subscription = '';
  let events = 0;
  const clients: RawClient[] = [];

  before(async () => {
    world = await createIntakeWorld();
    subscription = await world.checkout();
    serve = await world.startServe();
    assert.equal(await deliver(), 200);
  });
  after(() => world.close());

  async function deliver(): Promise<number | undefined> {
    events += 1;
    return (await world.deliver(serve.url, `evt_${events}`, subscription))?.status;
  }

  async function open(count: number, ...texts: readonly string[]): Promise<readonly RawClient[]> {
    const opened = await Promise.all(
      Array.from({ length: count }, async () => {
        const client = await openClient(serve.url);
        for (const text of texts) await client.write(text);
        return client;
      }),
    );
    clients.push(...opened);
    return opened;
  }

  function leave(): void {
    for (const client of clients.splice(0)) client.leave();
  }

  const health = async () => (await fetch(new URL('/healthz', serve.url))).status;

  test('B1: 500 incomplete posts to the webhook cause no refused delivery', async () => {
    await open(500, halfOf('POST /webhooks/stripe'));
    for (let n = 0; n < 5; n += 1) assert.equal(await deliver(), 200);
    leave();
  });

  test('B1: 1,000 to no address do not affect health and deliveries', async () => {
    const opened = await open(1000, halfOf('POST /nothing'));
    assert.equal(await health(), 200);
    assert.equal(await deliver(), 200);
    const answers = await Promise.all(opened.slice(-100).map((client) => client.answer()));
    assert.ok(answers.every(({ status }) => status === 404));
    leave();
  });

  test('B2: a megabyte each to no address is not kept', async (t) => {
    const idleMb = memoryMb(serve.pid);
    const megabyte = halfOf('POST /nothing').replace('1000', '1048576');
    let peakMb = 0;
    const cycles = 5;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const opened = await open(190, megabyte, 'x'.repeat(1_000_000));
      // Ended while it still writes, a client may miss its answer.
      for (const client of opened) assert.match(await client.closed, /^(?:HTTP\/1\.1 404 |$)/);
      peakMb = Math.max(peakMb, memoryMb(serve.pid));
    }
    assert.equal(await health(), 200);
    t.diagnostic(`${idleMb} MB before, ${peakMb} MB with ${cycles * 190} MB sent and not ended`);
    assert.ok(peakMb - idleMb < 50, `${idleMb} MB before, ${peakMb} MB at most`);
    leave();
  });

  test('B6: that they all left is a line or two in the log, and no error of ours', async () => {
    await open(200, halfOf('POST /webhooks/stripe'));
    assert.equal(await health(), 200);
    leave();
    assert.equal(await deliver(), 200);
    const lines = serve.log().split('\n');
    assert.deepEqual(
      lines.filter((line) => /"level":"error"|"stack"/.test(line)),
      [],
    );
    assert.ok(lines.filter((line) => line.includes('"level":"warn"')).length < 20);
  });

  test('B8: status is served while hundreds of events arrive and git answers late', async () => {
    await world.person.push('status', null, [draft('records', { 'README.md': 'records\n' })]);
    const id = agentIdOf(subscription);
    const expires = Math.floor(Date.now() / 1000) + 3600;
    const url = new URL(`/v1/agents/${id}`, serve.url);
    // More than one link may read in a minute.
    const read = async (n = 0) => {
      const link = { id, epoch: 0, expires: expires + Math.floor(n / 50) };
      const token = createLink({ ...link, secret: 'x'.repeat(64) });
      return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    await until(
      'the records are read',
      async () => (await read(-50)) === 200,
      () => wait(200),
    );
    world.git.faults.add({ api: 'git', kind: 'delay', ms: 400, handledFirst: true, times: 1000 });
    const events = Array.from({ length: 300 }, deliver);
    const reads: number[] = [];
    for (let n = 0; n < 100; n += 1) reads.push(await read(n));
    assert.deepEqual([...new Set(reads)], [200]);
    for (const status of await Promise.all(events)) assert.equal(status, 200);
    world.git.faults.clear();
  });

  test('B8: on SIGTERM what was received is answered', async () => {
    const answers = Array.from({ length: 20 }, deliver);
    const ended = serve.kill('SIGTERM');
    for (const status of await Promise.all(answers))
      assert.ok(status === 200 || status === undefined);
    assert.equal(await ended, 0);
  });
});

/** Of the process alone; 0 where the machine does not report it. */
function memoryMb(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
