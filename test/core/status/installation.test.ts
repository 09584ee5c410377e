/** `init` and `doctor` agree on an installation: `doctor` never advises what `init` refuses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalRules, wantedFirewalls } from '../../../reconciler/core/fleet/firewall.ts';
import type { SharedStackWork } from '../../../reconciler/core/stack/shared-stack.ts';
import {
  type Installation,
  missingServers,
  missingStatus,
  refusalOfInit,
  wrongFirewalls,
} from '../../../reconciler/core/status/installation.ts';
import { policyOf, recordNo, serverNo } from '../../builders/world.ts';

const policy = policyOf();
const ids = { base: '901', bootstrap: '902', isolation: '903' };
const firewalls = wantedFirewalls(policy).map(({ role, name, rules, selector }) => ({
  id: ids[role],
  name,
  labels: { 'aura.dev/fleet': 'aura' },
  rules: canonicalRules(rules),
  selectors: [selector],
}));
/** Another project's, of the same names. */
const theirs = firewalls.map((one) => ({ ...one, id: `5${one.id}` }));
const five = [1, 2, 3, 4, 5];
const work: SharedStackWork = { kind: 'work', anew: false, imports: [], ids: [] };

function installation(part: Partial<Installation> = {}): Installation {
  return {
    policy,
    statusExists: true,
    records: five.map((n) => recordNo(n)),
    fleetIds: ids,
    servers: five.map((n) => serverNo(n)),
    unlisted: [],
    firewalls,
    ...part,
  };
}
const nothing = { records: [], fleetIds: null, servers: [], firewalls: [] };

describe('init', () => {
  it('begins in an empty project, and continues in a complete one', () => {
    assert.equal(refusalOfInit(installation({ ...nothing, statusExists: false })), null);
    assert.equal(refusalOfInit(installation()), null);
    assert.equal(refusalOfInit(installation({ fleetIds: null })), null);
  });

  it('changes nothing where none of the recorded servers is there', () => {
    for (const fleetIds of [ids, null]) {
      const refusal = refusalOfInit(installation({ fleetIds, servers: [], firewalls: theirs }));
      assert.equal(refusal?.reason, 'MisconfiguredAccount');
      assert.match(refusal?.message ?? '', /^none of 5 recorded servers .*HCLOUD_TOKEN/);
    }
  });

  it('continues where all servers are gone and a recorded firewall proves the project', () =>
    assert.equal(refusalOfInit(installation({ servers: [] })), null));

  it('continues where recorded servers are there without their label', () => {
    const unlisted = [serverNo(1, { labels: {} })];
    assert.equal(refusalOfInit(installation({ servers: [], unlisted, firewalls: [] })), null);
  });

  it('never creates the records over servers with our labels, and names the way out', () => {
    const lost = { ...nothing, servers: [serverNo(1), serverNo(2)] };
    const refusal = refusalOfInit(installation({ ...lost, statusExists: false }));
    assert.equal(refusal?.reason, 'Conflict');
    assert.match(
      refusal?.message ?? '',
      /^2 servers carry the label .* there is no branch status$/,
    );
    assert.match(refusal?.todo ?? '', /aura status rebuild/);
    assert.match(refusal?.todo ?? '', /docs\/runbooks\/restore-the-repository\.md/);
    const empty = refusalOfInit(installation(lost));
    assert.match(empty?.message ?? '', /and no record names one of them$/);
  });
});

describe('doctor', () => {
  it('advises init for a missing branch in a new installation, and a rebuild over servers', () => {
    const fresh = installation({ ...nothing, statusExists: false });
    assert.match(missingStatus(fresh).todo, /^Run `aura init`/);
    const lost = installation({ ...nothing, statusExists: false, servers: [serverNo(1)] });
    assert.match(missingStatus(lost).todo, /aura status rebuild/);
    assert.doesNotMatch(missingStatus(lost).todo, /aura init/);
  });

  it('reports that none of the recorded servers is there, and not that there are none', () => {
    const problem = missingServers(installation({ servers: [], firewalls: theirs }));
    assert.equal(problem?.reason, 'MisconfiguredAccount');
    assert.equal(missingServers(installation()), null);
    assert.equal(missingServers(installation({ ...nothing })), null);
  });

  it('also where the recorded firewalls prove that it is the right project', () => {
    const problem = missingServers(installation({ servers: [] }));
    assert.equal(problem?.reason, 'NotFound');
    assert.match(
      problem?.message ?? '',
      /^none of 5 recorded servers is in this Hetzner project, which has the fleet’s firewalls/,
    );
  });

  it('counts recorded servers that the listing lacks, and those that only lost their label', () => {
    const unlisted = [serverNo(1, { labels: {} })];
    const servers = [serverNo(3), serverNo(4), serverNo(5)];
    assert.equal(
      missingServers(installation({ servers, unlisted }))?.message,
      "2 of 5 recorded servers are not in the listing; 1 of them are there without the fleet's label",
    );
    assert.equal(
      missingServers(installation({ servers }))?.message,
      '2 of 5 recorded servers are not in the listing',
    );
  });

  it('advises init for firewalls that are missing or differ', () => {
    assert.equal(wrongFirewalls(installation(), work), null);
    const missing = wrongFirewalls(installation({ firewalls: firewalls.slice(1) }), work);
    assert.match(missing?.message ?? '', /^not all of them are there/);
    assert.match(missing?.todo ?? '', /^Run `aura init`/);
    const open = firewalls.map((one) => ({ ...one, rules: '' }));
    const differing = wrongFirewalls(installation({ firewalls: open }), work);
    assert.match(differing?.message ?? '', /^they are not as they should be/);
  });

  it('names the runbook where init would find a state of another project', () => {
    const conflict = { kind: 'conflict', message: 'the state has 501' } as const;
    const problem = wrongFirewalls(installation(), conflict);
    assert.deepEqual([problem?.reason, problem?.message], ['Conflict', 'the state has 501']);
    assert.match(problem?.todo ?? '', /recover-the-shared-stack\.md/);
  });

  it('never advises what init refuses', () => {
    const some = <Item>(items: readonly Item[]) => fc.subarray([...items]);
    const cases = fc.record({
      statusExists: fc.boolean(),
      records: some(five.map((n) => recordNo(n))),
      fleetIds: fc.constantFrom(ids, null),
      servers: some([...five, 9].map((n) => serverNo(n))),
      unlisted: some(five.map((n) => serverNo(n, { labels: {} }))),
      firewalls: fc.oneof(some(firewalls), some(theirs)),
    });
    let advised = 0;
    const property = fc.property(cases, (part) => {
      const one = installation(part.statusExists ? part : { ...part, records: [], fleetIds: null });
      const problems = [missingServers(one), wrongFirewalls(one, work)];
      if (!one.statusExists) problems.push(missingStatus(one));
      const advises = problems.some((problem) => problem?.todo.includes('`aura init`') === true);
      if (advises) advised += 1;
      return !advises || refusalOfInit(one) === null;
    });
    fc.assert(property, { seed: 11, numRuns: 500 });
    assert.ok(advised > 50, `${advised} advised`);
  });
});
