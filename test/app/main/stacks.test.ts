/** Terraform is looked for when it is used: what only may need it can be opened without. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openPorts } from '../../../reconciler/app/main.ts';
import { createFakeLog } from '../../fakes/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'aura-stacks-test-'));
const before = process.env['AURA_TOOLS'];
after(() => {
  if (before === undefined) delete process.env['AURA_TOOLS'];
  else process.env['AURA_TOOLS'] = before;
  rmSync(folder, { recursive: true });
});

test('without Terraform the stacks are opened, and every use of it is refused', async () => {
  process.env['AURA_TOOLS'] = join(folder, 'tools.json');
  writeFileSync(process.env['AURA_TOOLS'], '{}');
  const env = {
    HCLOUD_TOKEN: 'h'.repeat(64),
    AURA_STATE_BUCKET: 'states',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const { ports, close } = await openPorts(env, ['stacks'], { log: createFakeLog([]) });
  try {
    const { stacks } = ports;
    for (const use of [
      () => stacks.ready(),
      () => stacks.refresh('aura/agents/x/terraform.tfstate'),
      () => stacks.unlock('aura/agents/x/terraform.tfstate', 'id'),
    ])
      await assert.rejects(use(), { reason: 'ToolMissing' });
  } finally {
    await close();
  }
});
