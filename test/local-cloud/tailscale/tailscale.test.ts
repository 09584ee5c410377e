import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { parseHuJson } from '../../../local-cloud/tailscale/hujson.ts';
import { startTailscaleApi, type TailscaleApi } from '../../support/tailscale-api.ts';

let world: TailscaleApi;
beforeEach(async () => {
  world = await startTailscaleApi();
});
afterEach(() => world.close());

const keys = '/tailnet/-/keys';
const keyWith = (create: object, part: object = {}) => ({
  body: { capabilities: { devices: { create: { tags: ['tag:aura'], ...create } } }, ...part },
});

async function join(hostname: string, machine = hostname, create: object = {}) {
  const made = await world.call('POST', keys, keyWith({ preauthorized: true, ...create }));
  const device = world.part.tailnet.join({ authKey: String(made.at('key')), hostname, machine });
  return device ?? assert.fail('the key opens nothing');
}

describe('a token', () => {
  test('lasts an hour', async () => {
    const token = await world.token();
    const status = async () => (await world.call('GET', '/tailnet/-/devices', { token })).status;
    world.clock.advance(3599);
    assert.equal(await status(), 200);
    world.clock.advance(1);
    assert.equal(await status(), 401);
  });

  test('narrowed to a scope allows no more than that', async () => {
    const token = await world.token({ scope: 'devices:core:read' });
    assert.equal((await world.call('GET', '/tailnet/-/devices', { token })).status, 200);
    const device = await join('one');
    for (const [method, path] of [
      ['DELETE', `/device/${device.nodeId}`],
      ['GET', keys],
      ['GET', `/device/${device.nodeId}/routes`],
      ['GET', '/tailnet/-/acl'],
    ] as const) {
      const answer = await world.call(method, path, { token });
      assert.equal(answer.status, 403, path);
      assert.match(String(answer.at('message')), /does not have enough permissions/);
    }
  });

  test('narrowed to a tag sets that tag alone', async () => {
    const token = await world.token({ scope: 'auth_keys', tags: 'tag:aura-ci' });
    const answer = await world.call('POST', keys, { ...keyWith({}), token });
    assert.deepEqual(
      [answer.status, answer.at('message')],
      [400, 'requested tags [tag:aura] are invalid or not permitted'],
    );
    assert.equal(
      (await world.call('POST', keys, { ...keyWith({ tags: ['tag:aura-ci'] }), token })).status,
      200,
    );
  });

  test('is not issued for more than the client may, nor to another client', async () => {
    const narrow = await startTailscaleApi({ scopes: ['devices:core'] });
    try {
      await assert.rejects(
        narrow.token({ scope: 'auth_keys' }),
        /OAuth client cannot grant scopes/,
      );
      await assert.rejects(narrow.token({ client_secret: 'guess' }), /invalid client/);
      await assert.rejects(narrow.token({ grant_type: 'password' }), /unsupported grant/);
      assert.ok(await narrow.token({ scope: 'devices:core:read' }));
    } finally {
      await narrow.close();
    }
  });
});

describe('a key', () => {
  test('lives as long as requested, 90 days by default', async () => {
    const made = await world.call('POST', keys, keyWith({}, { expirySeconds: 0 }));
    assert.equal(made.at('expirySeconds'), 90 * 86_400);
    const short = await world.call('POST', keys, keyWith({}, { expirySeconds: 60 }));
    const life = Date.parse(String(short.at('expires'))) - Date.parse(String(short.at('created')));
    assert.equal(life, 60_000);
    world.clock.advance(61);
    assert.equal((await world.call('GET', `${keys}/${short.at('id')}`)).at('invalid'), true);
    const authKey = String(short.at('key'));
    assert.equal(world.part.tailnet.join({ authKey, hostname: 'a', machine: 'a' }), null);
    for (const [part, wrong] of [
      [{ expirySeconds: 90 * 86_400 + 1 }, /out of range/],
      [{ expirySeconds: '60' }, /whole number/],
      [{ description: 'no_underscores' }, /description/],
    ] as const) {
      const refused = await world.call('POST', keys, keyWith({}, part));
      assert.equal(refused.status, 400);
      assert.match(String(refused.at('message')), wrong);
    }
  });

  test('can be used once, or as often as it is reusable', async () => {
    for (const reusable of [false, true]) {
      const made = await world.call('POST', keys, keyWith({ reusable }));
      const use = (machine: string) =>
        world.part.tailnet.join({ authKey: String(made.at('key')), hostname: 'h', machine });
      assert.ok(use(`first-${reusable}`));
      assert.equal(use(`second-${reusable}`) !== null, reusable);
    }
  });
});

