import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type HetznerApi, startHetznerApi, within } from '../../support/hetzner-api.ts';

let world: HetznerApi;
before(async () => {
  world = await startHetznerApi({ readOnlyToken: 'r'.repeat(64) });
});
after(() => world.close());

async function raw(path: string, options: RequestInit & { token?: string | null } = {}) {
  const { token = world.hetzner.token, ...rest } = options;
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...rest.headers,
  };
  const answer = await fetch(`${world.endpoint}${path}`, { ...rest, headers });
  const text = await answer.text();
  return { status: answer.status, text, headers: answer.headers };
}
const answerTo = async (answer: Promise<{ status: number; text: string }>) => {
  const { status, text } = await answer;
  const body: unknown = JSON.parse(text);
  return [status, within(body, 'error.code'), within(body, 'error.message')];
};

describe('a mistake', () => {
  test('in the path is reported before the token is looked at', async () => {
    for (const path of ['/nothing', '/networks', '/certificates', '/isos', '/servers/1/metrics'])
      assert.deepEqual(
        (await answerTo(raw(path, { token: null }))).slice(0, 2),
        [404, 'not_found'],
        path,
      );
    assert.deepEqual((await answerTo(raw('/servers', { method: 'PATCH' }))).slice(0, 2), [
      405,
      'method_not_allowed',
    ]);
    const gone = raw('/datacenters');
    assert.deepEqual((await answerTo(gone)).slice(0, 2), [410, 'deprecated_api_endpoint']);
  });

  test('in the token is distinguished', async () => {
    assert.deepEqual(await answerTo(raw('/servers', { token: null })), [
      401,
      'unauthorized',
      'token is required',
    ]);
    assert.deepEqual(await answerTo(raw('/servers', { token: 'other' })), [
      401,
      'unauthorized',
      'the token you have provided is invalid',
    ]);
    const readOnly = { token: 'r'.repeat(64) };
    assert.equal((await raw('/servers', readOnly)).status, 200);
    const writes = raw('/servers', { ...readOnly, method: 'POST', body: '{}' });
    assert.deepEqual((await answerTo(writes)).slice(0, 2), [403, 'token_readonly']);
  });

  test('in an id is reported with its kind and the id', async () => {
    assert.deepEqual(await answerTo(raw('/servers/42')), [
      404,
      'not_found',
      "server with ID '42' not found",
    ]);
    const act = raw('/servers/42/actions/poweron', { method: 'POST' });
    assert.deepEqual((await answerTo(act)).slice(0, 2), [404, 'not_found']);
    for (const id of ['abc', '1e3', '-1', '0x10', '%20', '1'.repeat(40)])
      assert.equal((await raw(`/servers/${id}`)).status, 404, id);
  });

  test('in the body is reported as what it is', async () => {
    const post = (body: string) => raw('/servers', { method: 'POST', body });
    assert.deepEqual((await answerTo(post('{'))).slice(0, 2), [400, 'json_error']);
    assert.deepEqual((await answerTo(post('[]'))).slice(0, 2), [422, 'invalid_input']);
    const { text } = await post('{"name":"-"}');
    const error = within(JSON.parse(text), 'error');
    assert.deepEqual(error, {
      code: 'invalid_input',
      message: "invalid input in field 'name': must be a valid hostname",
      details: { fields: [{ name: 'name', messages: ['must be a valid hostname'] }] },
    });
  });
});

test('another project’s servers are not found', async () => {
  const other = await startHetznerApi();
  try {
    const made = await other.call('POST', '/servers', {
      name: 'theirs',
      server_type: 'cpx12',
      image: 'debian-12',
    });
    const answer = await world.call('GET', `/servers/${made.at('server.id')}`);
    assert.equal(answer.at('error.code'), 'not_found');
  } finally {
    await other.close();
  }
});

