/** A decision file can be read again, whatever names others gave to the resource. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOrphanFile, renderOrphanFile } from '../../../reconciler/core/agent/decision-file.ts';
import type { Orphan } from '../../../reconciler/core/orphans/orphan.ts';
import { describedOrphan } from '../../../reconciler/core/orphans/report.ts';
import { at } from '../../builders/world.ts';

const plain: Orphan = {
  resource: 'state',
  id: 'aura/agents/x/terraform.tfstate',
  name: 'x',
  why: 'no agent asks for it',
  decision: 'new',
};

for (const [what, part] of Object.entries({
  'a key as long as S3 allows': { id: `aura/agents/${'x'.repeat(1012)}` },
  'a long name': { name: '😀'.repeat(400) },
  'a long reason': { why: 'y'.repeat(2000) },
  'a long label': { labels: { note: 'z'.repeat(400) } },
})) {
  test(`${what}: its decision file can be read`, () => {
    const orphan = { ...plain, ...part };
    const resource = describedOrphan(orphan, at(0), 'went with a commit '.repeat(100));
    const decision = { apiVersion: 'aura.dev/v1', kind: 'Orphan', decision: 'undecided' } as const;
    const text = renderOrphanFile({ ...decision, resource });
    const parsed = parseOrphanFile({ path: 'orphans/x.yaml', oid: '', text });
    assert.ok(parsed.ok, JSON.stringify(parsed));
    assert.equal(parsed.value.resource.id, orphan.id, 'an id is never cut');
  });
}
