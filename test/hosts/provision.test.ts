/**
 * One agent from its payment to a running openclaw, and to its end, on a real machine: the verbs as
 * an operator runs them, the real Terraform, SSH, Ansible and tailnet.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { addressIn } from '../../local-cloud/machines/ranges.ts';
import { defaultSlots } from '../../local-cloud/machines/slots.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { problemIn } from '../../reconciler/core/heartbeats/heartbeat.ts';
import type { TailnetNode } from '../../reconciler/ports/tailnet-node.ts';
import { createOperator } from '../../scripts/demo/operator.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';
import { type HeartbeatListener, listenForHeartbeats } from './heartbeat-listener.ts';
import { leftBy, required, withoutHosts } from './hosts-here.ts';
import { createRunNode } from './run-node.ts';
import { answers } from './shell.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { clientOf } from './tailnet-world.ts';

const programs = tailnetPrograms('root');
const tailscaled = 'skip' in programs ? '' : programs.tailscaled;
const skip = withoutHosts || withoutMoto || ('skip' in programs && programs.skip);
/** Far above what a play takes on a loaded computer. */
const timeout = 20 * 60_000;

describe('an agent on a real machine', { skip, concurrency: false, timeout }, () => {
  let cloud: LocalCloud;
  let env: Record<string, string> = {};
  let agent = '';
  let subscription = '';
  let listener: HeartbeatListener;
  const range = () => cloud.world.hetzner.project.ipv4Range;
  const slotOf = () =>
    defaultSlots.find((one) => one.range === range()) ?? assert.fail('there is no slot');

  before(async () => {
    if ('skip' in programs) return;
    cloud = await startCloud({
      motoServer: motoServerPath(),
      sshCaKey,
      seed: 7,
      rate: 1,
      hosts: { install: required },
      tailnet: { binaries: programs },
    });
    env = {
      ...cloud.addresses.env,
      AURA_HOST_SOURCES: JSON.stringify({
        docker: 'distribution',
        node: 'npm',
        tailscale: tailscaled,
      }),
    };
    const here = addressIn(slotOf().uplink, 1) ?? '';
    listener = await listenForHeartbeats(here, env['AURA_HEARTBEAT_SECRET'] ?? '');
    const heartbeats = `heartbeats: {url: "${listener.url}"}\n`;
    const operator = await createOperator(cloud.addresses.git);
    await operator.edit('policy.yaml', (text) => `${text}${heartbeats}`, 'Hosts report');
    await operator.close();
  });
  after(async () => {
    listener?.close();
    await cloud?.close();
  });

  async function control(path: string, body: object): Promise<unknown> {
    const answer = await fetch(new URL(path, cloud.addresses.control), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  }
  const applied = async () => {
    const { stdout, stderr } = await aura(['reconcile', '--json'], env);
    assert.doesNotMatch(stderr, /over the tailnet/, 'it would say what it did without the tailnet');
    const changes = (within(JSON.parse(stdout), 'applied') ?? []) as readonly Record<
      string,
      unknown
    >[];
    return { said: changes.map(({ change, outcome }) => `${change} ${outcome}`), changes };
  };

  function newRun(): TailnetNode {
    const { TAILSCALE_BASE_URL: url = '', TAILSCALE_LOGIN_SERVER: loginServer = '' } = env;
    const { TAILSCALE_OAUTH_CLIENT_ID: clientId = '' } = env;
    const { TAILSCALE_OAUTH_CLIENT_SECRET: clientSecret = '', SSL_CERT_FILE: trusted } = env;
    process.env['SSL_CERT_FILE'] = trusted;
    const tailnet = clientOf(url, { clientId, clientSecret });
    return createRunNode({ tailnet, loginServer, tailscaled });
  }

  test('a payment becomes a running agent in one run', async () => {
    assert.equal((await aura(['init'], env)).code, 0);
    const bought = await control('checkout', { plan: 'starter', region: 'eu-central' });
    subscription = String(within(bought, 'subscription'));
    assert.equal((await aura(['resync'], env)).code, 0);
    const { said, changes } = await applied();
    assert.deepEqual(said, ['create done'], JSON.stringify(changes));
    agent = String(changes[0]?.['agent']);
    const { document } = await auraJson(['status', agent], env);
    assert.equal(within(document, 'record.phase'), 'running');
  });

  test('it runs behind a closed port, as a node of the tailnet, and needs nothing more', async () => {
    const [machine] = [cloud.world.hosts.dump()].flat();
    const address = String(within(machine, 'address'));
    // A firewall follows a label with a delay.
    await until('port 22 is closed', async () => !(await answers(address)));
    const { document } = await auraJson(['status', agent], env);
    assert.match(String(within(document, 'record.tailnet.address')), /^100\./);
    assert.equal((await aura(['plan'], env)).code, 0);
  });

  test('it reports by its timer, signed with its own key, and is well', async () => {
    const isWell = () =>
      listener.received.some(
        ({ beat }) => beat !== null && problemIn(beat) === null && beat.openclaw !== null,
      );
    const before = listener.received.length;
    assert.ok(before > 0, 'one was sent by the play');
    // The timer's second of the minute is anywhere in it.
    await until('another one comes', async () => listener.received.length > before);
    await until('it reports nothing wrong', async () => isWell());
    for (const one of listener.received)
      assert.deepEqual([one.agent, one.isSigned, one.beat === null], [agent, true, false]);
    const last = listener.received.at(-1)?.beat;
    assert.match(last?.openclaw ?? '', /^2026\./);
    assert.ok((last?.memory.totalMb ?? 0) > 0 && (last?.disk.freeMb ?? 0) > 0);
    assert.deepEqual(last?.containers, { running: 0, unhealthy: 0 });
  });

  test('a run reaches its gateway and its sshd over the tailnet', async () => {
    const run = newRun();
    await run.join({ fleet: 'aura', tailnet: { keySeconds: 600 } });
    const { document } = await auraJson(['status', agent], env);
    const shown = (field: string) => String(within(document, `record.tailnet.${field}`));
    const device = { name: shown('name'), address: shown('address') };
    assert.deepEqual(await run.ask(device, '/healthz'), { kind: 'answered', status: 200 });
    const [nc, ...args] = run.connectCommand();
    const { stdout } = spawn(nc, [...args, device.address, '22']);
    const [banner] = await once(stdout, 'data');
    assert.match(String(banner), /^SSH-2\.0/);
    await run.close();
  });

  test('its changed configuration is applied over the tailnet, while port 22 stays closed', async () => {
    const labels = () => cloud.world.ledger.counts()['hetzner']?.['PUT /v1/servers/:id'] ?? 0;
    const before = labels();
    const set = await aura(['config', agent, 'timezone=Europe/Berlin'], env);
    assert.equal(set.code, 0, set.stderr);
    assert.deepEqual((await applied()).said, ['configure done']);
    assert.equal(labels(), before, 'no label was written');
    const path = agentPath(parseAgentId(agent) ?? assert.fail(agent));
    const operator = await createOperator(cloud.addresses.git);
    await operator.editOn('status', path, (text) =>
      text.replace(/roleVersion: \S+/, 'roleVersion: x'),
    );
    await operator.close();
    const again = await aura(['reconcile'], { ...env, AURA_LOG_LEVEL: 'info' });
    assert.match(
      again.stderr,
      /"changed":0,"msg":"the roles were played"/,
      'a play changes nothing',
    );
    const { document } = await auraJson(['logs', agent, '--lines', '20'], env);
    const lines = within(document, 'lines');
    assert.ok(Array.isArray(lines) && lines.length > 0 && lines.length <= 20, String(lines));
  });

  test('its canceled subscription ends the machine, and nothing is left', async () => {
    await control('cancel', { subscription });
    assert.equal((await aura(['resync'], env)).code, 0);
    assert.deepEqual((await applied()).said, ['power done']);
    await control('clock', { advanceSeconds: 2 * 3600 });
    assert.deepEqual((await applied()).said, ['retire done']);
    assert.deepEqual([cloud.world.hosts.dump()].flat(), []);
    const slot = slotOf();
    listener.close();
    await cloud.close();
    assert.deepEqual(leftBy(slot), []);
  });
});
