/**
 * A prepared image of a real machine, by the verb as an operator runs it, and two agents at once
 * that are made from it: each is a host of its own, and nothing is installed again.
 */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { within } from '../support/hetzner-api.ts';
import { required, withoutHosts } from './hosts-here.ts';
import { tailnetPrograms } from './tailnet-programs.ts';

const programs = tailnetPrograms('root');
const skip = withoutHosts || withoutMoto || ('skip' in programs && programs.skip);
/** Far above what it takes on a loaded computer. */
const timeout = 25 * 60_000;

describe('a prepared image', { skip, concurrency: false, timeout }, () => {
  let cloud: LocalCloud;
  let env: Record<string, string> = {};
  let image = '';
  let disks: readonly string[] = [];

  before(async () => {
    if ('skip' in programs) return;
    cloud = await startCloud({
      motoServer: motoServerPath(),
      sshCaKey,
      seed: 8,
      rate: 1,
      hosts: { install: required },
      tailnet: { binaries: programs },
    });
    const { tailscaled: tailscale } = programs;
    env = {
      ...cloud.addresses.env,
      AURA_HOST_SOURCES: JSON.stringify({ docker: 'distribution', node: 'npm', tailscale }),
    };
    assert.equal((await aura(['init'], env)).code, 0);
  });
  after(() => cloud?.close());

  async function send(url: URL, method: string, body: object, token = ''): Promise<unknown> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${url}: ${answer.status}`);
    return answer.json();
  }
  const control = (path: string, body: object) =>
    send(new URL(path, cloud.addresses.control), 'POST', body);

  test('is built, and proposed with what it contains; its builder is gone', async () => {
    const { code, document } = await auraJson(['image', 'build'], env);
    assert.equal(code, 0, JSON.stringify(document));
    image = String(within(document, 'image'));
    const contents = String(within(document, 'contents'));
    for (const part of [/docker [0-9]/, /node 24\./, /tailscale 1\./, /openclaw 2026\./])
      assert.match(contents, part);
    const { hetzner, hosts } = cloud.world;
    assert.deepEqual([hetzner.project.servers.size, [hosts.dump()].flat()], [0, []]);
    const { token } = (await control('person', { login: 'pat' })) as { token: string };
    const pull = /\/pull\/(\d+)$/.exec(String(within(document, 'proposal')))?.[1];
    const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository } = env;
    const merge = new URL(`${api}/repos/${repository}/pulls/${pull}/merge`);
    await send(merge, 'PUT', {}, token);
  });

  test('makes two agents at once, within the time of a play that installs nothing', async () => {
    for (let n = 0; n < 2; n += 1)
      await control('checkout', { plan: 'starter', region: 'eu-central' });
    assert.equal((await aura(['resync'], env)).code, 0);
    const { document } = await auraJson(['reconcile'], env);
    const applied = (within(document, 'applied') ?? []) as readonly Record<string, unknown>[];
    const said = applied.map(({ change, outcome, message }) => [change, outcome, message]);
    assert.deepEqual(said, Array(2).fill(['create', 'done', undefined]));
    for (const { agent } of applied) {
      const { document: status } = await auraJson(['status', String(agent)], env);
      assert.equal(within(status, 'record.chosen.image'), image);
      assert.equal(within(status, 'record.phase'), 'running');
    }
    const machines = [cloud.world.hosts.dump()].flat();
    disks = machines.map((machine) => join(dirname(String(within(machine, 'console'))), 'upper'));
    assert.equal(disks.length, 2);
  });

  test('leaves to each of them a machine id, a host key and a token of its own', () => {
    for (const path of [
      'etc/machine-id',
      'etc/ssh/aura_host_ed25519_key',
      'etc/openclaw/gateway.env',
      'var/lib/tailscale/tailscaled.state',
    ]) {
      const texts = disks.map((disk) => readFileSync(join(disk, path), 'utf8'));
      assert.equal(new Set(texts).size, 2, path);
    }
  });

  test('holds none of these itself, nor a user CA, an instance of cloud-init, or logs', () => {
    const [first = ''] = disks;
    const disk = join(first, '../../../snapshots', image, 'upper');
    assert.ok(existsSync(join(disk, 'opt/openclaw')), 'it is the disk of the image');
    const files = (folder: string): readonly string[] =>
      // What was removed is a device there.
      lstatSync(join(disk, folder), { throwIfNoEntry: false })?.isDirectory() === true
        ? readdirSync(join(disk, folder), { recursive: true })
            .map(String)
            .filter((name) => lstatSync(join(disk, folder, name)).isFile())
        : [];
    assert.equal(readFileSync(join(disk, 'etc/machine-id'), 'utf8'), '');
    const keys = files('etc/ssh').filter((name) => /key|ca\.pub|principals|aura/.test(name));
    assert.deepEqual(keys, []);
    for (const folder of ['var/lib/tailscale', 'etc/openclaw', 'var/lib/openclaw', 'root/.ssh'])
      assert.deepEqual(files(folder), [], folder);
    assert.deepEqual(
      files('var/lib/cloud').filter((name) => !name.startsWith('seed/')),
      [],
    );
    assert.deepEqual(files('etc/aura').toSorted(), ['firewall.nft', 'image.json']);
    assert.deepEqual(files('var/lib/apt/lists'), []);
  });
});