describe('a device', () => {
  test('that asks for a taken name gets the next one', async () => {
    const [one, two, three] = [await join('h', 'a'), await join('h', 'b'), await join('h', 'c')];
    assert.deepEqual(
      [one, two, three].map(({ name }) => name.split('.')[0]),
      ['h', 'h-1', 'h-2'],
    );
    await world.call('DELETE', `/device/${two.id}`);
    assert.equal((await join('h', 'd')).name.split('.')[0], 'h-1');
    await world.call('POST', `/device/${three.id}/name`, { body: { name: 'h' } });
    assert.equal((await world.call('GET', `/device/${three.nodeId}`)).at('hostname'), 'h');
    assert.match(three.name, /^h-2\./);
  });

  test('follows its machine’s hostname, unless a name was set', async () => {
    const { tailnet } = world.part;
    const [one, two] = [await join('h', 'a'), await join('other', 'b')];
    const names = () => [one, two].map(({ name, hostname }) => [name.split('.')[0], hostname]);
    tailnet.setHostname(two, 'h');
    assert.deepEqual(names(), [
      ['h', 'h'],
      ['h-1', 'h'],
    ]);
    // A machine that has joined joins again without a key, and may have another hostname.
    assert.equal(tailnet.join({ authKey: '', hostname: 'j', machine: 'a' }), one);
    await world.call('POST', `/device/${two.id}/name`, { body: { name: 'h' } });
    tailnet.setHostname(two, 'elsewhere');
    assert.deepEqual(names(), [
      ['j', 'j'],
      ['h', 'elsewhere'],
    ]);
    await world.call('POST', `/device/${two.id}/name`, { body: { name: '' } });
    tailnet.setHostname(two, 'again');
    assert.deepEqual(names()[1], ['again', 'again']);
    assert.equal(tailnet.ofMachine('b'), two);
    await world.call('DELETE', `/device/${two.id}`);
    assert.equal(tailnet.ofMachine('b'), undefined);
  });

  test('that is ephemeral is deleted half an hour after it was last seen, and no other is', async () => {
    const [one, two] = [await join('e', 'e', { ephemeral: true }), await join('s')];
    world.part.tailnet.setOnline('e', false);
    world.part.tailnet.setOnline('s', false);
    world.clock.advance(1000);
    world.part.tailnet.setOnline('e', true);
    world.part.tailnet.setOnline('e', false);
    world.clock.advance(1000);
    assert.equal(
      (await world.call('GET', `/device/${one.id}`)).at('lastSeen'),
      '2026-11-22T05:16:40Z',
    );
    world.clock.advance(801);
    assert.equal((await world.call('GET', `/device/${one.id}`)).status, 404);
    assert.equal((await world.call('GET', `/device/${two.id}`)).status, 200);
  });

  test('is changed by either of its ids, and answers in all fields where requested', async () => {
    const { id, nodeId } = await join('one');
    const post = (name: string, body: object) =>
      world.call('POST', `/device/${id}/${name}`, { body });
    await post('authorized', { authorized: false });
    await post('tags', { tags: ['tag:aura-ci'] });
    await post('key', { keyExpiryDisabled: false });
    await post('routes', { routes: ['10.0.0.0/8'] });
    await post('ip', { ipv4: '100.100.1.2' });
    const shown = await world.call('GET', `/device/${nodeId}?fields=all`);
    assert.deepEqual(
      ['authorized', 'tags.0', 'keyExpiryDisabled', 'enabledRoutes.0', 'addresses.0'].map(shown.at),
      [false, 'tag:aura-ci', false, '10.0.0.0/8', '100.100.1.2'],
    );
    assert.equal((await world.call('GET', `/device/${nodeId}`)).at('enabledRoutes'), undefined);
    const listed = await world.call('GET', '/tailnet/-/devices?tags=tag:aura-ci&isEphemeral=false');
    assert.equal(listed.at('devices.0.id'), id);
    for (const [name, body] of [
      ['authorized', { authorized: 'yes' }],
      ['tags', { tags: ['tag:absent'] }],
      ['ip', { ipv4: '10.0.0.1' }],
      ['name', { name: 'No Name' }],
    ] as const) {
      assert.equal((await post(name, body)).status, 400, name);
    }
  });
});

