import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesIn, packet } from '../../../reconciler/adapters/git/packets.ts';
import { compareAndSwap } from '../../../reconciler/adapters/git/push.ts';
import { noOid, type Remote } from '../../../reconciler/adapters/git/remote.ts';
import { Failure } from '../../../reconciler/core/failure.ts';

const ours = 'b'.repeat(40);
const base = 'a'.repeat(40);
const theirs = 'c'.repeat(40);

/** A server with one branch; each push goes through the next of `events` before it is decided. */
function createServer(events: readonly ((server: { tip: string }) => 'judge' | Failure)[]) {
  const server = { tip: base };
  const below = new Set<string>();
  let pushes = 0;
  const remote: Pick<Remote, 'branches' | 'update'> = {
    branches: async () => (server.tip === noOid ? new Map() : new Map([['main', server.tip]])),
    async update({ from, to }) {
      const verdict = (events[pushes] ?? (() => 'judge' as const))(server);
      pushes += 1;
      if (verdict instanceof Failure) throw verdict;
      if (server.tip !== from) return 'failed to update ref';
      server.tip = to;
      return null;
    },
  };
  const waits: number[] = [];
  const run = () =>
    compareAndSwap({
      remote,
      clock: { now: () => 0, wait: async (ms) => void waits.push(ms) },
      update: { branch: 'main', from: base, to: ours, pack: null },
      landedBelow: async (tip) => below.has(tip),
    });
  return { server, below, run, waits, pushes: () => pushes };
}

const outage = new Failure('ProviderOutage', 'the git server answers 503');

test('an answer that was lost after the push landed', async () => {
  const { run, pushes } = createServer([
    (server) => {
      server.tip = ours;
      return outage;
    },
  ]);
  assert.equal(await run(), true);
  assert.equal(pushes(), 1);
});

test('an answer that was lost, and another commit built on ours meanwhile', async () => {
  const { run, below, pushes } = createServer([
    (server) => {
      server.tip = theirs;
      return outage;
    },
  ]);
  below.add(theirs);
  assert.equal(await run(), true);
  assert.equal(pushes(), 1);
});

test('another push came first', async () => {
  const { run, waits } = createServer([
    (server) => {
      server.tip = theirs;
      return 'judge';
    },
  ]);
  assert.equal(await run(), false);
  assert.deepEqual(waits, []);
});

test('the branch is gone: ours did not land', async () => {
  const { run } = createServer([
    (server) => {
      server.tip = noOid;
      return outage;
    },
  ]);
  assert.equal(await run(), false);
});

test('nothing happened: the same push goes again, a bounded number of times', async () => {
  const once = createServer([() => outage]);
  assert.equal(await once.run(), true);
  assert.equal(once.pushes(), 2);
  const down = createServer([() => outage, () => outage, () => outage]);
  await assert.rejects(down.run(), (thrown) => thrown === outage);
  assert.equal(down.pushes(), 3);
  assert.equal(down.waits.length, 3);
});

test('a refusal without another push is the server’s own, in its own words', async () => {
  const { run, server } = createServer([]);
  const refusing: Pick<Remote, 'branches' | 'update'> = {
    branches: async () => new Map([['main', server.tip]]),
    update: async () => 'refs/heads/main protected branch hook declined',
  };
  const push = compareAndSwap({
    remote: refusing,
    clock: { now: () => 0, wait: async () => {} },
    update: { branch: 'main', from: base, to: ours, pack: null },
    landedBelow: async () => false,
  });
  await assert.rejects(push, (thrown) => {
    return (
      thrown instanceof Failure && thrown.reason === 'PushRefused' && /hook/.test(String(thrown))
    );
  });
  assert.equal(await run(), true);
});

test('a wrong token is not tried again', async () => {
  const denied = new Failure('Unauthorized', 'the git server answers 401');
  const { run, pushes } = createServer([() => denied]);
  await assert.rejects(run(), (thrown) => thrown === denied);
  assert.equal(pushes(), 1);
});

test('a listing that breaks off anywhere is never taken for a short one', () => {
  const whole = Buffer.concat([packet('one\n'), packet('two\n'), Buffer.from('0000')]);
  assert.deepEqual(linesIn(whole), ['one', 'two']);
  for (let length = 0; length < whole.length; length += 1) {
    assert.throws(() => linesIn(whole.subarray(0, length)), { reason: 'UnexpectedAnswer' });
  }
  assert.throws(() => linesIn(Buffer.from('<html>')), { reason: 'UnexpectedAnswer' });
});
