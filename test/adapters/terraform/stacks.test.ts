/** Where saved plans are while they are needed, and that none of them stays. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createStacks } from '../../../reconciler/adapters/terraform/stacks.ts';

const spec = {
  kind: 'empty',
  stateKey: 'aura/agents/a/terraform.tfstate',
  pollIntervalMs: 1000,
} as const;
const plan = {
  resource_changes: [
    {
      address: 'hcloud_server.agent',
      type: 'hcloud_server',
      change: {
        actions: ['update'],
        before: { id: '7', labels: { a: '1' }, name: 'same' },
        after: { id: '7', labels: { a: '2' }, name: 'same' },
      },
    },
  ],
};

describe('a saved plan', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-saved-'));
    const program = `#!${process.execPath}
      const { appendFileSync } = require('node:fs');
      const [command, ...rest] = process.argv.slice(2);
      appendFileSync(process.env.SAID, [process.cwd(), command, rest.at(-1)].join(' ') + '\\n');
      if (command === 'show') console.log(${JSON.stringify(JSON.stringify(plan))});
      process.exitCode = command === process.env.FAILS ? 1 : command === 'plan' ? 2 : 0;
    `;
    await writeFile(join(folder, 'terraform'), program);
    await chmod(join(folder, 'terraform'), 0o755);
  });
  after(() => rm(folder, { recursive: true }));

  /** Stacks by a program that fails at one command; the calls of that program. */
  function stacksThat(fails: string) {
    const nothing = () => {};
    const said = join(folder, `said-${fails}`);
    const stacks = createStacks({
      terraform: join(folder, 'terraform'),
      terraformRc: '/dev/null',
      variables: { FAILS: fails, SAID: said },
      backend: { bucket: 'states', region: 'eu-central-1' },
      readLock: async () => null,
      readState: async () => null,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    });
    const calls = async () =>
      (await readFile(said, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
    return { stacks, calls };
  }

  it('lists its changes, is the very file that is applied, and is deleted when disposed', async () => {
    const { stacks, calls } = stacksThat('nothing');
    const planned = await stacks.plan({ spec, imports: [] });
    assert.deepEqual(planned.resources, [
      {
        address: 'hcloud_server.agent',
        action: 'update',
        id: '7',
        changed: ['labels'],
      },
    ]);
    await stacks.apply(planned);
    const [place = '', ...others] = new Set((await calls()).map(([cwd]) => cwd));
    assert.deepEqual(others, []);
    const applied = (await calls()).filter(([, command]) => command === 'apply');
    assert.deepEqual(applied, [[place, 'apply', join(place, 'plan.bin')]]);
    assert.ok(existsSync(place));
    await planned[Symbol.asyncDispose]();
    assert.ok(!existsSync(place));
  });

  for (const command of ['init', 'import', 'plan', 'show'])
    it(`leaves nothing where ${command} fails`, async () => {
      const { stacks, calls } = stacksThat(command);
      const imports = [{ address: 'hcloud_server.agent', id: '7' }];
      await assert.rejects(stacks.plan({ spec, imports }));
      assert.equal((await calls()).at(-1)?.[1], command);
      for (const [place = ''] of await calls()) assert.ok(!existsSync(place));
    });

  it('of another process is not applied', async () => {
    const planned = { resources: [], async [Symbol.asyncDispose]() {} };
    await assert.rejects(stacksThat('nothing').stacks.apply(planned), { reason: 'Bug' });
  });
});
