/** The setup of a machine: a build counts only when it is complete, and only one process builds. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { launch } from '../scripts/setup/launch.mjs';
import { acquireLock } from '../scripts/setup/lock.mjs';
import { cached, sweepDrafts, writeWhole } from '../scripts/setup/parts.mjs';
import { partsOfVerb } from '../scripts/setup/verb-parts.mjs';

const root = join(import.meta.dirname, '..');
const setupMsMax = 2_000;
const hashes = { old: 'a'.repeat(16), current: 'b'.repeat(16) };
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'aura-setup-test-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('a folder of the cache', () => {
  it('is built once, and replaces only the older one of its name', async () => {
    const cache = join(folder, 'once');
    for (const name of [`tool-${hashes.old}`, `tool-two-${hashes.old}`, `other-${hashes.old}`])
      mkdirSync(join(cache, name), { recursive: true });
    let made = 0;
    const make = (draft: string) => {
      made += 1;
      writeFileSync(join(draft, 'content'), 'whole');
    };
    const first = await cached('tool', hashes.current, make, cache);
    assert.equal(await cached('tool', hashes.current, make, cache), first);
    assert.equal(made, 1);
    assert.equal(readFileSync(join(first, 'content'), 'utf8'), 'whole');
    assert.deepEqual(readdirSync(cache).sort(), [
      `other-${hashes.old}`,
      `tool-${hashes.current}`,
      `tool-two-${hashes.old}`,
    ]);
  });

  it('that could not be built leaves nothing, and the older one in its place', async () => {
    const cache = join(folder, 'failing');
    mkdirSync(join(cache, `tool-${hashes.old}`), { recursive: true });
    const make = (draft: string) => {
      writeFileSync(join(draft, 'half'), '');
      throw new Error('the disk is full');
    };
    await assert.rejects(cached('tool', hashes.current, make, cache), /the disk is full/);
    assert.deepEqual(readdirSync(cache), [`tool-${hashes.old}`]);
  });

  it('that a killed setup left is deleted; work in progress is not', () => {
    const cache = join(folder, 'swept');
    const alive = `tool-${hashes.current}.making-${process.pid}`;
    mkdirSync(join(cache, alive), { recursive: true });
    mkdirSync(join(cache, `tool-${hashes.current}.making-${deadProcess()}`));
    sweepDrafts(cache);
    assert.deepEqual(readdirSync(cache), [alive]);
  });

  it('a file that others read is replaced completely, and left alone where nothing changed', () => {
    const file = join(folder, 'tools.json');
    writeWhole(file, 'one');
    const before = statSync(file).ino;
    writeWhole(file, 'one');
    assert.equal(statSync(file).ino, before);
    writeWhole(file, 'two');
    assert.equal(readFileSync(file, 'utf8'), 'two');
  });
});

describe('the lock of the setup', () => {
  it('makes the second wait for the first', async () => {
    const path = join(folder, 'waiting.lock');
    const release = await acquireLock(path);
    const order: string[] = [];
    const second = acquireLock(path).then((releaseSecond) => {
      order.push('second has it');
      releaseSecond();
    });
    await turn();
    order.push('first releases');
    release();
    await second;
    assert.deepEqual(order, ['first releases', 'second has it']);
    assert.ok(!existsSync(path));
  });

  it('of a dead process is taken over by one of many', async () => {
    const path = join(folder, 'dead.lock');
    writeFileSync(path, String(deadProcess()));
    // Each creates the same file while it holds the lock: two at once, and one of them fails.
    const program = `
      import { acquireLock } from ${JSON.stringify(join(root, 'scripts/setup/lock.mjs'))};
      import { rmSync, writeFileSync } from 'node:fs';
      const release = await acquireLock(${JSON.stringify(path)});
      writeFileSync(${JSON.stringify(`${path}.inside`)}, '', { flag: 'wx' });
      await new Promise((resolve) => setTimeout(resolve, 5));
      rmSync(${JSON.stringify(`${path}.inside`)});
      release();`;
    const contenders = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' }),
    );
    const codes = await Promise.all(contenders.map(async (one) => (await once(one, 'close'))[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
  });
});

describe('the setup', () => {
  const setup = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), ...args], { encoding: 'utf8' });

  it('that finds everything prints nothing and ends at once', () => {
    setup('--only', 'npm', '--only', 'moto');
    const started = performance.now();
    const { status, stderr, stdout } = setup('--only', 'npm', '--only', 'moto', '--json');
    const took = performance.now() - started;
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(Object.keys(JSON.parse(stdout)).sort(), ['motoServer', 'node']);
    assert.ok(took < setupMsMax, `took ${took} ms`);
  });

  it('reports what is wrong with its arguments', () => {
    const { status, stderr } = setup('--only', 'everything');
    assert.equal(status, 64);
    assert.match(stderr, /usage: node scripts\/setup\.mjs/);
  });

  it('installs for a verb what that verb needs', () => {
    for (const verb of ['apply', 'reconcile', 'image', 'doctor'])
      assert.deepEqual(partsOfVerb(verb), ['npm', 'provider', 'ansible'], verb);
    for (const verb of ['finalize', 'init', 'state', 'import'])
      assert.deepEqual(partsOfVerb(verb), ['npm', 'provider'], verb);
    assert.deepEqual(partsOfVerb('plan', ['plan', '--deep-check']), ['npm', 'provider']);
    assert.deepEqual(partsOfVerb('cloud'), ['npm', 'moto']);
    assert.deepEqual(partsOfVerb('cloud', ['cloud', '--hosts']), ['npm', 'moto', 'tailnet']);
    for (const verb of ['plan', 'serve', 'status', 'validate', 'link', 'help', '', 'nonsense'])
      assert.deepEqual(partsOfVerb(verb), ['npm'], verb);
  });
});

describe('a program that the wrapper runs', () => {
  it('passes its exit code on', async () => {
    assert.equal(await launch(process.execPath, ['-e', 'process.exit(7)']), 7);
    assert.equal(await launch(process.execPath, ['-e', 'process.kill(process.pid, 9)']), 137);
  });

  it('has the given variables beside ours, without changing ours', async () => {
    const [name, text] = Object.entries(process.env).find(([, value]) => value !== '') ?? [];
    assert.ok(name !== undefined && text !== undefined);
    const code = `const {env} = process;
      process.exit(env.AURA_TEST_MORE === 'more' && env[process.argv[1]] === process.argv[2] ? 3 : 4)`;
    const given = { AURA_TEST_MORE: 'more', [name]: 'another' };
    assert.equal(await launch(process.execPath, ['-e', code, name, text], given), 3);
  });

  it('gets our signals, and may take its time to end', async () => {
    const inner = `process.on('SIGTERM', () => setTimeout(() => process.exit(9), 20));
      setInterval(() => {}, 1000); console.log('ready');`;
    const outer = `
      import { launch } from ${JSON.stringify(join(root, 'scripts/setup/launch.mjs'))};
      process.exitCode = await launch(process.execPath, ['-e', ${JSON.stringify(inner)}]);`;
    const program = spawn(process.execPath, ['--input-type=module', '-e', outer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(program.stdout, 'data');
    program.kill('SIGTERM');
    assert.deepEqual(await once(program, 'close'), [9, null]);
  });
});

describe('entry points for others', () => {
  it('`npm run aura` starts the command line', () => {
    const program = join(root, 'scripts/aura.mjs');
    const { status, stdout } = spawnSync(process.execPath, [program, '--version'], {
      encoding: 'utf8',
    });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.deepEqual([status, stdout], [0, `${version}\n`]);
  });

  it('.ci/run runs the test command of the README, and nothing else', () => {
    const text = readFileSync(join(root, '.ci/run'), 'utf8');
    const commands = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(commands, [
      'set -euo pipefail',
      `cd "$(dirname "\${BASH_SOURCE[0]}")/.."`,
      // Without the real clients and machines a run would pass and prove little.
      'AURA_REQUIRE=clients,hosts,browser npm test',
    ]);
    assert.equal(statSync(join(root, '.ci/run')).mode & 0o111, 0o111);
    assert.match(readFileSync(join(root, 'README.md'), 'utf8'), /^npm test$/m);
  });

  it('each script of package.json names an existing file', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const missing = Object.entries(scripts).flatMap(([name, command]) => {
      const file = /^node (\S+)/.exec(command)?.[1];
      return file === undefined || existsSync(join(root, file)) ? [] : [`${name}: ${file}`];
    });
    assert.deepEqual(missing, []);
  });
});
