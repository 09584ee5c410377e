/** Where saved plans are while they are needed, and that none of them stays. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createStacks } from '../../../reconciler/adapters/terraform/stacks.ts';
import {
  type BucketKeySource,
  type BucketKeys,
  fixedKeys,
} from '../../../reconciler/ports/bucket-keys.ts';

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
      const { SAID, FAILS, SAYS, AWS_ACCESS_KEY_ID: key } = process.env;
      appendFileSync(SAID, [process.cwd(), command, rest.at(-1), key].join(' ') + '\\n');
      if (command === FAILS) console.error(SAYS);
      if (command === 'show') console.log(${JSON.stringify(JSON.stringify(plan))});
      process.exitCode = command === FAILS ? 1 : command === 'plan' ? 2 : 0;
    `;
    await writeFile(join(folder, 'terraform'), program);
    await chmod(join(folder, 'terraform'), 0o755);
  });
  after(() => rm(folder, { recursive: true }));

  /** Stacks by a program that fails at one command; the calls of that program. */
  function stacksThat(fails: string, keys: BucketKeySource = fixedKeys(fixed), says = '') {
    const nothing = () => {};
    const said = join(folder, `said-${randomUUID()}`);
    const stacks = createStacks({
      terraform: join(folder, 'terraform'),
      terraformRc: '/dev/null',
      variables: { FAILS: fails, SAID: said, SAYS: says },
      keys,
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
    assert.deepEqual(applied, [[place, 'apply', join(place, 'plan.bin'), 'id']]);
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

  it('gives each command the keys that are current when it starts', async () => {
    const { stacks, calls } = stacksThat('nothing', numberedKeys());
    const planned = await stacks.plan({ spec, imports: [] });
    await stacks.apply(planned);
    await planned[Symbol.asyncDispose]();
    assert.deepEqual(
      (await calls()).map(([, command, , key]) => [command, key]),
      [
        ['init', 'key-1'],
        ['plan', 'key-2'],
        ['show', 'key-3'],
        ['apply', 'key-4'],
      ],
    );
  });

  it('drops keys that the bucket refuses; only init, which has no effect, is repeated', async () => {
    for (const [command, n] of [
      ['init', 2],
      ['plan', 1],
    ] as const) {
      const keys = numberedKeys();
      const { stacks, calls } = stacksThat(command, keys, refusal);
      await assert.rejects(stacks.plan({ spec, imports: [] }), { reason: 'Unauthorized' });
      const failed = (await calls()).filter(([, one]) => one === command).map(([, , , key]) => key);
      assert.equal(failed.length, n);
      assert.deepEqual(keys.dropped, failed);
    }
  });
});

const fixed = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: null };
const refusal =
  'operation error S3: GetObject, https response error StatusCode: 400, RequestID: 1, ' +
  'api error ExpiredToken: The provided token has expired.';

/** Other keys each time. */
function numberedKeys() {
  let n = 0;
  const dropped: string[] = [];
  return {
    dropped,
    async keys() {
      n += 1;
      return { accessKeyId: `key-${n}`, secretAccessKey: 'secret', sessionToken: 'token' };
    },
    forget: ({ accessKeyId }: BucketKeys) => void dropped.push(accessKeyId),
  };
}
