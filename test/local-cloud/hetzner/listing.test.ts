import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { matches, parseSelector } from '../../../local-cloud/hetzner/selector.ts';
import { Table } from '../../../local-cloud/hetzner/table.ts';
import { type HetznerApi, startHetznerApi } from '../../support/hetzner-api.ts';

type Row = { readonly id: number; labels: Record<string, string> };

describe('a table', () => {
  const key = fc.constantFrom('a', 'b', 'constructor');
  const labels = fc.dictionary(key, fc.constantFrom('1', '2', ''), { noNullPrototype: true });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id: fc.nat(20), labels }),
    fc.record({ kind: fc.constant('delete' as const), id: fc.nat(20) }),
    fc.record({ kind: fc.constant('label' as const), id: fc.nat(20), labels }),
  );
  const term = fc.constantFrom(
    'a',
    '!a',
    'a=1',
    'a!=1',
    'b in (1,2)',
    'b notin (1,)',
    'constructor',
  );
  const selector = fc.uniqueArray(term, { minLength: 0, maxLength: 3 });

  test('selects what a scan of every row would, whatever changed before', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        selector,
        fc.boolean(),
        (changes, terms, sorted) => {
          const table = new Table<Row>((row) => row.labels);
          const parsed = parseSelector(terms.join(','));
          const order = { name: 'backwards', compare: (a: Row, b: Row) => b.id - a.id };
          const given = sorted ? order : undefined;
          for (const one of changes) {
            table.select(parsed, given);
            const row = table.get(one.id);
            if (one.kind === 'set') table.set(one.id, { id: one.id, labels: one.labels });
            else if (one.kind === 'delete') table.delete(one.id);
            else if (row !== undefined)
              table.change(row, () => {
                row.labels = one.labels;
              });
          }
          const slow = [...table.values()]
            .filter((row) => matches(parsed, row.labels))
            .map(({ id }) => id)
            .sort((a, b) => (sorted ? b - a : a - b));
          assert.deepEqual([...table.select(parsed, given)], slow);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('listings', () => {
  let world: HetznerApi;
  before(async () => {
    world = await startHetznerApi();
    for (let n = 0; n < 60; n += 1) {
      const body = { name: `s-${59 - n}`, server_type: 'cpx12', image: 'debian-12' };
      const labels = { n: String(n % 3), 'example.com/app': 'x' };
      await world.call('POST', '/servers', { ...body, labels });
    }
  });
  after(() => world.close());

  const names = async (query: string) => {
    const { body, at } = await world.call('GET', `/servers?${query}`);
    const servers = at('servers');
    assert.ok(Array.isArray(servers), JSON.stringify(body));
    return servers.map((one: { name: string }) => one.name);
  };

  test('come in pages of 25, of 50 at the most, with links and counts', async () => {
    assert.equal((await names('')).length, 25);
    const answer = await world.call(
      'GET',
      '/servers?per_page=1000&page=2&label_selector=example.com/app',
    );
    assert.deepEqual(answer.at('meta.pagination'), {
      page: 2,
      per_page: 50,
      previous_page: 1,
      next_page: null,
      last_page: 2,
      total_entries: 60,
    });
    assert.match(answer.headers.get('link') ?? '', /page=1&label_selector=\S+; rel=prev/);
    assert.ok(answer.headers.get('x-correlation-id'));
    assert.ok(Number(answer.headers.get('ratelimit-remaining')) > 0);
    assert.deepEqual(await names('page=9'), []);
  });

  test('are sorted by id, name and time, up and down', async () => {
    assert.equal((await names('sort=id:desc'))[0], 's-0');
    assert.equal((await names('sort=name'))[1], 's-1');
    assert.equal((await names('sort=name:desc'))[0], 's-9');
    assert.equal((await names('sort=created:desc&sort=name:asc'))[0], 's-0');
    assert.deepEqual(await names('sort=id:desc&page=2&per_page=50'), [
      ...Array.from({ length: 10 }, (_, n) => `s-${n + 50}`),
    ]);
    const refused = await world.call('GET', '/servers?sort=memory');
    assert.equal(refused.at('error.code'), 'invalid_input');
  });

  test('are filtered by name, status and labels together', async () => {
    assert.deepEqual(await names('name=s-7'), ['s-7']);
    assert.equal((await names('status=running&per_page=50')).length, 0);
    assert.equal((await names('status=initializing&label_selector=n%3D1&per_page=50')).length, 20);
    assert.equal((await names('label_selector=n+in+(0,+1),n!%3D0&per_page=50')).length, 20);
    assert.equal((await names('label_selector=n+notin+(0,1)&per_page=50')).length, 20);
    assert.equal((await names('label_selector=!n')).length, 0);
  });

  test('refuse an invalid selector', async () => {
    for (const bad of ['a=b=c', 'a in b', 'a in (b', '=b', 'a!', 'a,,b', 'a b', 'a=b:c', '-a']) {
      const answer = await world.call('GET', `/servers?label_selector=${encodeURIComponent(bad)}`);
      assert.deepEqual(
        [answer.status, answer.at('error.details.fields.0.name')],
        [422, 'label_selector'],
        bad,
      );
    }
  });

  test('of images leave out what is deprecated until it is asked for', async () => {
    const centos = async (query: string) =>
      (await world.call('GET', `/images?name=centos-7${query}`)).at(
        'meta.pagination.total_entries',
      );
    assert.deepEqual([await centos(''), await centos('&include_deprecated=true')], [0, 1]);
    const arm = await world.call('GET', '/images?name=debian-12&architecture=arm');
    assert.equal(arm.at('images.0.architecture'), 'arm');
  });

  test('of types and places hold what is sold, what is announced to end and what is gone', async () => {
    const type = async (name: string) =>
      (await world.call('GET', `/server_types?name=${name}`)).at('server_types.0');
    assert.deepEqual(JSON.stringify(await type('cx11')).match(/"locations":\[\]/g)?.length, 1);
    assert.match(JSON.stringify(await type('cx22')), /"unavailable_after":"2027-01-16T06:00:00/);
    assert.equal((await world.call('GET', '/locations?name=hel1')).at('locations.0.id'), 3);
    assert.equal((await world.call('GET', '/pricing')).at('pricing.currency'), 'EUR');
  });
});
