/**
 * The shared stack with the real Terraform and provider: what exists is imported, a state of
 * another project is recovered from, and a token for another project changes nothing in either.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { type RunningApi, startApi } from '../../local-cloud/api-server.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createHetzner } from '../../local-cloud/hetzner/hetzner.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { fleetPath } from '../../reconciler/core/fleet/fleet-record.ts';
import { fleetStateKey } from '../../reconciler/core/stack/stack-spec.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { fleetIdsIn } from '../fakes/at-commit.ts';
import {
  type FleetWorld,
  policyText,
  registerEndpoint,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const key = fleetStateKey('aura');
const publicKey = readFileSync(new URL('../terraform/break-glass.pub', import.meta.url), 'utf8');
const policy = `${policyText}ssh: {breakGlassPublicKey: "${publicKey.trim()}"}\n`;

describe('the shared stack on the local cloud', { skip }, () => {
  let world: FleetWorld;
  let env: Readonly<Record<string, string>> = {};
  let other: { readonly hetzner: ReturnType<typeof createHetzner>; readonly api: RunningApi };
  let wrong: Readonly<Record<string, string>> = {};

  before(async () => {
    world = await startFleetWorld({ seed: 33, rate: 240, policy });
    await registerEndpoint(world.cloud);
    env = world.env;
    const { clock } = world.cloud.world;
    const randomness = createRandomness(34);
    const hetzner = createHetzner({ clock, randomness, token: 'w'.repeat(64) });
    const context = { clock, ledger: createLedger(), faults: createFaults() };
    other = { hetzner, api: await startApi(hetzner, context) };
    wrong = { ...env, HCLOUD_TOKEN: hetzner.token, HCLOUD_ENDPOINT: `${other.api.url}/v1` };
  });
  after(async () => {
    await other?.api.close();
    await world?.close();
  });

  async function stateObject(method: string, body?: string): Promise<string> {
    const client = new AwsClient({
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      region: env['AWS_REGION'] ?? '',
      service: 's3',
    });
    const url = `${env['AWS_ENDPOINT_URL_S3']}/${env['AURA_STATE_BUCKET']}/${key}`;
    const answer = await client.fetch(url, { method, ...(body === undefined ? {} : { body }) });
    assert.ok(answer.ok, `${method} ${key}: ${answer.status}`);
    return answer.text();
  }
  async function recorded() {
    const status = await world.person().fetch('status');
    return fleetIdsIn((await status?.read(fleetPath))?.text ?? null);
  }
  function there() {
    const { firewalls, sshKeys } = world.cloud.world.hetzner.project;
    return { firewalls: [...firewalls.keys()].map(String), keys: [...sshKeys.keys()].map(String) };
  }

  test('init creates it, and records the ids of its firewalls', async () => {
    const made = await auraJson(['init'], env);
    assert.deepEqual(made.document, { ok: true, status: 'created', fleet: 'created' });
    const { firewalls, keys } = there();
    assert.deepEqual(Object.values((await recorded()) ?? {}).sort(), [...firewalls].sort());
    assert.equal(keys.length, 1);
  });

  test('a token for another project: nothing is planned, begun or created there', async () => {
    await world.pay(await world.open());
    for (const verb of [
      ['plan'],
      ['reconcile', '--changed'],
      ['init'],
      ['init', '--recover'],
      ['init', '--destroy'],
    ]) {
      const { code, stderr } = await aura(verb, wrong);
      assert.equal(code, 1, verb.join(' '));
      assert.match(
        stderr,
        /none of the recorded firewalls \(\d+, \d+\) is in this Hetzner project/,
      );
      assert.match(stderr, /reason: MisconfiguredAccount/);
    }
    const { stdout } = await aura(['doctor'], wrong);
    assert.match(stdout, /failed {2}Hetzner/);
    assert.match(stdout, /failed {2}fleet firewalls/);
    assert.doesNotMatch(stdout, /Run `aura init`/);
    const { firewalls, sshKeys, servers } = other.hetzner.project;
    assert.deepEqual([firewalls.size, sshKeys.size, servers.size], [0, 0, 0]);
    assert.equal(there().firewalls.length, 3);
  });

  test('a lost state is filled by imports, and nothing is created twice', async () => {
    const before = there();
    await stateObject('DELETE');
    const again = await auraJson(['init'], env);
    assert.deepEqual(again.document, { ok: true, status: 'there', fleet: 'imported' });
    assert.deepEqual(there(), before);
    assert.equal((await auraJson(['doctor'], env)).code, 0);
  });

  test('a state of another project stops the run, and a recovery rewrites it', async () => {
    const before = there();
    const text = await stateObject('GET');
    const misled = before.firewalls.reduce((so, id) => so.replaceAll(`"${id}"`, '"7"'), text);
    await stateObject('PUT', misled);
    const looked = await aura(['doctor'], env);
    assert.match(looked.stdout, /failed {2}fleet firewalls +the Terraform state has 7 instead of/);
    assert.match(looked.stdout, /docs\/runbooks\/recover-the-shared-stack\.md/);
    assert.match((await aura(['init'], env)).stderr, /`aura init --recover` recreates it/);
    const recovered = await auraJson(['init', '--recover'], env);
    assert.equal(recovered.code, 0, JSON.stringify(recovered.document));
    assert.deepEqual([recovered.document['anew'], recovered.document['imported']], [true, 4]);
    assert.deepEqual(there(), before);
    assert.equal((await auraJson(['doctor'], env)).code, 0);
    const reconciled = await auraJson(['reconcile'], env);
    assert.equal(reconciled.code, 0, JSON.stringify(reconciled.document));
    assert.equal(world.servers().length, 1);
  });
});
