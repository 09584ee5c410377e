/** The platform's address for commands: its callers, answers and limits. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createRateLimiter } from '../../../reconciler/app/serve/rate-limit.ts';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { confirmation } from '../../../reconciler/core/commands/command-request.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { platformToken, serviceConfig } from '../../builders/service-config.ts';
import { idNo } from '../../builders/world.ts';
import { askFor, bringUp, fileText } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;
let app: FastifyInstance;

beforeEach(() => {
  world = createFakeWorld();
  for (const n of [1, 2]) askFor(world, n);
  const { ports } = world;
  app = createService({ ports, planning: null, config: serviceConfig, log: ports.log }).app;
});

type Sent = { n?: number; body?: unknown; bearer?: string | null; key?: string; id?: string };

async function send({
  n = 1,
  body = { command: 'stop' },
  bearer = platformToken,
  key,
  id,
}: Sent = {}) {
  const answer = await app.inject({
    method: 'POST',
    url: `/v1/agents/${id ?? idNo(n)}/commands`,
    headers: {
      'content-type': 'application/json',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, said: answer.json(), headers: answer.headers };
}
const count = () => world.git.history('main').length;

describe('a command', () => {
  it('is answered with its commit', async () => {
    const { status, said, headers } = await send({ key: 'req-1' });
    assert.equal(status, 202);
    assert.deepEqual(said, {
      agent: idNo(1),
      command: 'stop',
      commit: world.git.tip('main')?.id,
      repeated: false,
      lost: null,
      notes: [],
    });
    assert.equal(headers['cache-control'], 'no-store');
    const again = await send({ key: 'req-1' });
    assert.deepEqual(
      [again.status, again.said.commit, again.said.repeated],
      [202, said.commit, true],
    );
  });

  it('that changes nothing is answered with the reason', async () => {
    const { status, said } = await send({ body: { command: 'start' } });
    assert.deepEqual(
      [status, said],
      [200, { agent: idNo(1), command: 'start', commit: null, why: 'it is switched on already' }],
    );
  });

  it('that deletes data is answered with what would be lost, and how to confirm', async () => {
    bringUp(world, 3);
    const bare = await send({ n: 3, body: { command: 'reprovision' } });
    assert.equal(bare.status, 409);
    assert.deepEqual(
      [bare.said.error.code, bare.said.error.confirm],
      ['ConfirmationNeeded', confirmation],
    );
    const { confirm, lost } = bare.said.error;
    const done = await send({ n: 3, body: { command: 'reprovision', confirm } });
    assert.deepEqual([done.status, done.said.lost], [202, lost]);
    assert.match(lost, /server \d+/);
  });

  it('that is refused is answered with every reason', async () => {
    const cases: readonly [Sent, number, string][] = [
      [{ body: { command: 'retire' } }, 400, 'InvalidInput'],
      [{ body: { command: 'fly', wings: 2 } }, 400, 'InvalidInput'],
      [{ body: { command: 'config', config: { colour: 'red' } } }, 400, 'InvalidInput'],
      [{ body: '[]' }, 400, 'InvalidInput'],
      [{ body: '{' }, 400, 'BadRequest'],
      [{ body: '' }, 400, 'BadRequest'],
      [{ key: 'a b' }, 400, 'InvalidInput'],
      [{ body: { command: 'region', region: 'ap' } }, 400, 'NotSold'],
      [{ n: 9 }, 404, 'NotFound'],
      [{ id: 'agt-1' }, 404, 'NotFound'],
      [{ body: { command: 'stop', reason: 'x'.repeat(20_000) } }, 413, 'TooLarge'],
    ];
    const before = count();
    for (const [sent, status, code] of cases) {
      const answer = await send({ n: 2, ...sent });
      assert.deepEqual([answer.status, answer.said.error.code], [status, code]);
    }
    assert.equal(count(), before);
    const { said } = await send({ n: 2, body: { command: 'fly', wings: 2 } });
    assert.equal(said.error.problems.length, 2);
  });

  it('with the key of another is refused', async () => {
    await send({ key: 'req-1' });
    const { status, said } = await send({ key: 'req-1', body: { command: 'start' } });
    assert.deepEqual([status, said.error.code], [422, 'RequestReused']);
  });

  it('while git does not answer: 503, and again as soon as it does', async () => {
    const failure = new Failure('NetworkUnreachable', 'CANARY https://user:pass@host');
    world.fault({ kind: 'fail', port: 'state', method: 'push', failure });
    const { status, said, headers } = await send();
    assert.deepEqual([status, said.error.code], [503, 'Unavailable']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.doesNotMatch(JSON.stringify(said), /CANARY/);
    assert.equal((await send()).status, 202);
  });
});

describe('a caller without a token of the platform', () => {
  it('gets no other answer, whatever the request', async () => {
    const [before, right] = [count(), platformToken];
    for (const bearer of [null, '', 'x', right.slice(1), `${right}p`, `${right} ${right}`]) {
      const { status, said, headers } = await send({ bearer, body: '{', id: 'agt-1' });
      assert.deepEqual([status, said.error.code], [401, 'Unauthorized'], String(bearer));
      assert.equal(headers['www-authenticate'], 'Bearer');
    }
    assert.equal(count(), before);
    assert.doesNotMatch(JSON.stringify(world.logs), /pppp/);
  });

  it('no other method is answered', async () => {
    const url = `/v1/agents/${idNo(1)}/commands`;
    const { statusCode, headers } = await app.inject({ method: 'GET', url });
    assert.deepEqual([statusCode, headers['allow']], [405, 'POST']);
  });
});

describe('the rate', () => {
  it('is limited for each agent by itself, and fills again', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const command = n % 2 === 0 ? 'stop' : 'start';
      statuses.push((await send({ body: { command } })).status);
    }
    assert.deepEqual(statuses, [202, 202, 202, 202, 202, 429]);
    const power = fileText(world, 1);
    const { headers, said } = await send();
    assert.deepEqual([said.error.code, headers['retry-after']], ['RateLimited', '6']);
    assert.equal(fileText(world, 1), power);
    assert.equal((await send({ n: 2 })).status, 202);
    world.advance(6000);
    assert.notEqual((await send()).status, 429);
  });

  it('does not change with a clock that is set back', () => {
    const rate = createRateLimiter({ burst: 2, perMinute: 60 });
    assert.deepEqual(
      [10_000, 5_000, 0, 500, 1_000].map((ms) => rate.take('a', ms)),
      [null, null, 1, 1, null],
    );
  });
});
