/** A Terraform that does not end, at each command: stopped, its lock released, and reported. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createStacks } from '../../../reconciler/adapters/terraform/stacks.ts';
import { type FailureReason, isFailure } from '../../../reconciler/core/failure.ts';
import { fixedKeys } from '../../../reconciler/ports/bucket-keys.ts';
import type { StateLock } from '../../../reconciler/ports/states.ts';
import { applied } from '../../support/gated.ts';
import { createVisitors, type Visitors } from '../../support/visitors.ts';

const minute = 60_000;
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
      change: { actions: ['delete'], before: { id: '7' }, after: null },
    },
  ],
};

describe('a Terraform that does not end', () => {
  let visitors: Visitors;
  let folder = '';
  let lock: StateLock | null = null;
  before(async () => {
    visitors = await createVisitors();
    folder = await mkdtemp(join(tmpdir(), 'aura-overdue-'));
    const program = `#!${process.execPath}
      const { appendFileSync } = require('node:fs');
      const command = process.argv[2];
      appendFileSync(process.env.SAID, process.argv.slice(2).join(' ') + '\\n');
      if (command === process.env.HANGS) {
        process.on('SIGINT', () => {});
        require('node:net').connect(${visitors.port}, '127.0.0.1').write('here\\n');
      } else if (command === 'show') console.log(${JSON.stringify(JSON.stringify(plan))});
      else process.exitCode = command === 'plan' ? 2 : 0;
    `;
    await writeFile(join(folder, 'terraform'), program);
    await chmod(join(folder, 'terraform'), 0o755);
  });
  after(async () => {
    await visitors.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    lock = null;
    await writeFile(join(folder, 'said'), '');
  });

  function stacksThat(hangs: string) {
    const nothing = () => {};
    return createStacks({
      terraform: join(folder, 'terraform'),
      terraformRc: '/dev/null',
      variables: { HANGS: hangs, SAID: join(folder, 'said') },
      keys: fixedKeys({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: null }),
      backend: { bucket: 'states', region: 'eu-central-1' },
      readLock: async () => lock,
      readState: async () => null,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    });
  }

  const cases: readonly (readonly [command: string, reason: FailureReason])[] = [
    ['init', 'ToolStuck'],
    ['import', 'ToolStuck'],
    ['plan', 'ToolStuck'],
    ['show', 'ToolStuck'],
    ['apply', 'OutcomeUnknown'],
  ];
  for (const [command, reason] of cases)
    it(`at ${command} is stopped and reported as ${reason}`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const done = applied(stacksThat(command), {
        spec,
        expect: { allow: 'deletes', ids: ['7'] },
        imports: [{ address: 'hcloud_server.agent', id: '7' }],
      });
      const rejected = assert.rejects(done, (thrown) => {
        assert.ok(isFailure(thrown, reason), String(thrown));
        return (
          thrown.errorClass === 'transient' && thrown.message.includes(`terraform ${command} of`)
        );
      });
      const visitor = await visitors.next();
      await visitor.line();
      const made = (who: string, ms: number) => ({
        id: 'l-1',
        who,
        operation: 'OperationTypeApply',
        created: new Date(ms).toISOString(),
      });
      // Created here, and by this very call: no other process can hold it.
      if (command === 'apply') lock = made(`root@${hostname()}`, Date.now());
      if (command === 'plan') lock = made('person@elsewhere', Date.now());
      if (command === 'import') lock = made(`root@${hostname()}`, Date.now() - minute);
      t.mock.timers.tick(20 * minute);
      t.mock.timers.tick(2 * minute);
      await visitor.gone();
      await rejected;
      const said = (await readFile(join(folder, 'said'), 'utf8')).trim().split('\n');
      const released = command === 'apply' ? ['force-unlock -force l-1'] : [];
      assert.deepEqual(
        said.filter((line) => line.startsWith('force-unlock')),
        released,
      );
    });
});
