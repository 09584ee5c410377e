/** `aura validate` over folders as people leave them. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { agentIdOf, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { agentExample } from '../../../reconciler/core/agent/agent-file.ts';
import { aura, auraJson } from './program.ts';

const template = fileURLToPath(new URL('../../../desired-state', import.meta.url));
const good = agentPath(agentIdOf('sub_1PxExample'));

function agentOf(subscription: string, change: (text: string) => string = (text) => text) {
  const id = agentIdOf(subscription);
  const text = agentExample.replace('agt-ebatfk893tq6', id).replace('sub_1PxExample', subscription);
  return [agentPath(id), change(text)] as const;
}

describe('aura validate', () => {
  let root = '';
  let folders = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'aura-validate-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function repository(files: Readonly<Record<string, string | Buffer | null>>) {
    folders += 1;
    const folder = join(root, String(folders));
    await cp(template, folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      if (text === null) await rm(join(folder, path));
      else await writeFile(join(folder, path), text);
    }
    return folder;
  }

  test('the template with a good agent is valid, from inside and from outside', async () => {
    const folder = await repository({ [good]: agentExample });
    const outside = await aura(['validate', folder]);
    assert.deepEqual(outside, {
      code: 0,
      stdout: '5 files, 1 agent among them: all valid.\n',
      stderr: '',
    });
    const inside = await aura(['validate'], {}, folder);
    assert.equal(inside.stdout, outside.stdout);
  });

  test('a hold that the policy cuts is a warning, and no error', async () => {
    const hold =
      '  hold: {reason: audit, since: "2026-11-22T05:00:00Z", until: "2026-11-30T05:00:00Z"}\n';
    const folder = await repository({ [good]: `${agentExample}${hold}` });
    const { code, stdout } = await aura(['validate', folder]);
    assert.equal(code, 0, stdout);
    const cut = 'it ends at 2026-11-29T05:00:00.000Z and not at 2026-11-30T05:00:00Z';
    assert.match(stdout, new RegExp(`^warning: ${good}: spec\\.hold ${cut}: the policy .* 7 days`));
  });

  test('every error in every file is reported, with its place and an example', async (t) => {
    const [broken, brokenText] = agentOf('sub_broken', (text) =>
      text
        .replace('power: running', 'power: sometimes')
        .replace('revision: 1', 'revision: zero\n  colour: red')
        .replace('  plan: starter\n', ''),
    );
    const [syntax] = agentOf('sub_syntax');
    const [renamed, renamedText] = agentOf('sub_renamed', (text) =>
      text.replace('sub_renamed', 'sub_other'),
    );
    const [link] = agentOf('sub_link');
    const folder = await repository({
      [good]: agentExample,
      [broken]: brokenText,
      [syntax]: 'apiVersion: [\n',
      [renamed]: renamedText,
      'agents/f/g/copy-of-agent.yaml': agentExample,
      'agents/f/g/agent.yml': agentExample,
      'agents/z/z/latin1.yaml': Buffer.from([0x6e, 0x61, 0xef, 0x76, 0x65]),
      'catalog.yaml': 'apiVersion: aura.dev/v1\nkind: Catalog\nplans: {}\n',
      'orphans/server-1.yaml': 'kind: Orphan\ndecision: perhaps\n',
      'approvals/a.yaml': 'apiVersion: aura.dev/v1\nkind: Approval\nentries: []\n',
      'policy.yaml': null,
    });
    await mkdir(dirname(join(folder, link)), { recursive: true });
    await symlink(join(folder, good), join(folder, link));
    const { code, stdout, stderr } = await aura(['validate', folder]);
    assert.deepEqual([code, stderr], [1, '']);
    t.assert.snapshot(stdout, { serializers: [String] });

    const { document } = await auraJson(['validate', folder]);
    const problems = document['problems'] as { path: string; line: number; field: string }[];
    assert.equal(document['ok'], false);
    assert.deepEqual(
      problems
        .filter(({ path }) => path === broken)
        .map(({ field }) => field)
        .sort(),
      ['spec.colour', 'spec.plan', 'spec.power', 'spec.revision'],
    );
    const identity = problems.filter(({ path }) => path === renamed);
    assert.ok(identity.length >= 2 && identity.every(({ line }) => line > 0));
    assert.ok(problems.every(({ path }) => path !== good));
  });

  test('an agent whose plan is not sold is valid, with a warning', async () => {
    const [path, text] = agentOf('sub_gold', (one) => one.replace('plan: starter', 'plan: gold'));
    const folder = await repository({ [path]: text });
    const { code, stdout } = await aura(['validate', folder]);
    assert.equal(code, 0);
    assert.match(stdout, /^warning: agents\/.*does not sell plan gold in region eu-central/);
  });

  test('a folder that is no agents repository is distinguished from a valid one', async () => {
    const empty = join(root, 'empty');
    await mkdir(empty);
    const { code, stderr } = await aura(['validate', empty]);
    assert.equal(code, 1);
    assert.match(stderr, /is not an agents repository: it has neither agents nor catalog\.yaml/);
    const absent = await auraJson(['validate', join(root, 'absent')]);
    assert.equal(absent.code, 1);
    assert.match(JSON.stringify(absent.document), /is not a readable folder/);
  });
});
