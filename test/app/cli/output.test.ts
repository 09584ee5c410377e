/** Where texts are printed, the form of errors, and what never reaches a terminal. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { WriteStream } from 'node:tty';
import { endWithError, exitCodes, UsageError } from '../../../reconciler/app/cli/run/exit.ts';
import { createOutput, plain, table } from '../../../reconciler/app/cli/text/output.ts';
import { createProgress } from '../../../reconciler/app/cli/text/progress.ts';
import { Failure } from '../../../reconciler/core/failure.ts';

function open(options: {
  readonly json?: boolean;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const as = (stream: PassThrough) =>
    Object.assign(stream, { isTTY: options.terminal ?? false }) as unknown as WriteStream;
  const env = options.env ?? {};
  const out = createOutput(
    { stdout: as(stdout), stderr: as(stderr) },
    { env, json: options.json ?? false },
  );
  return {
    out,
    env,
    async written() {
      stdout.end();
      stderr.end();
      return { stdout: await text(stdout), stderr: await text(stderr) };
    },
  };
}

test('text goes to people, the one document to programs', async () => {
  const people = open({});
  people.out.text('hello');
  people.out.document({ a: 1 });
  assert.deepEqual(await people.written(), { stdout: 'hello\n', stderr: '' });
  const programs = open({ json: true });
  programs.out.text('hello');
  programs.out.document({ a: 1 });
  programs.out.document({ a: 2 });
  assert.deepEqual(JSON.parse((await programs.written()).stdout), { a: 1 });
});

test('colours are for terminals, and not where NO_COLOR or a dumb one forbids them', () => {
  const painted = (options: Parameters<typeof open>[0]) => open(options).out.paint('red', 'x');
  assert.equal(painted({ terminal: true }), '\u001b[31mx\u001b[0m');
  assert.equal(painted({ terminal: true, env: { NO_COLOR: '1' } }), 'x');
  assert.equal(painted({ terminal: true, env: { NO_COLOR: '' } }), '\u001b[31mx\u001b[0m');
  assert.equal(painted({ terminal: true, env: { TERM: 'dumb' } }), 'x');
  assert.equal(painted({}), 'x');
});

test('progress is redrawn on a terminal and leaves nothing; elsewhere each step is a line', async () => {
  const step = {
    agent: 'agt-a',
    change: 'create',
    step: 'vm',
    at: '2026-11-22T05:00:00Z',
  } as const;
  const file = open({});
  createProgress(file.out).step(step);
  assert.equal((await file.written()).stderr, '2026-11-22T05:00:00Z agt-a create: vm\n');
  const terminal = open({ terminal: true, env: { NO_COLOR: '1' } });
  const live = createProgress(terminal.out);
  live.step(step);
  live.step({ ...step, step: 'boot' });
  live.end();
  const erased = '\u001b[1A\u001b[0J';
  assert.equal(
    (await terminal.written()).stderr,
    `  agt-a create: vm 0 s\n${erased}  agt-a create: boot 0 s\n${erased}`,
  );
});

test('text from outside cannot control the terminal', () => {
  assert.equal(plain('a\u001b[2Jb\u0007c\u202ed\ne'), 'ab\ufffdc\ufffdd\ne');
});

test('columns are as wide as their widest cell', () => {
  assert.equal(
    table([
      ['a', 'b'],
      ['ccc', 'd'],
      ['e', ''],
    ]),
    'a    b\nccc  d\ne',
  );
});

test('an error has its cause and the next action, without a stack and without secrets', async () => {
  const secret = 'Zq9vT1mC4xW8bN2kL6pR3sD7';
  const world = open({ env: { AWS_SECRET_ACCESS_KEY: secret } });
  const thrown = new Failure('Unauthorized', `refused ${secret} and sk_test_0123456789abcdef`);
  assert.equal(await endWithError(thrown, world), exitCodes.error);
  const { stdout, stderr } = await world.written();
  assert.equal(stdout, '');
  assert.match(stderr, /^aura: refused \[secret\] and \[secret\]\n {2}reason: Unauthorized\n/);
  assert.match(stderr, /to do: {2}Check that the credential is right/);
  assert.doesNotMatch(stderr, /\bat /);
});

test('an unexpected error is a defect; its stack is printed for debugging', async () => {
  const quiet = open({});
  assert.equal(await endWithError(new TypeError('x is undefined'), quiet), exitCodes.error);
  assert.doesNotMatch((await quiet.written()).stderr, /output\.test/);
  const debugging = open({ env: { AURA_LOG_LEVEL: 'debug' } });
  await endWithError(new TypeError('x is undefined'), debugging);
  assert.match((await debugging.written()).stderr, /reason: Bug[\s\S]*output\.test/);
});

test('a usage error ends with 64, and under --json is a document', async () => {
  const world = open({ json: true });
  assert.equal(await endWithError(new UsageError('no such thing'), world), exitCodes.usage);
  const { error } = JSON.parse((await world.written()).stdout);
  assert.deepEqual([error.reason, error.message], ['Usage', 'no such thing']);
});
