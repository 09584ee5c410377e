/** `aura init FOLDER`: a new agents repository, and what is refused. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aura, auraJson } from './program.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const template = join(root, 'desired-state');
const templateFiles = globSync(['**/*', '**/.*', '**/.*/**/*'], {
  cwd: template,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1))
  .sort();
const options = ['--fleet', 'acme', '--stripe-account', 'acct_1Acme', '--live'];
const owners = ['--owners', '@acme/operators, @ada'];

describe('aura init FOLDER', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-init-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const git = (name: string, ...args: readonly string[]) =>
    execFileSync('git', ['-C', join(folder, name), ...args], { encoding: 'utf8' }).trim();

  test('makes a repository with every file of the template in one commit on main', async () => {
    const agents = join(folder, 'new', 'agents');
    const { code, document } = await auraJson(['init', agents, ...options, ...owners]);
    assert.equal(code, 0, JSON.stringify(document));
    assert.deepEqual([document['folder'], document['fleet']], [agents, 'acme']);
    assert.equal(git('new/agents', 'rev-parse', 'main'), document['commit']);
    assert.equal(git('new/agents', 'log', '--format=%s'), 'The template of the agents repository');
    assert.equal(git('new/agents', 'status', '--porcelain', '--ignored'), '');
    assert.deepEqual(git('new/agents', 'ls-files').split('\n').sort(), templateFiles);
    assert.ok(templateFiles.includes('.gitignore') && templateFiles.includes('agents/.gitkeep'));

    const policy = await readFile(join(agents, 'policy.yaml'), 'utf8');
    assert.match(policy, /^fleet: acme$[\s\S]*^ {2}account: acct_1Acme$\n^ {2}livemode: true$/m);
    const codeowners = await readFile(join(agents, 'CODEOWNERS'), 'utf8');
    assert.match(codeowners, /^\/policy\.yaml {3}@acme\/operators @ada$/m);
    assert.ok(!codeowners.includes('@aura/operators'));
    assert.match((await aura(['validate', agents])).stdout, /^4 files, 0 agents among them: all/);
  });

  test('its .gitignore refuses state, plans and keys, and nothing that belongs there', async () => {
    await aura(['init', join(folder, 'ignoring')]);
    const refused = [
      'terraform.tfstate',
      'a/terraform.tfstate.backup',
      '.terraform/providers',
      'agent.tfplan',
      'plan.json',
      'ca.pem',
      'id_ed25519',
      '.env',
      'aura.bundle',
    ];
    for (const path of refused) git('ignoring', 'check-ignore', '--quiet', path);
    for (const path of [...templateFiles, 'agents/f/g/agt-ebatfk893tq6.yaml', 'orphans/plan.yaml'])
      assert.throws(() => git('ignoring', 'check-ignore', '--quiet', '--no-index', path), path);
  });

  test('what is still an example is a step that it prints', async () => {
    const { code, stdout } = await aura(['init', 'given'], {}, folder);
    assert.equal(code, 0);
    assert.match(stdout, /Set stripe\.account in policy\.yaml[\s\S]*reviewers in CODEOWNERS/);
    const set = await aura(['init', 'set', ...options, ...owners], {}, folder);
    assert.doesNotMatch(set.stdout, /is an example/);
    assert.match(set.stdout, /aura doctor[\s\S]*aura init/);
  });

  test('a folder that is not empty is refused and left as it is', async () => {
    const full = join(folder, 'full');
    await mkdir(full);
    await writeFile(join(full, '.hidden'), 'mine');
    const { code, document } = await auraJson(['init', full]);
    assert.equal(code, 1);
    assert.match(JSON.stringify(document), /"Conflict".*is not empty/);
    assert.deepEqual(await readdir(full), ['.hidden']);
    const file = await auraJson(['init', join(full, '.hidden')]);
    assert.match(JSON.stringify(file.document), /"InvalidInput".*cannot be made/);
  });

  test('a git that fails leaves the folder empty, so that it can be tried again', async () => {
    const bare = join(folder, 'bare');
    const { code, stderr } = await aura(['init', bare], { PATH: join(folder, 'no-programs') });
    assert.equal(code, 1);
    assert.match(stderr, /git fails/);
    assert.deepEqual(await readdir(bare), []);
    assert.equal((await aura(['init', bare])).code, 0);
  });

  test('variables of git that name another repository change nothing', async () => {
    await aura(['init', join(folder, 'outer')]);
    const commit = git('outer', 'rev-parse', 'main');
    const inner = join(folder, 'outer', 'inner');
    const { code } = await aura(['init', inner], { GIT_DIR: join(folder, 'outer', '.git') });
    assert.equal(code, 0);
    assert.ok(existsSync(join(inner, '.git')));
    assert.equal(git('outer', 'rev-parse', 'main'), commit);
  });

  const usage: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [['--fleet', 'Acme'], /policy\.yaml:\d+[\s\S]*fleet/],
    [['--stripe-account', 'acme'], /policy\.yaml:\d+[\s\S]*account/],
    [['--owners', 'acme'], /--owners names users or teams/],
    [['--destroy'], /take no folder/],
  ];
  for (const [args, said] of usage) {
    test(`invalid: ${args.join(' ')}`, async () => {
      const { code, stderr } = await aura(['init', join(folder, 'invalid'), ...args]);
      assert.equal(code, 64, stderr);
      assert.match(stderr, said);
      assert.ok(!existsSync(join(folder, 'invalid')));
    });
  }

  test('without a folder, the options of one are refused', async () => {
    const { code, stderr } = await aura(['init', '--fleet', 'acme']);
    assert.equal(code, 64);
    assert.match(stderr, /need a folder/);
  });

  test('the package contains every file of the template', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files } = { files: [] }] = JSON.parse(packed) as { files: { path: string }[] }[];
    const paths = files.map(({ path }) => path).filter((path) => path.startsWith('desired-state/'));
    assert.deepEqual(paths.sort(), templateFiles.map((path) => `desired-state/${path}`).sort());
  });
});