describe('the policy file', () => {
  const acl = '/tailnet/-/acl';
  const text = `// ours
{
  "tagOwners": {"tag:aura": ["autogroup:admin"], /* new */ "tag:web": ["tag:aura"],},
  "grants": [{"src": ["autogroup:admin"], "dst": ["tag:aura"], "ip": ["tcp:22"]},],
  "tests": [{"src": "tag:aura", "deny": ["tag:aura:22"]}],
}
`;

  test('is kept as it was written, comments and all, under an ETag', async () => {
    const first = await world.call('GET', acl);
    const etag = first.headers.get('etag') ?? '';
    const json = await world.call('GET', acl, { headers: { accept: 'application/json' } });
    assert.deepEqual(json.at('grants'), []);
    const stale = { body: text, headers: { 'if-match': '"other"' } };
    const refused = await world.call('POST', acl, stale);
    assert.deepEqual(
      [refused.status, refused.at('message')],
      [412, 'precondition failed, invalid old hash'],
    );
    const byDefault = { body: text, headers: { 'if-match': '"ts-default"' } };
    assert.equal((await world.call('POST', acl, byDefault)).text, text);
    assert.equal((await world.call('POST', acl, byDefault)).status, 412);
    assert.equal(
      (await world.call('POST', acl, { body: text, headers: { 'if-match': etag } })).status,
      412,
    );
    assert.equal((await world.call('GET', acl)).text, text);
  });

  test('decides which tags exist, and who sets them', async () => {
    await world.call('POST', acl, { body: text });
    assert.equal((await world.call('POST', keys, keyWith({ tags: ['tag:web'] }))).status, 200);
    const gone = await world.call('POST', keys, keyWith({ tags: ['tag:aura-ci'] }));
    assert.match(String(gone.at('message')), /^requested tags \[tag:aura-ci\]/);
  });

  test('is checked, and its tests are run against its grants', async () => {
    const validate = (body: unknown) => world.call('POST', `${acl}/validate`, { body });
    assert.deepEqual((await validate(text)).body, {});
    const opened = text.replace('"autogroup:admin"], "dst"', '"*"], "dst"');
    assert.deepEqual((await validate(opened)).at('data'), [
      { user: 'tag:aura', errors: ['address "tag:aura:22": want: Drop, got: Accept'] },
    ]);
    assert.equal((await world.call('POST', acl, { body: opened })).status, 400);
    await world.call('POST', acl, { body: text });
    const tests = [{ src: 'autogroup:admin', accept: ['tag:aura:22'], deny: ['tag:aura:80'] }];
    assert.deepEqual((await validate(tests)).body, {});
    for (const bad of [
      '{',
      '[',
      '{"acl": []}',
      '{"grants": [{"src": ["tag:x"], "dst": ["*"], "ip": ["*"]}]}',
    ])
      assert.equal((await world.call('POST', acl, { body: bad })).status, 400, bad);
  });

  test('is read as JSON with comments and trailing commas, and as nothing looser', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const commented = `/* " */${JSON.stringify(value, null, 1).replaceAll('\n', ' // ,]}"\n')}`;
        assert.deepEqual(parseHuJson(commented), JSON.parse(JSON.stringify(value)));
      }),
      { seed: 7 },
    );
    assert.deepEqual(parseHuJson('{"a": [1, 2,], "b": ",]", }'), { a: [1, 2], b: ',]' });
    for (const bad of ['[,]', '{,}', '[1,,]', '{"a":,}', '"a', '[1] /* open'])
      assert.throws(() => parseHuJson(bad), SyntaxError, bad);
  });
});

