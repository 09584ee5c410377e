/** Reports of pushes are signed, only trigger, and are accepted or refused without a trace of them. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import Fastify from 'fastify';
import { registerHook } from '../../../reconciler/app/serve/hook-route.ts';
import { createFakeLog } from '../../fakes/log.ts';

const [current, former] = ['c'.repeat(32), 'f'.repeat(32)];
const push = (ref: string) => JSON.stringify({ ref, after: '0'.repeat(40) });
const ofMain = push('refs/heads/main');
const signed = (body: string | Buffer, secret = current) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function receiver(secrets: readonly string[] = [current, former]) {
  const pushes: string[] = [];
  const lines: Parameters<typeof createFakeLog>[0] = [];
  const app = Fastify();
  const pushed = (branch: string) => {
    pushes.push(branch);
  };
  registerHook(app, { secrets, pushed, clock: { now: () => 0 }, log: createFakeLog(lines) });
  return {
    lines,
    pushes: () => pushes.length,
    branches: () => pushes,
    async post(body: string | Buffer, signature?: string, type = 'application/json') {
      const headers = {
        'content-type': type,
        ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
      };
      const { statusCode } = await app.inject({ method: 'POST', url: '/hooks/git', headers, body });
      return statusCode;
    },
  };
}

describe('a report of a push', () => {
  it('triggers a look for main and for the stop, and for what is no JSON', async () => {
    const { post, pushes } = receiver();
    for (const ref of ['refs/heads/main', 'refs/heads/stop', 'refs/heads/stop/fleet'])
      assert.equal(await post(push(ref), signed(push(ref))), 202);
    const form = `payload=${encodeURIComponent(ofMain)}`;
    assert.equal(await post(form, signed(form), 'application/x-www-form-urlencoded'), 202);
    const bytes = Buffer.from([0xff, 0x00, 0x7b]);
    assert.equal(await post(bytes, signed(bytes), 'application/octet-stream'), 202);
    assert.equal(pushes(), 5);
  });

  it('names the branch that moved', async () => {
    const { post, branches } = receiver();
    for (const ref of ['refs/heads/status', 'refs/heads/stop', 'refs/heads/main'])
      await post(push(ref), signed(push(ref)));
    assert.deepEqual(branches(), ['status', 'main', 'main']);
  });

  it('of another branch, or a ping, triggers none', async () => {
    const { post, pushes } = receiver();
    const bodies = [
      'refs/heads/status2',
      'refs/heads/main2',
      'refs/tags/main',
      'refs/heads/stopped',
    ]
      .map(push)
      .concat(
        '{"zen":"Keep it logically awesome."}',
        'null',
        '"main"',
        '{"ref":["refs/heads/main"]}',
      );
    for (const body of bodies) assert.equal(await post(body, signed(body)), 202, body);
    assert.equal(pushes(), 0);
  });

  it('is accepted with each secret, and refused without a right signature', async () => {
    const { post, pushes, lines } = receiver();
    assert.equal(await post(ofMain, signed(ofMain, former)), 202);
    const right = signed(ofMain);
    const wrong = [
      undefined,
      '',
      right.slice(7),
      right.slice(0, -1),
      `${right}0`,
      right.toUpperCase(),
      right.replace('sha256', 'sha1'),
      `sha256=${'0'.repeat(64)}`,
      signed(ofMain, 'x'.repeat(32)),
      signed(`${ofMain} `),
    ];
    for (const signature of wrong) assert.equal(await post(ofMain, signature), 401, signature);
    assert.equal(await post(`${ofMain} `, right), 401);
    assert.equal(pushes(), 1);
    assert.ok(!JSON.stringify(lines).includes(current) && !JSON.stringify(lines).includes(right));
    // Refusals are logged sparingly.
    assert.equal(lines.length, 1);
  });

  it('is refused where no secret is set, whatever it is signed with', async () => {
    const { post, pushes } = receiver([]);
    for (const secret of ['', current])
      assert.equal(await post(ofMain, signed(ofMain, secret)), 401);
    assert.equal(pushes(), 0);
  });

  it('with a body that is too large is refused', async () => {
    const { post, pushes } = receiver();
    const large = Buffer.alloc(1024 * 1024 + 1, ' ');
    assert.equal(await post(large, signed(large)), 413);
    assert.equal(pushes(), 0);
  });
});
