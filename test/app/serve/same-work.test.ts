/**
 * A refusal must not tell by its time why it is one. V8 counts how often each block of our code
 * runs: every kind of refusal has to run the same blocks, equally often.
 */
import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { linkSecret, serviceConfig } from '../../builders/service-config.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld } from '../../fakes/world.ts';

const expires = nowMs / 1000 + 60;
/** Looks an agent up: what it runs depends on the agent that the token with our signature names. */
const lookup = /\/flows\/status\/(?!token)|\/test\//;

const session = new Session();
let app: FastifyInstance;
let link: typeof import('../../../reconciler/flows/status/token.ts').createLink;
const git = { asked: 0 };

before(async () => {
  session.connect();
  await session.post('Profiler.enable');
  // Before the code is compiled, or its blocks are not counted.
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const { createService } = await import('../../../reconciler/app/serve/server.ts');
  ({ createLink: link } = await import('../../../reconciler/flows/status/token.ts'));
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  const { ports } = world;
  const lastRemoval: typeof ports.state.lastRemoval = (path) => {
    git.asked += 1;
    return ports.state.lastRemoval(path);
  };
  const counted = { ...ports, state: { ...ports.state, lastRemoval } };
  ({ app } = createService({
    ports: counted,
    planning: null,
    config: serviceConfig,
    log: ports.log,
  }));
});

const own = (part: { epoch?: number; expires?: number; secret?: string } = {}) =>
  link({ id: idNo(1), epoch: 0, expires, secret: linkSecret, ...part });

const refusals: readonly (readonly [what: string, n: number, token: () => string])[] = [
  ['tampered', 1, () => own({ secret: 'x'.repeat(32) })],
  ['tampered, of an agent that does not exist', 3, () => own({ secret: 'x'.repeat(32) })],
  ['expired', 1, () => own({ expires: nowMs / 1000 })],
  ['revoked', 1, () => own({ epoch: 1 })],
  ["another agent's", 2, () => own()],
  ["another agent's, of one that does not exist", 3, () => own()],
  [
    'of an agent that does not exist',
    3,
    () => link({ id: idNo(3), epoch: 0, expires, secret: linkSecret }),
  ],
];

/** How often each block ran during one request. */
async function blocksOf(path: string, n: number, token: string): Promise<readonly string[]> {
  await session.post('Profiler.takePreciseCoverage');
  const isPage = path === '/a/';
  const headers = isPage ? { cookie: `aura-link=${token}` } : { authorization: `Bearer ${token}` };
  const answer = await app.inject({ url: `${path}${idNo(n)}`, headers });
  assert.equal(answer.statusCode, 404);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => url.includes('/reconciler/') && !lookup.test(url))
    .flatMap(({ url, functions }) =>
      functions.flatMap(({ functionName, ranges }) =>
        ranges
          .filter(({ count }) => count > 0)
          .map((range) => {
            const where = `${url.split('/reconciler/')[1]} ${functionName}`;
            return `${where} ${range.startOffset}-${range.endOffset} × ${range.count}`;
          }),
      ),
    )
    .sort();
}

for (const path of ['/v1/agents/', '/a/']) {
  test(`every refusal of ${path} runs the same code, equally often`, async () => {
    // The first of each kind may fill caches.
    for (const [, n, token] of refusals) await blocksOf(path, n, token());
    const searches = git.asked;
    const [first = '', n = 0, token] = refusals[0] ?? [];
    const expected = await blocksOf(path, n, token?.() ?? '');
    assert.ok(
      expected.some((block) => block.startsWith('flows/status/token.ts openLink')),
      first,
    );
    for (const [what, asked, of] of refusals)
      assert.deepEqual(await blocksOf(path, asked, of()), expected, what);
    assert.equal(git.asked, searches, 'no refusal searches history');
  });
}
