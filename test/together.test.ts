/** Several test files in one process: each has its own result, as when it runs alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { keepCompiled } from '../scripts/test/environment.ts';
import type { Outcome } from '../scripts/test/outcome.ts';

const root = join(import.meta.dirname, '..');
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'aura-together-test-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const head = `import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';\n`;

/** In a process of its own: Node's runner refuses to run inside a test. */
function outcomeOf(texts: Readonly<Record<string, string>>): Outcome {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const files = Object.keys(texts).filter((name) => name.endsWith('.test.ts'));
  const program = `
    import { runTogether } from ${JSON.stringify(join(root, 'scripts/test/together.ts'))};
    console.log(JSON.stringify(await runTogether(${JSON.stringify(folder)}, ${JSON.stringify(files)})));`;
  writeFileSync(join(folder, 'run.mjs'), program);
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'run.mjs')], {
    encoding: 'utf8',
    env,
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Outcome;
}

describe('files in one process', () => {
  it('fail by their own names, and keep their hooks to themselves', () => {
    const outcome = outcomeOf({
      'hook.test.ts': `${head}globalThis.times = 0;
        beforeEach(() => { globalThis.times += 1; });
        it('has its hook', () => assert.equal(globalThis.times, 1));`,
      'other.test.ts': `${head}it('has no hook', () => assert.equal(globalThis.times, 1));
        describe('a suite', () => { it('fails', () => { throw new Error('on purpose'); }); });
        it('is skipped', { skip: 'hosts: needs root' }, () => {});`,
      'helped.test.ts': `import { named } from './helper.ts';\nnamed('of a helper');`,
      'helper.ts': `${head}export const named = (name) => it(name, () => { throw new Error(name); });`,
    });
    assert.equal(outcome.passed, 2);
    assert.deepEqual(
      outcome.failed.map(({ where, name }) => [where, name]),
      [
        ['other.test.ts', 'a suite › fails'],
        ['helped.test.ts', 'of a helper'],
      ],
    );
    assert.match(outcome.failed[0]?.text ?? '', /Error: on purpose/);
    assert.deepEqual(outcome.skipped, [
      { where: 'other.test.ts', name: 'is skipped', why: 'hosts: needs root' },
    ]);
  });

  it('fail where they hold no test or cannot be loaded, and the others continue', () => {
    const outcome = outcomeOf({
      'empty.test.ts': 'export const nothing = 1;\n',
      'broken.test.ts': "throw new Error('cannot load');\n",
      'fine.test.ts': `${head}it('is fine', () => {});`,
    });
    assert.equal(outcome.passed, 1);
    assert.deepEqual(
      outcome.failed.map(({ where, name }) => [where, name]),
      [
        ['empty.test.ts', 'the file itself'],
        ['broken.test.ts', 'the file itself'],
      ],
    );
    assert.match(outcome.failed[1]?.text ?? '', /cannot load/);
  });

  it('run again alone where the process ended badly, which stays a failure', () => {
    const outcome = outcomeOf({
      'fine.test.ts': `${head}it('is fine', () => {});`,
      'exits.test.ts': `${head}it('is fine', () => {});
        process.on('exit', () => { process.exitCode = 3; });`,
    });
    assert.deepEqual(
      outcome.failed.map(({ where, name }) => [where, name]),
      [
        ['exits.test.ts', 'the file itself'],
        ['fine.test.ts, exits.test.ts', 'these files in one process'],
      ],
    );
  });

  it('report a file that ends without its tests, or fails after them', () => {
    const places = (texts: Readonly<Record<string, string>>) =>
      outcomeOf(texts).failed.map(({ where }) => where);
    const fine = { 'fine.test.ts': `${head}it('is fine', () => {});` };
    const ends = { 'ends.test.ts': `${head}it('ends all', () => process.exit(0));` };
    assert.ok(places({ ...ends, ...fine }).includes('ends.test.ts'));
    const late = `${head}it('is fine', () => { setTimeout(() => { throw new Error('late'); }, 20); });`;
    assert.ok(places({ 'late.test.ts': late, ...fine }).includes('late.test.ts'));
  });

  it('with snapshots run alone: Node stores these by the file that a process began with', () => {
    const outcome = outcomeOf({
      'shot.test.ts': `${head}it('is as before', (t) => t.assert.snapshot({ a: 1 }));`,
      'shot.test.ts.snapshot': 'exports[`is as before 1`] = `\n{\n  "a": 1\n}\n`;\n',
      'fine.test.ts': `${head}it('is fine', () => {});`,
    });
    assert.deepEqual(outcome, { passed: 2, failed: [], skipped: [] });
  });
});

describe('what Node compiled', () => {
  const filled = (name: string, entries: number) => {
    const place = join(folder, name);
    mkdirSync(place);
    for (let entry = 0; entry < entries; entry += 1) writeFileSync(join(place, `${entry}`), '');
    return place;
  };

  it('is kept for the next process, and begun again where it has grown too large', () => {
    const [full, large] = [filled('full', 3), filled('large', 4)];
    const environment: NodeJS.ProcessEnv = {};
    keepCompiled(environment, { folder: full, entriesMax: 3 });
    keepCompiled({}, { folder: large, entriesMax: 3 });
    assert.deepEqual([existsSync(full), existsSync(large)], [true, false]);
    assert.deepEqual(environment, { NODE_COMPILE_CACHE: full });
  });

  it('is where the caller asks for it', () => {
    const environment: NodeJS.ProcessEnv = { NODE_COMPILE_CACHE: '/elsewhere' };
    keepCompiled(environment, { folder: join(folder, 'none'), entriesMax: 3 });
    assert.deepEqual(environment, { NODE_COMPILE_CACHE: '/elsewhere' });
  });
});
