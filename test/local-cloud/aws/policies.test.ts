/** The policies of the guide are those that the local cloud applies to its roles and keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allows, type PolicyDocument } from '../../../local-cloud/aws/policy.ts';
import {
  readsBucket,
  servesBucket,
  trustPolicy,
  writesBucket,
} from '../../../local-cloud/aws/roles.ts';
import { subjectOf } from '../../../local-cloud/oidc/payload.ts';
import { root } from '../../support/markdown.ts';
import { productionJob } from '../../support/sts-world.ts';

const page = readFileSync(join(root, 'docs/guide/credentials.md'), 'utf8');
const inGuide = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) =>
  JSON.parse(text),
);

test('the guide has the policies of the roles', () => {
  const job = { ...productionJob, repository: 'example/agents' };
  const subject = subjectOf(job, { owner: 11111111, repository: 22222222 });
  const provider = 'token.actions.githubusercontent.com';
  assert.deepEqual(inGuide, [
    trustPolicy({ provider, audience: 'sts.amazonaws.com', subject }),
    writesBucket('example-state'),
    readsBucket('example-state'),
    servesBucket('example-state'),
  ]);
});

test('a condition needs its key, and one that is not known is no permission', () => {
  const allow = { Effect: 'Allow', Action: 'x:*' } as const;
  const policy = (Condition: Record<string, Record<string, string>>): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [{ ...allow, Condition }],
  });
  const asked = (context: Readonly<Record<string, string>>) => ({
    action: 'x:Do',
    resource: null,
    context,
  });
  const like = policy({ StringLike: { sub: 'repo:a/*:ref:*' } });
  assert.ok(allows(like, asked({ sub: 'repo:a/b:ref:main' })));
  assert.ok(!allows(like, asked({ sub: 'repo:b/b:ref:main' })));
  assert.ok(!allows(like, asked({})));
  const equal = policy({ StringEquals: { sub: 'repo:a/*' } });
  assert.ok(!allows(equal, asked({ sub: 'repo:a/b' })));
  const other = policy({ StringNotEquals: { sub: 'x' } });
  assert.throws(() => allows(other, asked({ sub: 'y' })), { reason: 'InvalidInput' });
});
