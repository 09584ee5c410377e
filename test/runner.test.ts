/** The runner of the tests: what counts as passed. A test that did not run never passes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { forgetAccounts } from '../scripts/test/environment.ts';
import { testGroups } from '../scripts/test/files.ts';
import {
  added,
  nothingRan,
  type Outcome,
  requiredKinds,
  requiring,
  summary,
} from '../scripts/test/outcome.ts';

const root = join(import.meta.dirname, '..');
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'aura-runner-test-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return path;
}

/** In a process of its own: Node's runner refuses to run inside a test. */
function outcomeOf(...files: readonly string[]): Outcome {
  const program = `
    import { runTestFiles } from ${JSON.stringify(join(root, 'scripts/test/node-tests.ts'))};
    console.log(JSON.stringify(await runTestFiles(${JSON.stringify(folder)}, ${JSON.stringify(files)})));`;
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const script = join(folder, write('run.mjs', program));
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Outcome;
}

const head = `import { before, describe, it } from 'node:test';\n`;

describe('the runner', () => {
  it('counts test files by their tests, each test once', () => {
    const file = write(
      'test/mixed.test.ts',
      `${head}
      describe('a suite', () => {
        it('passes', () => {});
        it('fails', () => { throw new Error('on purpose'); });
        it('is skipped', { skip: 'hosts: needs root' }, () => {});
      });
      describe('a skipped suite', { skip: 'browser: none' }, () => { it('never', () => {}); });
      it('a parent', async (t) => { await t.test('passes', () => {}); });`,
    );
    const outcome = outcomeOf(file);
    assert.equal(outcome.passed, 3);
    assert.deepEqual(
      outcome.failed.map((one) => [one.where, one.name]),
      [[file, 'a suite › fails']],
    );
    assert.match(outcome.failed[0]?.text ?? '', /Error: on purpose/);
    assert.deepEqual(
      outcome.skipped.map(({ name, why }) => [name, why]),
      [
        ['a suite › is skipped', 'hosts: needs root'],
        ['a skipped suite', 'browser: none'],
      ],
    );
  });

  it('counts files without a test, that cannot be loaded, or that end badly, as failures', () => {
    const outcome = outcomeOf(
      write('test/empty.test.ts', 'export const nothing = 1;\n'),
      write('test/broken.test.ts', "throw new Error('cannot load');\n"),
      write(
        'test/exit.test.ts',
        `${head}it('is fine', () => {});\nprocess.on('exit', () => { process.exitCode = 3; });\n`,
      ),
    );
    assert.deepEqual(
      outcome.failed.map((one) => one.where),
      ['test/empty.test.ts', 'test/broken.test.ts', 'test/exit.test.ts'],
    );
    assert.equal(outcome.failed[0]?.text, 'holds no test');
    assert.match(outcome.failed[1]?.text ?? '', /cannot load/);
  });

  it('passes no test of a file whose preparation fails', () => {
    const outcome = outcomeOf(
      write(
        'test/hook.test.ts',
        `${head}describe('s', () => { before(() => { throw new Error('hook broke'); }); it('a', () => {}); });`,
      ),
    );
    assert.equal(outcome.passed, 0);
    assert.ok(outcome.failed.some((one) => one.text.includes('hook broke')));
  });

  it('runs the fast files first, each of them in one group', () => {
    const groups = testGroups(root, []);
    assert.equal(groups[0]?.name, 'fast tests');
    const files = groups.flatMap((group) => group.files);
    assert.equal(new Set(files).size, files.length);
    assert.ok(files.includes('test/runner.test.ts'));
    const slow = groups
      .filter((group) => group.name === 'terraform tests')
      .flatMap((group) => group.files);
    assert.ok(slow.includes('test/terraform/gate.test.ts'));
    assert.ok(slow.every((file) => file.startsWith('test/terraform/')));
  });

  it('chooses files by path: a folder, a file, not the beginning of a name', () => {
    const chosen = (...filters: readonly string[]) =>
      testGroups(root, filters).flatMap((group) => group.files);
    assert.ok(chosen('test/core').every((file) => file.startsWith('test/core/')));
    assert.ok(chosen('./test/core/').length > 5);
    assert.deepEqual(chosen('test/runner.test.ts'), ['test/runner.test.ts']);
    assert.deepEqual(chosen('test/cor'), []);
  });
});

describe('the outcome', () => {
  const skipped = [
    { where: 'a', name: 'x', why: 'hosts: needs root' },
    { where: 'b', name: 'y', why: 'browser: none' },
  ];
  const outcome: Outcome = { passed: 12, failed: [], skipped };

  it('ends with one line that stands alone', () => {
    const failed = [{ where: 'c', name: 'z', text: 'why' }];
    assert.equal(
      summary(added(outcome, { passed: 1, failed, skipped: [] })),
      [
        'failed:',
        '  c › z',
        'skipped:',
        '  a › x: hosts: needs root',
        '  b › y: browser: none',
        '13 passed, 1 failed, 2 skipped',
      ].join('\n'),
    );
    assert.equal(summary(nothingRan), '0 passed, 0 failed, 0 skipped');
  });

  it('a skip of a required kind is a failure', () => {
    const required = requiring(outcome, ['hosts']);
    assert.deepEqual(
      required.failed.map((one) => one.where),
      ['a'],
    );
    assert.equal(required.skipped.length, 1);
    assert.equal(requiring(outcome, ['all']).failed.length, 2);
    assert.deepEqual(requiring(outcome, []), outcome);
  });

  it('a skip that names no kind is a failure, whatever is required', () => {
    const where = 'c';
    for (const why of ['no reason given', 'moto is missing', 'hostsaplenty: x', 'hosts'])
      for (const required of [[], ['hosts'], ['all']]) {
        const judged = requiring({ ...nothingRan, skipped: [{ where, name: 'z', why }] }, required);
        assert.match(judged.failed[0]?.text ?? '', /names no kind/, why);
        assert.deepEqual(judged.skipped, []);
      }
  });

  it('AURA_REQUIRE takes kinds that there are, and no other word', () => {
    assert.deepEqual(requiredKinds(''), []);
    assert.deepEqual(requiredKinds('clients,all'), ['clients', 'all']);
    assert.throws(() => requiredKinds('client'), /AURA_REQUIRE names client; it takes clients, /);
  });
});

describe('the environment of tests', () => {
  it('holds no account and no hook’s idea of git', () => {
    const environment: NodeJS.ProcessEnv = {
      PATH: '/bin',
      HCLOUD_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      GIT_DIR: 'x',
      GITHUB_TOKEN: 'x',
      STRIPE_SECRET_KEY: 'x',
      TF_CLI_CONFIG_FILE: 'x',
      AURA_SSH_CA_KEY: 'x',
      AURA_REQUIRE: 'hosts',
    };
    forgetAccounts(environment);
    assert.deepEqual(environment, { PATH: '/bin', AURA_REQUIRE: 'hosts' });
  });
});
