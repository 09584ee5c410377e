/** The play and its roles are well formed, and their variables are documented. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { clientTool } from '../support/clients.ts';
import { root } from '../support/markdown.ts';
import { ansible, withoutAnsible } from './program.ts';

const lint = clientTool('ansibleLint');
const place = join(root, 'ansible');
const read = (path: string) => readFileSync(join(place, path), 'utf8');
let home = '';
before(() => {
  home = mkdtempSync(join(tmpdir(), 'aura-ansible-test-'));
});
after(() => rmSync(home, { recursive: true, force: true }));

describe('site.yml', () => {
  it('and the example of an inventory are what ansible-playbook takes', {
    skip: withoutAnsible,
  }, () => {
    const args = ['--syntax-check', '-i', 'inventory/example.yml', 'site.yml'];
    const { status, stdout, stderr } = ansible(home, args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /playbook: site\.yml/);
    assert.doesNotMatch(stderr, /WARNING|DEPRECATION/);
  });

  it('passes the production profile of ansible-lint', { skip: 'skip' in lint && lint.skip }, () => {
    assert.ok('path' in lint);
    const { status, stdout, stderr } = spawnSync(
      lint.path,
      ['--offline', '--profile', 'production', '--nocolor', '--project-dir', place],
      {
        cwd: place,
        encoding: 'utf8',
        env: {
          PATH: `${dirname(lint.path)}:${process.env['PATH']}`,
          HOME: home,
          ANSIBLE_HOME: home,
          LC_ALL: 'C.UTF-8',
        },
      },
    );
    assert.equal(status, 0, stdout + stderr);
    assert.match(stderr, /Passed: 0 failure\(s\), 0 warning\(s\)/);
  });
});

describe('the variables', () => {
  const defaults = new Set(Object.keys(parse(read('group_vars/all.yml')) as object));
  const files = globSync('*.yml', { cwd: place }).concat(
    globSync('{roles,group_vars}/**/*.{yml,j2}', { cwd: place }),
  );

  it('have each a default in one place, and are used', () => {
    const used = new Set(
      files.flatMap((file) =>
        [...read(file).matchAll(/(?<![/\w])(aura_\w+)\b(?!:)/g)].map(([, name]) => name ?? ''),
      ),
    );
    const registered = new Set(
      files.flatMap((file) =>
        [...read(file).matchAll(/register: (aura_\w+)|^ +(aura_\w+):/gm)].map(
          ([, one, other]) => one ?? other ?? '',
        ),
      ),
    );
    const unknown = [...used].filter((name) => !defaults.has(name) && !registered.has(name));
    assert.deepEqual(unknown, []);
    assert.deepEqual(
      [...defaults].filter((name) => !used.has(name)),
      [],
    );
  });

  it('are documented, and no others', () => {
    const rows = read('README.md').matchAll(/^\| (`aura_\w+`(?:, `aura_\w+`)*) \|/gm);
    const documented = [...rows].flatMap(([, names]) => (names ?? '').match(/aura_\w+/g) ?? []);
    assert.deepEqual(documented.sort(), [...defaults].sort());
  });

  it('name a version of openclaw that has a lock file with a digest for each package', () => {
    const { aura_openclaw_version: version } = parse(read('group_vars/all.yml')) as {
      aura_openclaw_version: string;
    };
    const file = `roles/openclaw/files/${version}/package-lock.json`;
    const { packages } = JSON.parse(read(file)) as {
      packages: Record<string, { version?: string; integrity?: string; inBundle?: boolean }>;
    };
    assert.equal(packages['node_modules/openclaw']?.version, version);
    const loose = Object.entries(packages).filter(
      ([name, { integrity, inBundle }]) => name !== '' && !inBundle && integrity === undefined,
    );
    assert.deepEqual(loose, []);
  });
});
