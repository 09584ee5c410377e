import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fleetPolicy, headscalePolicy } from '../../../local-cloud/tailnet/headscale-policy.ts';
import { parsePolicy } from '../../../local-cloud/tailscale/policy.ts';
import { reaches } from '../../../local-cloud/tailscale/reach.ts';

describe('the policy of a fleet', () => {
  const { rules } = parsePolicy(fleetPolicy('aura'));
  const [agents, runs, operators] = ['tag:aura', 'tag:aura-ci', 'group:operators'];
  const from = (src: string | undefined, host: string | undefined) =>
    reaches(rules, { src: src ?? '', target: `${host}:22`, proto: 'tcp' });

  it('lets operators and runs reach agents, and agents nothing', () => {
    assert.deepEqual([from(operators, agents), from(runs, agents)], [true, true]);
    for (const host of [agents, runs, operators, '100.64.0.1'])
      assert.equal(from(agents, host), false, host);
    for (const src of [operators, runs])
      for (const host of [runs, operators]) assert.equal(from(src, host), false);
  });

  it('fails its own tests where agents reach agents', () => {
    const opened = fleetPolicy('aura').replace('"group:operators",', '"*",');
    assert.notEqual(opened, fleetPolicy('aura'));
    assert.throws(() => parsePolicy(opened), /test\(s\) failed/);
  });
});

describe('a policy for headscale', () => {
  it('is the same without tests and owners that headscale does not know', () => {
    const policy = {
      tagOwners: { 'tag:a': ['autogroup:admin', 'tag:b'], 'tag:b': ['autogroup:admin'] },
      grants: [{ src: ['tag:a'], dst: ['tag:b'], ip: ['tcp:22'] }],
      tests: [{ src: 'tag:b', deny: ['tag:a:22'] }],
    };
    const sent = headscalePolicy(parsePolicy(`// ours\n${JSON.stringify(policy)}`));
    assert.deepEqual(JSON.parse(sent), {
      tagOwners: { 'tag:a': ['tag:b'], 'tag:b': [] },
      grants: policy.grants,
    });
  });
});
