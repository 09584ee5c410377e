/**
 * An orphan of every kind, from detection to clean-up through pull requests: on the local cloud,
 * with the real git, the real S3 locks and the real Terraform, decided by people through GitHub's
 * API. One story: each test continues where the one before it ended.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import type { Repository } from '../../reconciler/adapters/git/repository.ts';
import { type AgentId, agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { agentStateKey, labelNames } from '../../reconciler/core/fleet/observed.ts';
import { isEmptyPlan } from '../../reconciler/core/plan/plan.ts';
import { type AgentStackSpec, agentStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { readCatalogAndPolicy } from '../../reconciler/flows/shared/read-catalog.ts';
import { aura } from '../app/cli/program.ts';
import { applied, judged } from '../support/gated.ts';
import {
  type FleetPorts,
  type FleetWorld,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

/** One in Terraform's state, one to be adopted, one of which only a lock is left. */
const [ended, adopted, dead] = ['sub_Ended', 'sub_Adopted', 'sub_Dead'].map(agentIdOf) as [
  AgentId,
  AgentId,
  AgentId,
];

describe('orphans on the local cloud', { skip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let person: Repository;
  const ids = new Map<string, string>();

  before(async () => {
    world = await startFleetWorld({ seed: 5, rate: 60, policy: policyText });
    const begun = await aura(['init'], world.env);
    assert.equal(begun.code, 0, begun.stderr);
    ports = await world.open();
    person = world.person();
  });
  after(() => world?.close());

  const variable = (name: string) => world.env[name] ?? assert.fail(`no ${name}`);

  async function hetzner(method: string, path: string, body?: object) {
    const answer = await fetch(`${variable('HCLOUD_ENDPOINT')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${variable('HCLOUD_TOKEN')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return (await answer.json()) as Record<string, { id: number }>;
  }

  async function stackOf(agent: AgentId, subscription: string): Promise<AgentStackSpec> {
    const main = (await ports.state.fetch('main')) ?? assert.fail('no main');
    const read = await readCatalogAndPolicy(main);
    return agentStackSpec({
      policy: read.policy,
      agent,
      subscription,
      customer: 'cus_Once',
      choice: {
        revision: 1,
        plan: 'starter',
        region: 'eu-central',
        location: 'fsn1',
        serverType: 'cpx22',
        image: read.catalog.image,
      },
      nonce: ports.keys.newNonce(),
      created: Math.floor((await ports.cloud.now()) / 1000),
      userData: '#cloud-config\n',
      sshKeys: [],
      firewalls: [],
      bootstrap: false,
    });
  }

  async function serverId(agent: AgentId): Promise<string> {
    return (await ports.cloud.serverByName(agent))?.id ?? assert.fail(`no ${agent}`);
  }

  async function putLock(key: string): Promise<void> {
    const client = new AwsClient({
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
      region: variable('AWS_REGION'),
      service: 's3',
    });
    const lock = {
      ID: '11111111-2222-3333-4444-555555555555',
      Operation: 'OperationTypeApply',
      Info: '',
      Who: 'root@runner',
      Version: '1.15.0',
      Created: new Date(Date.now() - 5 * 3_600_000).toISOString(),
      Path: `aura/${key}`,
    };
    const url = `${variable('AWS_ENDPOINT_URL_S3')}/${variable('AURA_STATE_BUCKET')}/${key}.tflock`;
    const answer = await client.fetch(url, { method: 'PUT', body: JSON.stringify(lock) });
    assert.ok(answer.ok, `${answer.status}`);
  }

  test('leftovers are created, by the official ways', async () => {
    const { stacks, tailnet } = ports;
    for (const [agent, subscription] of [
      [ended, 'sub_Ended'],
      [adopted, 'sub_Adopted'],
    ] as const) {
      const spec = await stackOf(agent, subscription);
      const kind = await applied(stacks, { spec, expect: { allow: 'creates' }, imports: [] });
      assert.equal(kind, 'applied');
    }
    ids.set('server', await serverId(ended));
    const labels = { [labelNames.fleet]: 'aura' };
    const stray = { name: 'stray', server_type: 'cpx12', image: 'debian-12', location: 'nbg1' };
    const { server } = await hetzner('POST', '/servers', { ...stray, labels });
    ids.set('stray', String(server?.id));
    await hetzner('POST', '/servers', { ...stray, name: 'secret-project', labels: { team: 'x' } });
    const { primary_ip: ip } = await hetzner('POST', '/primary_ips', {
      name: 'kept',
      type: 'ipv4',
      assignee_type: 'server',
      location: 'fsn1',
      auto_delete: false,
      labels,
    });
    ids.set('primaryIp', String(ip?.id));
    const { ssh_key: key } = await hetzner('POST', '/ssh_keys', {
      name: 'laptop',
      public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeyOfALaptopThatIsGone',
      labels,
    });
    ids.set('sshKey', String(key?.id));
    world.cloud.world.clock.advance(60);
    const path = `/servers/${ids.get('stray')}/actions/create_image`;
    const { image } = await hetzner('POST', path, { type: 'snapshot', description: 'old', labels });
    ids.set('snapshot', String(image?.id));
    const { secret } = await tailnet.createKey({ fleet: 'aura', agent: dead, seconds: 600 });
    const join = { authKey: secret, hostname: dead, machine: 'a-laptop' };
    ids.set('device', world.cloud.world.tailscale.tailnet.join(join)?.nodeId ?? assert.fail());
    const month = 30 * 86_400;
    ids.set(
      'authKey',
      (await tailnet.createKey({ fleet: 'aura', agent: dead, seconds: month })).id,
    );
    await putLock(agentStateKey('aura', dead));
    world.cloud.world.clock.advance(4 * 3600);
  });

  test('every kind is found and proposed in one pull request with its evidence; all are kept', async () => {
    const { plan, finalized } = await world.reconcile(ports);
    assert.equal(plan.reading.kind, 'complete');
    const kinds = new Set(plan.orphans.map(({ resource }) => resource));
    assert.deepEqual([...kinds].sort(), [
      'authKey',
      'device',
      'lock',
      'primaryIp',
      'server',
      'snapshot',
      'sshKey',
      'state',
    ]);
    assert.deepEqual(plan.changes, []);
    assert.deepEqual([plan.foreign?.servers, finalized.proposals.length], [1, 1]);
    assert.doesNotMatch(JSON.stringify(plan), /secret-project/);
    const [pull] = (await world.github('GET', '/pulls?state=open')) as { body: string }[];
    assert.match(pull?.body ?? '', /In all: .*3 server/);
    assert.match(pull?.body ?? '', /main never had a file of agt-/);
    assert.match(pull?.body ?? '', /a month, \d+\.\d\d so far/);
  });

  test('a person decides in the files, and merges', async () => {
    const snapshot = (await person.fetch('aura/orphans')) ?? assert.fail('no branch');
    const edits = [];
    for (const { path } of await snapshot.list('orphans/')) {
      const text = (await snapshot.read(path))?.text ?? '';
      const decision = text.includes(adopted)
        ? path.includes('server')
          ? 'adopt'
          : 'undecided'
        : 'destroy';
      edits.push({ path, text: text.replace('decision: undecided', `decision: ${decision}`) });
    }
    const draft = { subject: 'Decided', body: '', trailers: [], edits };
    assert.equal((await person.push('aura/orphans', snapshot, [draft])).kind, 'pushed');
    const [pull] = (await world.github('GET', '/pulls?state=open')) as { number: number }[];
    await world.github('POST', `/pulls/${pull?.number}/reviews`, { event: 'APPROVE' });
    await world.github('PUT', `/pulls/${pull?.number}/merge`, {});
  });

  test('each is destroyed as decided: by Terraform where there is a state, by API otherwise', async () => {
    const done: string[] = [];
    for (let runs = 0; runs < 3; runs += 1) {
      const { applied } = await world.reconcile(ports);
      for (const { change, outcome } of applied) {
        const why = outcome.kind === 'failed' ? outcome.failure.message : '';
        done.push(`${change} ${outcome.kind} ${why}`.trim());
      }
    }
    const failed = done.filter((one) => / failed /.test(one));
    // A state whose server still exists waits for it: one run later it is deleted with it.
    assert.ok(
      failed.every((one) => /still has a server/.test(one)),
      done.join('\n'),
    );
    const dump = await world.cloud.world.control.dump();
    const { servers, devices, sshKeys, locks } = dump as unknown as Record<string, object[]>;
    assert.deepEqual(
      servers?.map((server) => ('name' in server ? server.name : '')).sort(),
      [adopted, 'secret-project'].sort(),
    );
    assert.deepEqual([devices, sshKeys, locks], [[], [], []]);
    const { cloud: seen, tailnet, states } = ports;
    assert.equal(await seen.primaryIp(ids.get('primaryIp') ?? ''), null);
    assert.deepEqual(await seen.snapshots('aura'), []);
    assert.deepEqual(await tailnet.keys('aura'), []);
    const left = (await states.list('aura/agents/')).items.map(({ key }) => key);
    assert.deepEqual(left, [agentStateKey('aura', adopted)]);
  });

  test('the adopted one has a file and a record, and Terraform has nothing to replace', async () => {
    const { state, journal, stacks } = ports;
    const main = (await state.fetch('main')) ?? assert.fail();
    assert.match((await main.read(agentPath(adopted)))?.text ?? '', /sub_Adopted/);
    assert.deepEqual(await main.list('orphans/'), []);
    const { records } = await journal.read();
    const found = records.find(({ id }) => id === adopted);
    const record = found?.kind === 'valid' ? found.record : assert.fail('no record');
    assert.equal(record.server?.id, await serverId(adopted));
    const spec = await stackOf(adopted, 'sub_Adopted');
    const id = record.server?.id ?? '';
    const expect = { allow: 'updates' as const, ids: [id], attributes: ['labels'] };
    const kind = await judged(stacks, { spec, expect, imports: [] });
    assert.notEqual(kind, 'refused');
  });

  test('then nothing is left to do, and no pull request is open', async () => {
    const { plan } = await world.reconcile(ports);
    assert.deepEqual([plan.orphans, plan.changes], [[], []]);
    assert.ok(isEmptyPlan(plan));
    assert.deepEqual(await world.github('GET', '/pulls?state=open'), []);
  });
});
