/** Pages are reduced before they are parsed, and requested as fast as the rate limit allows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createBudget } from '../../../reconciler/adapters/hetzner/budget.ts';
import { createCompact } from '../../../reconciler/adapters/hetzner/compact.ts';

const serverType = (name: string) => ({
  id: 1,
  name,
  description: 'a brace } in "quotes" \\ and more',
  prices: [{ location: 'fsn1', price: { net: '1.0' } }],
});
const image = { id: 7, name: null, labels: { image: '{' } };

function page(servers: readonly object[], space?: number): Buffer {
  return Buffer.from(JSON.stringify({ servers, meta: { pagination: { page: 1 } } }, null, space));
}

type Server = { server_type?: unknown; image?: unknown; location?: unknown; name?: unknown };

describe('a page of servers', () => {
  const servers = ['cpx12', 'cpx22', 'cpx12', 'cpx12'].map((type, n) => ({
    id: n,
    // Text that looks like a field of its own stays text.
    name: 'he said "server_type":{"name":"none"} and "image":{',
    labels: { server_type: 'x' },
    server_type: serverType(type),
    image: n === 1 ? null : image,
    location: { id: 1, name: 'fsn1', city: n === 3 ? 'Zürich' : 'Falkenstein' },
  }));

  for (const space of [undefined, 2]) {
    test(`keeps what is read, ${space === undefined ? 'in one line' : 'indented'}`, () => {
      const compact = createCompact();
      for (let pages = 0; pages < 2; pages += 1) {
        const text = compact(page(servers, space));
        const parsed = JSON.parse(text) as { servers: Server[]; meta: unknown };
        assert.deepEqual(parsed.meta, { pagination: { page: 1 } });
        assert.deepEqual(
          parsed.servers,
          servers.map((server) => ({
            ...server,
            server_type: { name: server.server_type.name },
            image: server.image === null ? null : { id: 7, name: null },
            location: { name: 'fsn1' },
          })),
        );
        assert.ok(text.length < page(servers, space).length / 1.5);
      }
    });
  }

  test('with a body of its own in each server is complete anyway', () => {
    const different = Array.from({ length: 60 }, (_, n) => ({
      id: n,
      server_type: serverType(`type${n}`),
    }));
    const parsed = JSON.parse(createCompact()(page(different))) as { servers: Server[] };
    assert.deepEqual(
      parsed.servers.map(({ server_type }) => (server_type as { name: string }).name),
      different.map(({ server_type }) => server_type.name),
    );
  });

  for (const [what, text] of [
    ['breaks off in a body', '{"servers":[{"server_type":{"name":"cpx12","prices":['],
    ['is no JSON in a body', '{"servers":[{"server_type":{name}}]}'],
    ['is empty', ''],
    ['is something else', '<html>"image":{</html>'],
  ] as const) {
    test(`that ${what} is left to the parser`, () =>
      assert.equal(createCompact()(Buffer.from(text)), text));
  }
});

describe('the budget of requests', () => {
  const headers = (remaining: number, limit = 3600) => ({
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
  });
  /** A bucket of 3600 an hour: one comes back each second. */
  function opened() {
    const waits: number[] = [];
    let nowMs = 0;
    const budget = createBudget({
      now: () => nowMs,
      async wait(ms) {
        waits.push(ms);
        nowMs += ms;
      },
    });
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { budget, waits, pass };
  }

  test('is unknown before the first answer, and nothing waits for it', async () => {
    const { budget, waits } = opened();
    assert.equal(budget.now(), null);
    await budget.page(async () => {});
    assert.deepEqual(waits, []);
  });

  test('is the newest answer’s, and counts our own calls', () => {
    const { budget } = opened();
    budget.see(headers(3000));
    budget.see(headers(2999));
    assert.deepEqual(budget.now(), { callsPerHour: 3600, remaining: 2999, calls: 2 });
  });

  test('leaves the last fifth for changes: a page waits for the refill', async () => {
    const { budget, waits } = opened();
    budget.see(headers(721));
    await budget.page(async () => {
      assert.deepEqual(waits, []);
      // This one is in transit, and no answer has counted it yet.
      await budget.page(async () => {});
    });
    assert.deepEqual(waits, [1000]);
  });

  test('paces pages to the refill', async () => {
    const { budget, waits } = opened();
    budget.see(headers(720));
    for (let pages = 0; pages < 5; pages += 1)
      await budget.page(async () => budget.see(headers(720)));
    assert.deepEqual(waits, [1000, 1000, 1000, 1000, 1000]);
  });

  test('assumes that time refills it, up to its size', async () => {
    const { budget, waits, pass } = opened();
    budget.see(headers(0));
    pass(3_600_000 * 5);
    await budget.page(async () => {});
    assert.deepEqual(waits, []);
  });

  test('is not used up by pages that never had an answer', async () => {
    const { budget, waits } = opened();
    budget.see(headers(721));
    const lost = new Error('no connection');
    for (let pages = 0; pages < 3; pages += 1) {
      const page = budget.page(() => Promise.reject(lost));
      await assert.rejects(page, lost);
    }
    assert.deepEqual(waits, []);
  });

  test('lets a page through in the end: then Hetzner itself refuses', async () => {
    const { budget, waits } = opened();
    budget.see(headers(0, 1));
    await budget.page(async () => {});
    assert.ok(waits.length > 1 && waits.length <= 120);
  });

  test('waits no more after fifty minutes, on however many pages', async () => {
    const { budget, waits } = opened();
    budget.see(headers(0));
    // Another client uses all of the refill.
    for (let pages = 0; pages < 200; pages += 1)
      await budget.page(async () => budget.see(headers(0)));
    const waitedMs = waits.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waitedMs >= 3_000_000 && waitedMs < 3_000_000 + 30_000, `${waitedMs}`);
  });

  test('waits as long as a fleet of 100,000 needs', async () => {
    const { budget, waits } = opened();
    let remaining = 0;
    budget.see(headers(remaining));
    for (let pages = 0; pages < 2000; pages += 1) {
      await budget.page(async () => {
        remaining = 720;
        budget.see(headers(remaining));
      });
    }
    const [waitedMs, before] = [waits.reduce((sum, ms) => sum + ms, 0), waits.length];
    assert.ok(waitedMs < 3_000_000);
    budget.see(headers(719));
    await budget.page(async () => {});
    assert.ok(waits.length > before, 'the last page waits like the others');
  });

  test('without headers, or with odd ones, nothing waits', async () => {
    const { budget, waits } = opened();
    budget.see({});
    budget.see({ 'ratelimit-limit': '-5', 'ratelimit-remaining': '-5' });
    budget.see(headers(0, 0));
    await budget.page(async () => {});
    assert.deepEqual([budget.now(), waits], [null, []]);
  });
});
