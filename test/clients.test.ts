/** The clients of the contract tests: each is installed as pinned, or skipped with a reason. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { clientTool } from './support/clients.ts';

const root = join(import.meta.dirname, '..');
/** A setup without a program must not wait for the result of that program. */
const timeout = 30_000;
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'aura-clients-test-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the setup on a machine that has these programs, each a shell script, and no other. */
function machine(name: string, programs: Readonly<Record<string, string>>) {
  const place = join(folder, name);
  const bin = join(place, 'bin');
  const cache = join(place, '.cache');
  for (const made of [bin, cache]) mkdirSync(made, { recursive: true });
  cpSync(join(root, 'scripts/setup'), join(place, 'scripts/setup'), { recursive: true });
  cpSync(join(root, 'scripts/setup.mjs'), join(place, 'scripts/setup.mjs'));
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, program), 0o755);
  }
  symlinkSync('/bin/sh', join(bin, 'sh'));
  const noted = join(cache, 'tools.json');
  return {
    cache,
    note: (tools: object) => writeFileSync(noted, JSON.stringify(tools)),
    noted: () => JSON.parse(readFileSync(noted, 'utf8')) as Record<string, string>,
    setUp: () =>
      spawnSync(process.execPath, [join(place, 'scripts/setup.mjs'), '--only', 'clients'], {
        encoding: 'utf8',
        timeout,
        env: { PATH: bin, HOME: place },
      }),
  };
}

const leftOut = (stderr: string) =>
  stderr.split('\n').filter((line) => line.includes('leaves out'));

describe('the setup of the clients', () => {
  it('without any of them prints a line for each, and is no failure', () => {
    const { setUp, note, noted, cache } = machine('bare', {});
    note({ node: '/kept', stripeCli: '/of an older version' });
    const { status, stderr } = setUp();
    assert.equal(status, 0, stderr);
    const lines = leftOut(stderr);
    assert.equal(lines.length, 10, stderr);
    for (const line of lines) assert.match(line, / \(.+\); to have its tests run: \w+ /);
    assert.deepEqual(noted(), { node: '/kept' });
    assert.deepEqual(readdirSync(cache), ['tools.json']);
  });

  it('accepts no package but the pinned one', () => {
    const npm = 'echo "not what was asked for" > package.tgz';
    const { setUp, noted, cache } = machine('forged', { npm, tar: 'exit 0' });
    const { status, stderr } = setUp();
    assert.equal(status, 0, stderr);
    const refused = leftOut(stderr).filter((line) => line.includes('is not the package'));
    assert.match(refused.join('\n'), /@octokit\/openapi 23/);
    assert.deepEqual(noted(), {});
    assert.deepEqual(readdirSync(cache), ['tools.json']);
  });

  it('accepts no module but the pinned one', () => {
    const go = `echo '{"Dir": "/", "Sum": "h1:another="}'`;
    const { setUp, noted, cache } = machine('forged-module', { go });
    const { status, stderr } = setUp();
    assert.equal(status, 0, stderr);
    assert.match(leftOut(stderr).join('\n'), /stripe-mock v\S+ is not the module/);
    assert.deepEqual(noted(), {});
    assert.deepEqual(readdirSync(cache), ['tools.json']);
  });

  it('accepts no program that does not start here', () => {
    const programs = {
      'apt-get': ': > hcloud-cli_1.30.deb',
      'dpkg-deb':
        '/bin/mkdir -p "$3/usr/bin"; echo "exit 3" > "$3/usr/bin/hcloud"; /bin/chmod +x "$3/usr/bin/hcloud"',
    };
    const { setUp, noted, cache } = machine('other-processor', programs);
    const { status, stderr } = setUp();
    assert.equal(status, 0, stderr);
    assert.match(leftOut(stderr).join('\n'), /Hetzner's command line \(hcloud version failed/);
    assert.deepEqual(noted(), {});
    assert.deepEqual(readdirSync(cache), ['tools.json']);
  });

  it('runs before the tests, and not before anything else', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const asking = Object.entries(scripts).filter(([, command]) => command.includes('clients'));
    assert.deepEqual(
      asking.map(([name]) => name),
      ['pretest'],
    );
  });
});

describe('a client that a test asks for', () => {
  const names = ['AURA_TOOLS', 'AURA_STRIPE_CLI'] as const;
  const outside = names.map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of outside) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const withTools = (tools: object) => {
    const file = join(folder, 'tools.json');
    writeFileSync(file, JSON.stringify(tools));
    process.env['AURA_TOOLS'] = file;
    delete process.env['AURA_STRIPE_CLI'];
  };

  it('is in the folder that the setup recorded', () => {
    withTools({ stripeCli: process.execPath });
    assert.deepEqual(clientTool('stripeCli'), { path: process.execPath });
  });

  it('is a reason to skip where it was not installed, or is gone, or nothing was set up', () => {
    const skip = 'clients: stripeCli is not set up (node scripts/setup.mjs --only clients)';
    withTools({});
    assert.deepEqual(clientTool('stripeCli'), { skip });
    withTools({ stripeCli: join(folder, 'gone') });
    assert.deepEqual(clientTool('stripeCli'), { skip });
    process.env['AURA_TOOLS'] = join(folder, 'no-tools.json');
    assert.ok(!existsSync(process.env['AURA_TOOLS']));
    assert.deepEqual(clientTool('stripeCli'), { skip });
  });

  it('is the one that the environment names, which must exist', () => {
    withTools({ stripeCli: process.execPath });
    process.env['AURA_STRIPE_CLI'] = import.meta.filename;
    assert.deepEqual(clientTool('stripeCli'), { path: import.meta.filename });
    process.env['AURA_STRIPE_CLI'] = join(folder, 'gone');
    assert.throws(() => clientTool('stripeCli'), /AURA_STRIPE_CLI: there is no /);
  });
});
