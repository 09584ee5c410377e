import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createService } from '../../../../reconciler/app/serve/server.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { createLink } from '../../../../reconciler/flows/status/token.ts';
import { linkSecret, serviceConfig } from '../../../builders/service-config.ts';
import { idNo, nowMs } from '../../../builders/world.ts';
import { bringUp } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

function serverOf({ ports }: FakeWorld): FastifyInstance {
  return createService({ ports, planning: null, config: serviceConfig, log: ports.log }).app;
}

const url = `/a/${idNo(1)}`;
const expires = nowMs / 1000 + 3600;
const token = createLink({ id: idNo(1), epoch: 0, expires, secret: linkSecret });
const cookie = `aura-link=${token}`;

describe('the link', () => {
  it('becomes a cookie for this page alone, and an address without the token', async () => {
    const answer = await serverOf(world1()).inject({ url: `${url}?token=${token}` });
    assert.deepEqual([answer.statusCode, answer.headers['location']], [303, url]);
    assert.equal(
      answer.headers['set-cookie'],
      `${cookie}; Path=${url}; Max-Age=3600; HttpOnly; Secure; SameSite=Lax`,
    );
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
  });

  it('opens the page, beside other cookies', async () => {
    const app = serverOf(world1());
    for (const text of [cookie, `other=1; ${cookie}`, `aura-linked=2;${cookie}; z=`]) {
      const answer = await app.inject({ url, headers: { cookie: text } });
      assert.equal(answer.statusCode, 200, text);
      assert.match(String(answer.headers['content-type']), /^text\/html/);
      assert.match(answer.body, /<h1>Up and running<\/h1>/);
      assert.doesNotMatch(answer.body, /sub_|cus_|nonce|node1/);
    }
  });

  it('that does not hold gets the same page, and no cookie, whatever is wrong', async () => {
    const app = serverOf(world1());
    const old = createLink({ id: idNo(1), epoch: 0, expires: nowMs / 1000, secret: linkSecret });
    const asked = [
      { url },
      { url: `${url}?token=` },
      { url: `${url}?token=${token}&token=${token}` },
      { url: `${url}?token=${token}x`, headers: { cookie } },
      { url: `${url}?token=${old}` },
      { url, headers: { cookie: `aura-link=${old}` } },
      { url: `/a/${idNo(2)}?token=${token}` },
      { url: `/a/${idNo(2)}`, headers: { cookie } },
      { url: '/a/%3Cscript%3E', headers: { cookie } },
      { url: `${url}?token=%0d%0aset-cookie:%20a=b` },
    ];
    const bodies = new Set<string>();
    for (const one of asked) {
      const answer = await app.inject(one);
      assert.equal(answer.statusCode, 404, one.url);
      assert.equal(answer.headers['set-cookie'], undefined);
      assert.match(String(answer.headers['content-type']), /^text\/html/);
      bodies.add(answer.body);
    }
    assert.equal(bodies.size, 1);
    assert.match([...bodies].join(''), /This link is not valid/);
  });
});

describe('the page', () => {
  it('loads and sends nothing but itself, and stays below 50 KB', async () => {
    const answer = await serverOf(world1()).inject({ url, headers: { cookie } });
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+';/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(answer.body, /(?:src|href)="(?!data:)/);
    assert.ok(Buffer.byteLength(answer.body) < 50_000);
  });

  it('works without a script: it reloads by itself', async () => {
    const { body } = await serverOf(world1()).inject({ url, headers: { cookie } });
    assert.match(body, /<noscript><meta http-equiv="refresh" content="30"><\/noscript>/);
  });

  it('is not sent again until something changes', async () => {
    const app = serverOf(world1());
    const first = await app.inject({ url, headers: { cookie } });
    const headers = { cookie, 'if-none-match': String(first.headers['etag']) };
    assert.equal((await app.inject({ url, headers })).statusCode, 304);
  });

  it('says that it is not available while git does not answer, without details', async () => {
    const world = world1();
    const failure = new Failure('NetworkUnreachable', 'CANARY https://user:pass@host');
    world.fault({ kind: 'fail', port: 'state', method: 'tips', failure });
    const answer = await serverOf(world).inject({ url, headers: { cookie } });
    assert.equal(answer.statusCode, 503);
    assert.match(String(answer.headers['content-type']), /^text\/html/);
    assert.match(answer.body, /not available at the moment/);
    assert.doesNotMatch(answer.body, /CANARY/);
  });

  it('says that nothing is known of the agent without any records, begun or lost', async () => {
    const world = world1();
    world.git.branches.delete('status');
    const app = serverOf(world);
    const answer = await app.inject({ url, headers: { cookie } });
    assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '30']);
    assert.match(answer.body, /The state of your agent is not known yet/);
    assert.match(answer.body, /If you have just ordered it/);
    const other = await app.inject({ url: `/a/${idNo(2)}`, headers: { cookie } });
    assert.equal(other.statusCode, 404, 'its link opens nothing else');
  });

  it('is answered 429 when it is opened too often', async () => {
    const app = serverOf(world1());
    const statuses: number[] = [];
    for (let n = 0; n < 61; n += 1)
      statuses.push((await app.inject({ url, headers: { cookie } })).statusCode);
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
  });
});
