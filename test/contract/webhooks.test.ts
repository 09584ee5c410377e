/**
 * Outgoing webhooks of two processes of `aura serve` over the local cloud's git and bucket: the
 * platform verifies each event with the official package. One process is killed while it sends.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { type OpenPorts, openPorts } from '../../reconciler/app/main.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { renderRecord } from '../../reconciler/core/fleet/record-file.ts';
import type { Phase } from '../../reconciler/core/fleet/recorded.ts';
import type { WebhookEvent } from '../../schemas/generated/webhook-event.ts';
import { startAura } from '../app/cli/program.ts';
import { idNo, recordNo } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { until } from '../support/until.ts';

const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
const pause = () => wait(20);

describe('outgoing webhooks', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  let opened: OpenPorts<'state'>;
  const serving: ReturnType<typeof startAura>[] = [];
  const got: WebhookEvent['data'][] = [];
  const ids = new Set<string>();
  /** A request that is not answered while this is set. */
  let held: { dropped: boolean } | null = null;
  let holds = false;
  const platform = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const { data } = new Webhook(secret).verify(body, headers) as WebhookEvent;
      if (holds) {
        const request = { dropped: false };
        held = request;
        response.once('close', () => {
          request.dropped = true;
        });
        return;
      }
      ids.add(headers['webhook-id'] ?? '');
      got.push(data);
      response.writeHead(204).end();
    });
  });

  before(async () => {
    cloud = await startCloud({ motoServer: motoServerPath(), sshCaKey, seed: 16 });
    opened = await openPorts(cloud.addresses.env, ['state'], { log: createFakeLog([]) });
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    await record([1, 2, 3], 'creating');
    for (let n = 0; n < 2; n += 1) await serve();
    await until('the endpoint has a cursor', async () => (await cursor()) !== null, pause);
  });
  after(async () => {
    for (const one of serving) one.kill('SIGKILL');
    platform.closeAllConnections();
    platform.close();
    await opened?.close();
    await cloud?.close();
  });

  async function serve() {
    const { port } = platform.address() as AddressInfo;
    // As a service has them: credentials that may write no more than the cursors.
    const one = startAura(['serve', '--port', '0'], {
      ...cloud.addresses.readOnlyEnv,
      AURA_WEBHOOKS: `shop:http://127.0.0.1:${port}/hook`,
      AURA_WEBHOOK_SECRETS: `shop:${secret}`,
    });
    serving.push(one);
    await one.firstLine;
    return one;
  }
  const cursor = async () =>
    (await cloud.world.s3.keys()).find((key) => /webhooks/.test(key)) ?? null;

  async function record(numbers: readonly number[], phase: Phase): Promise<void> {
    const { state } = opened.ports;
    const edits = numbers.map((n) => ({
      path: agentPath(idNo(n)),
      text: renderRecord(recordNo(n, { phase, phaseSince: new Date().toISOString() })),
    }));
    const draft = { subject: phase, body: '', trailers: [], edits };
    const pushed = await state.push('status', await state.fetch('status'), [draft]);
    assert.equal(pushed.kind, 'pushed');
  }
  const phases = (n: number) =>
    got.filter(({ agent }) => agent === idNo(n)).map(({ current }) => current.phase);

  it('each change is sent once by two processes', async () => {
    await record([1, 2], 'configuring');
    await until('both are sent', () => got.length >= 2, pause);
    await record([1], 'running');
    await until('the next one too', () => phases(1).includes('running'), pause);
    assert.deepEqual(
      [phases(1), phases(2), phases(3)],
      [['configuring', 'running'], ['configuring'], []],
    );
    assert.equal(ids.size, got.length);
  });

  it('a process that is killed while it sends loses nothing', async () => {
    holds = true;
    await record([3], 'running');
    await until('an event arrives', () => held !== null, pause);
    const [first, second] = serving;
    first?.kill('SIGKILL');
    await first?.ended;
    // Its connection ends with it: if this one stays, the other process sends.
    let looks = 0;
    const isClear = () => {
      looks += 1;
      return held?.dropped === true || looks > 25;
    };
    await until('it has ended, or stays', isClear, pause);
    if (held?.dropped !== true) {
      second?.kill('SIGKILL');
      await serve();
    }
    holds = false;
    await until('another one sends it', () => phases(3).length > 0, pause);
    assert.deepEqual(phases(3), ['running']);
    assert.deepEqual(phases(1), ['configuring', 'running']);
  });
});