test('no request crashes the server', { timeout: 60_000 }, async () => {
  const { id } = await join('victim');
  const token = await world.token();
  const path = fc.oneof(
    fc.constantFrom(
      keys,
      `${keys}/x`,
      '/tailnet/-/devices',
      '/tailnet/-/acl',
      '/tailnet/-/acl/validate',
    ),
    fc
      .constantFrom('', 'authorized', 'tags', 'key', 'name', 'ip', 'routes', 'expire')
      .map((name) => `/device/${id}/${name}`),
    fc.constantFrom('/tailnet/x/keys', '/device/%E0%A4%A', '/users'),
    fc.webPath(),
  );
  const field = fc.constantFrom(
    ...'capabilities tags name ipv4 routes authorized expirySeconds description grants acls tests tagOwners'.split(
      ' ',
    ),
  );
  const body = fc.oneof(
    fc.dictionary(field, fc.jsonValue()).map((one) => JSON.stringify(one)),
    fc.json(),
    fc.string(),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE');
  await fc.assert(
    fc.asyncProperty(method, path, body, async (how, where, sent) => {
      if (how === 'DELETE' && where.startsWith(`/device/${id}`)) return;
      const hasBody = how === 'POST' || how === 'PUT';
      const answer = await fetch(`${world.api.url}/api/v2${where}`, {
        method: how,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(hasBody ? { body: sent } : {}),
      });
      const text = await answer.text();
      assert.ok(answer.status < 500, `${how} ${where} ${sent}: ${answer.status} ${text}`);
      if (answer.status >= 400) assert.ok(typeof JSON.parse(text).message === 'string');
    }),
    { seed: 7, numRuns: 800 },
  );
});

describe('a device whose key has expired', () => {
  test('goes offline, stays so when its machine starts, and needs a key to join again', async () => {
    const { tailnet } = world.part;
    const device = await join('h', 'm');
    assert.equal((await world.call('POST', `/device/${device.nodeId}/expire`)).status, 200);
    const shown = async () => {
      const answer = await world.call('GET', `/device/${device.nodeId}`);
      return [answer.at('connectedToControl'), answer.at('lastSeen') !== undefined];
    };
    assert.deepEqual(await shown(), [false, true]);
    tailnet.setOnline('m', false);
    tailnet.setOnline('m', true);
    assert.deepEqual(await shown(), [false, true]);
    assert.equal(tailnet.join({ authKey: '', hostname: 'h', machine: 'm' }), null);
    const made = await world.call('POST', keys, keyWith({ preauthorized: true }));
    const again = { authKey: String(made.at('key')), hostname: 'h', machine: 'm' };
    assert.equal(tailnet.join(again), device);
    assert.deepEqual(await shown(), [true, false]);
    assert.equal((await world.call('GET', `${keys}/${made.at('id')}`)).at('invalid'), true);
    assert.equal(
      (await world.call('GET', `/device/${device.nodeId}`)).at('keyExpiryDisabled'),
      true,
    );
  });

  test('joins again with the tags of the key; one that has them already uses none', async () => {
    const { tailnet } = world.part;
    const device = await join('h', 'm');
    const keyFor = async (tag: string) => {
      const made = await world.call('POST', keys, keyWith({ preauthorized: true, tags: [tag] }));
      const spent = async () => (await world.call('GET', `${keys}/${made.at('id')}`)).at('invalid');
      tailnet.join({ authKey: String(made.at('key')), hostname: 'h', machine: 'm' });
      return { tags: device.tags, spent: await spent() };
    };
    assert.deepEqual(await keyFor('tag:aura'), { tags: ['tag:aura'], spent: undefined });
    assert.deepEqual(await keyFor('tag:aura-ci'), { tags: ['tag:aura-ci'], spent: true });
    assert.deepEqual(await keyFor('tag:aura'), { tags: ['tag:aura'], spent: true });
  });
});
