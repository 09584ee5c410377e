/** Hetzner's own Python client against the local cloud; what it does is in python/hcloud_client.py. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { clientTool } from '../support/clients.ts';
import { type HetznerApi, startHetznerApi } from '../support/hetzner-api.ts';

const tool = clientTool('clientsPython');
const program = join(import.meta.dirname, 'python', 'hcloud_client.py');

describe('the hcloud package of PyPI', { skip: 'skip' in tool && tool.skip }, () => {
  let world: HetznerApi;
  before(async () => {
    world = await startHetznerApi({ rate: 120 });
  });
  after(() => world.close());

  test('makes, changes and deletes everything that the fleet is made of', async () => {
    const path = 'path' in tool ? tool.path : '';
    const { stdout } = await promisify(execFile)(path, [program], {
      env: { ...world.variables },
      timeout: 120_000,
    });
    const { types, ...seen } = JSON.parse(stdout);
    assert.deepEqual(seen, {
      sources: ['10.0.0.0/8', '2001:db8::/32'],
      server: {
        status: 'running',
        location: 'fsn1',
        ip_is_mine: true,
        group: 'apart',
        root_password: null,
        firewalls: [true],
      },
      listed: ['one'],
      running_resize: 'server_not_stopped',
      snapshot: 'available',
      protected: 'protected',
      in_use: 'resource_in_use',
      relabelled: ['one'],
      gone: 'not_found',
      address_left: true,
      currency: 'EUR',
    });
    assert.ok(types.includes('cpx12') && types.includes('cx11'));
    const { project } = world.hetzner;
    const tables = [
      project.servers,
      project.primaryIps,
      project.firewalls,
      project.sshKeys,
      project.placementGroups,
      project.snapshots,
    ];
    assert.deepEqual(
      tables.map((table) => table.size),
      [0, 0, 0, 0, 0, 0],
    );
  });
});
