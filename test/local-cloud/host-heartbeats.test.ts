/** The heartbeats of simulated hosts, by the clock of the service. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createWorldClock } from '../../local-cloud/clock.ts';
import {
  createHostHeartbeats,
  heartbeatBody,
  heartbeatHeaders,
} from '../../local-cloud/host-heartbeats.ts';
import { until } from '../support/until.ts';

const startMs = Date.parse('2026-11-30T12:00:00Z');
const body = heartbeatBody({ tailnet: true });
const [agent, key] = ['agt-7m2k9q4xw3td', 'k'.repeat(64)];
const received: { readonly url: string; readonly sentAt: string; readonly signature: string }[] =
  [];
const service = createServer((request, response) => {
  const { 'aura-sent-at': sentAt, 'aura-signature': signature } = request.headers;
  received.push({
    url: request.url ?? '',
    sentAt: String(sentAt),
    signature: String(signature),
  });
  request.resume().on('end', () => response.writeHead(204).end());
});
before(() => new Promise<void>((resolve) => void service.listen(0, '127.0.0.1', resolve)));
after(() => service.close());

test('follow world time where the service does: at once, soon, then each minute', async () => {
  const clock = createWorldClock({ startMs, rate: 0 });
  let isOn = true;
  const hosts = createHostHeartbeats(clock, () => (isOn ? body : null));
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const arrived = async (...seconds: readonly number[]) => {
    await until('they arrived', () => received.length >= seconds.length);
    const sent = received.splice(0).map((one) => Number(one.sentAt) - startMs / 1000);
    assert.deepEqual(
      sent.sort((a, b) => a - b),
      seconds,
    );
  };
  hosts.configure(1, agent, { url, key });
  await until('the first arrived', () => received.length > 0);
  const [first] = received;
  const sentAt = String(startMs / 1000);
  const signed = heartbeatHeaders({ key, agent }, sentAt, JSON.stringify(body));
  assert.deepEqual(first, {
    url: `/v1/agents/${agent}/heartbeat`,
    sentAt,
    signature: signed['aura-signature'],
  });
  await arrived(0);
  clock.advance(11);
  clock.advance(120);
  await arrived(11, 71, 131);
  isOn = false;
  clock.advance(60);
  isOn = true;
  clock.advance(60);
  await arrived(251);
  hosts.forget(1);
  hosts.configure(2, agent, { url, key });
  await arrived(251);
  hosts.close();
  clock.advance(600);
  hosts.configure(3, agent, null);
  assert.deepEqual(received, []);
  clock.close();
});
