/** The inverse of one commit on one agent's file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import { decideRevert } from '../../../reconciler/core/commands/revert.ts';
import { type AgentRecord, newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { agentNo, at, idNo, nowMs, subscriptionNo } from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const path = agentPath(idNo(1));
const commit = 'c'.repeat(40);
const text = (spec: Spec | null) => (spec === null ? null : renderAgent(agentNo(1, spec)));

type Case = { before: Spec | null; after: Spec | null; tip: Spec | null };
type More = { record?: AgentRecord; own?: boolean };

function decided({ before, after, tip }: Case, { record, own }: More = {}) {
  const now = text(tip);
  return decideRevert({
    path,
    commit,
    own: own ?? false,
    before: text(before),
    after: text(after),
    tip: now === null ? null : { path, oid: '', text: now },
    record: record ?? null,
    nowMs,
  });
}

function wrote(one: Case, more: More = {}) {
  const decision = decided(one, more);
  assert.ok(decision.kind === 'write', JSON.stringify(decision));
  const file = parseAgentFile({ path, oid: '', text: decision.text });
  assert.ok(file.kind === 'valid');
  return { ...decision, spec: file.agent.spec };
}

function reasonOf(one: Case, more: More = {}) {
  const decision = decided(one, more);
  return decision.kind === 'refused' ? decision.reason : decision.kind;
}

function recordWith(part: Partial<AgentRecord>): AgentRecord {
  return { ...newRecord(idNo(1), subscriptionNo(1), 'cus_Test1'), ...part };
}
const chosen = (revision: number) => ({
  revision,
  plan: 'starter',
  region: 'eu-central',
  location: 'fsn1',
  serverType: 'cpx12',
  image: 'debian-12',
});
const tombstone = { at: at(-10), by: 'person', reason: 'a mistake' } as const;

describe('a revert of changed fields', () => {
  it('restores them where they are as the commit left them; the rest stays', () => {
    const before: Spec = { config: { model: 'a', timezone: 'UTC' } };
    const after: Spec = { power: 'stopped', config: { model: 'b', timezone: 'UTC' } };
    const tip: Spec = {
      ...after,
      plan: 'pro',
      region: 'us-east',
      config: { model: 'b', timezone: 'Europe/Berlin' },
    };
    const { spec, subject } = wrote({ before, after, tip });
    assert.deepEqual(
      [spec.power, spec.config, spec.plan, spec.region],
      ['running', { model: 'a', timezone: 'Europe/Berlin' }, 'pro', 'us-east'],
    );
    assert.equal(subject, 'config.model, power as before cccccccccc');
  });

  it('is refused where one of them has changed since, with its name', () => {
    const moved = decided({
      before: {},
      after: { power: 'stopped', revision: 2 },
      tip: { power: 'stopped', revision: 3 },
    });
    assert.ok(moved.kind === 'refused');
    assert.equal(moved.reason, 'MovedOn');
    assert.deepEqual(
      moved.problems.map(({ field }) => field),
      ['revision'],
    );
  });

  it('is nothing to do where all of it is restored already', () => {
    assert.equal(reasonOf({ before: {}, after: { power: 'stopped' }, tip: {} }), 'unchanged');
  });

  it("is refused where all fields were Stripe's, and else leaves Stripe's part", () => {
    const access = { state: 'suspended', since: at(-5) } as const;
    assert.equal(reasonOf({ before: {}, after: { access }, tip: { access } }), 'StripeOwns');
    const both = { access: { state: 'ended', since: at(-5) }, retired: tombstone } as const;
    const { spec, notes } = wrote({ before: {}, after: both, tip: both });
    assert.deepEqual([spec.access.state, spec.retired], ['ended', undefined]);
    assert.match(notes.join(), /Stripe's and stay.*without a hold the next resync/);
  });
});

describe('a destroyed server', () => {
  const reprovisioned = { before: {}, after: { revision: 2 }, tip: { revision: 2 } };

  it('by a reprovision stays destroyed, which the revert reports', () => {
    const record = recordWith({
      chosen: chosen(2),
      server: { id: '1002', nonce: 'abcdefghij012345', created: at(-3) },
      destroyed: [{ at: at(-4), server: '1001', kind: 'replace' }],
    });
    const { spec, lost, notes } = wrote(reprovisioned, { record });
    assert.equal(spec.revision, 1);
    assert.match(`${lost}. ${notes.join()}`, /server 1001.*gone since.*runs now stays/);
  });

  it('is none where the new VM was not created yet', () => {
    const record = recordWith({ chosen: chosen(1) });
    const { lost, notes } = wrote(reprovisioned, { record });
    assert.equal(lost, null);
    assert.match(notes.join(), /will not be/);
  });

  it('by a retirement stays destroyed too', () => {
    const one = { before: {}, after: { retired: tombstone }, tip: { retired: tombstone } };
    assert.equal(wrote(one).lost, null);
    const record = recordWith({ destroyed: [{ at: at(-2), server: '7', kind: 'retire' }] });
    assert.match(wrote(one, { record }).lost ?? '', /server 7 and its data are gone/);
  });
});

describe('a revert of a created or removed file', () => {
  it('of a creation: the agent is retired, citing the commit', () => {
    const { spec } = wrote({ before: null, after: {}, tip: { power: 'stopped' } });
    assert.deepEqual([spec.retired?.by, spec.retired?.cites], ['person', commit]);
    assert.equal(reasonOf({ before: null, after: {}, tip: { retired: tombstone } }), 'unchanged');
    assert.equal(reasonOf({ before: null, after: {}, tip: null }), 'NotFound');
  });

  it('of a removal: the file is restored, or its tombstone is lifted', () => {
    assert.equal(wrote({ before: {}, after: null, tip: null }).text, text({}));
    const retired = { ...tombstone, cites: commit };
    const { spec } = wrote({ before: {}, after: null, tip: { retired } });
    assert.equal(spec.retired, undefined);
    assert.equal(
      reasonOf({ before: {}, after: null, tip: { retired: tombstone } }),
      'unchanged',
      "another's tombstone is not this commit's",
    );
    assert.equal(reasonOf({ before: {}, after: null, tip: null }, { own: true }), 'Finalized');
  });

  it('of a commit that did not touch it is nothing to do', () => {
    assert.equal(reasonOf({ before: {}, after: {}, tip: {} }), 'unchanged');
    assert.equal(reasonOf({ before: null, after: null, tip: null }), 'unchanged');
  });
});

it('restores a file that a commit made invalid to the byte', () => {
  const before = renderAgent(agentNo(1));
  const input = { path, commit, own: false, before, after: 'kind: Agent\n', record: null, nowMs };
  const tip = { path, oid: '', text: 'kind: Agent\n' };
  const decision = decideRevert({ ...input, tip });
  assert.ok(decision.kind === 'write');
  assert.equal(decision.text, before);
  const moved = decideRevert({ ...input, tip: { ...tip, text: 'kind: Agent # x\n' } });
  assert.ok(moved.kind === 'refused' && moved.reason === 'MovedOn');
});