test('the bucket of a project empties, returns when it is full, and fills with time', async () => {
  const small = await startHetznerApi({ requestsPerHour: 60 });
  try {
    for (let n = 0; n < 60; n += 1) await small.call('GET', '/nothing', undefined, 'absent');
    const refused = await small.call('GET', '/servers');
    assert.deepEqual([refused.status, refused.at('error.code')], [429, 'rate_limit_exceeded']);
    const { headers } = refused;
    assert.equal(headers.get('ratelimit-remaining'), '0');
    const fullAt = Number(headers.get('ratelimit-reset')) * 1000;
    assert.equal(fullAt - small.clock.now(), 3_600_000);
    small.clock.advance(60);
    assert.equal((await small.call('GET', '/servers')).status, 200);
  } finally {
    await small.close();
  }
});

test('no request crashes the server', { timeout: 60_000 }, async () => {
  const made = await world.call('POST', '/servers', {
    name: 'victim',
    server_type: 'cpx12',
    image: 'debian-12',
  });
  world.clock.advance(60);
  const ids = [String(made.at('server.id')), '1', 'x', '%E0%A4%A', ''];
  const kinds =
    'servers ssh_keys firewalls primary_ips placement_groups images actions volumes floating_ips load_balancers'.split(
      ' ',
    );
  const commands =
    'poweron poweroff shutdown reboot reset reset_password rebuild change_type create_image ' +
    'enable_backup change_protection enable_rescue add_to_placement_group change_dns_ptr ' +
    'set_rules apply_to_resources remove_from_resources assign unassign attach detach resize';
  const fields =
    'name type labels image server_type location user_data ssh_keys firewalls public_net rules ' +
    'apply_to remove_from public_key assignee_id placement_group delete rebuild ip dns_ptr ' +
    'description volumes networks upgrade_disk auto_delete datacenter ' +
    'size format server home_location load_balancer_type network_zone';
  const command = fc.constantFrom(...commands.split(' '));
  const id = fc.constantFrom(...ids);
  const kind = fc.constantFrom(...kinds);
  const path = fc.oneof(
    kind.map((one) => `/${one}`),
    fc.tuple(kind, id).map(([one, of]) => `/${one}/${of}`),
    fc.tuple(kind, id, command).map(([one, of, act]) => `/${one}/${of}/actions/${act}`),
    fc.tuple(kind, id).map(([one, of]) => `/${one}/${of}/actions`),
    fc.webPath(),
  );
  const known = fc.constantFrom<unknown>(
    'cpx12',
    'debian-12',
    'ipv4',
    'spread',
    Number(made.at('server.id')),
    [{ type: 'server', server: { id: Number(made.at('server.id')) } }],
    [{ type: 'label_selector', label_selector: { selector: 'a' } }],
    [{ direction: 'in', protocol: 'tcp', port: '1', source_ips: ['::ffff:1.2.3.4/96'] }],
  );
  const value = fc.oneof(known, fc.jsonValue({ maxDepth: 2 }));
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields.split(' ')), value).map((one) => JSON.stringify(one)),
    fc.json(),
    fc.string(),
  );
  const query = fc.constantFrom(
    '',
    '?page=0',
    '?per_page=x',
    '?sort=constructor',
    '?sort=name:up',
    '?label_selector=%E0%A4%A',
    '?label_selector=a%20in%20(',
    '?id=x',
    '?name=%00&status=&type=x',
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE');
  await fc.assert(
    fc.asyncProperty(method, path, query, body, async (how, where, asked, sent) => {
      const hasBody = how === 'POST' || how === 'PUT';
      const { status, text } = await raw(`${where}${asked}`, {
        method: how,
        ...(hasBody ? { body: sent, headers: { 'content-type': 'application/json' } } : {}),
      });
      assert.ok(status < 500, `${how} ${where}${asked} ${sent}: ${status} ${text}`);
      if (status >= 400)
        assert.ok(typeof within(JSON.parse(text), 'error.code') === 'string', text);
      assert.ok(!/at .*\.ts:\d+/.test(text), text);
    }),
    { seed: 7, numRuns: 1500 },
  );
});
