/** Commands and reverts on tombstones, and on those that follow the money. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideCommand } from '../../../reconciler/core/commands/command.ts';
import type { Command } from '../../../reconciler/core/commands/command-request.ts';
import { decideRevert } from '../../../reconciler/core/commands/revert.ts';
import { type Agent, agentPath, type Retired } from '../../../reconciler/core/desired/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/desired/agent-file.ts';
import { agentNo, at, catalogOf, idNo, nowMs, policyOf, recordNo } from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const path = agentPath(idNo(1));
const commit = 'c'.repeat(40);
const unpaid: Agent['spec']['access'] = { state: 'suspended', since: at(-9000) };
const ended: Agent['spec']['access'] = { state: 'ended', since: at(-60) };
const tombstone = (by: Retired['by'], part: Partial<Retired> = {}): Retired => {
  return { at: at(-30), by, reason: 'a cause', ...part };
};
const text = (spec: Spec) => renderAgent(agentNo(1, spec));

function specIn(decision: ReturnType<typeof decideRevert>): Agent['spec'] {
  assert.ok(decision.kind === 'write', JSON.stringify(decision));
  const file = parseAgentFile({ path, oid: '', text: decision.text });
  assert.ok(file.kind === 'valid');
  return file.agent.spec;
}

function commanded(command: Command['command'] & ('retire' | 'restore' | 'cancel'), spec: Spec) {
  return decideCommand({
    file: { path, oid: '', text: text(spec) },
    record: recordNo(1),
    command: { command, reason: null },
    catalog: catalogOf(),
    policy: policyOf(),
    nowMs,
  });
}

type Case = { readonly before: Spec | null; readonly after: Spec | null; readonly tip: Spec };

function reverted({ before, after, tip }: Case) {
  return decideRevert({
    path,
    commit,
    cause: null,
    before: before === null ? null : text(before),
    after: after === null ? null : text(after),
    tip: { path, oid: '', text: text(tip) },
    record: recordNo(1),
    nowMs,
  });
}

describe('retire', () => {
  it('takes over a tombstone that follows the money, with its time: no payment lifts it then', () => {
    for (const [access, retired] of [
      [unpaid, tombstone('settle')],
      [ended, tombstone('stripe')],
    ] as const) {
      const spec = specIn(commanded('retire', { access, retired }));
      assert.deepEqual([spec.retired?.by, spec.retired?.at], ['person', at(-30)]);
    }
  });

  it("leaves a person's and a customer's as they are", () => {
    const removed = tombstone('settle', { cites: commit });
    for (const [retired, whose] of [
      [tombstone('person'), 'person'],
      [tombstone('customer'), 'customer'],
      [removed, 'person'],
    ] as const) {
      const decision = commanded('retire', { retired });
      assert.ok(decision.kind === 'unchanged');
      assert.match(decision.why, new RegExp(`retired by ${whose} since`));
    }
  });
});

it('restore says where the next resync sets the tombstone again', () => {
  const notesOf = (access: Agent['spec']['access'], by: Retired['by']) => {
    const decision = commanded('restore', { access, retired: tombstone(by) });
    assert.ok(decision.kind === 'write');
    return decision.notes.join();
  };
  assert.match(notesOf(unpaid, 'settle'), /still suspended: without a hold the next resync/);
  assert.equal(notesOf(unpaid, 'person'), '');
  assert.equal(notesOf({ state: 'granted', since: at(-5) }, 'settle'), '');
});

describe('a revert', () => {
  const retired = tombstone('settle');
  const lifting = { before: { access: unpaid, retired }, after: {} };

  it('of the lifting that payment brought is refused, whatever has become of access since', () => {
    for (const tip of [{}, { access: unpaid }]) {
      const decision = reverted({ ...lifting, tip });
      assert.ok(decision.kind === 'refused' && decision.reason === 'StripeOwns');
      assert.match(decision.message, /had lost its cause; `retire` sets one/);
    }
  });

  it("of the lifting of Stripe's is refused too", () => {
    const before = { access: ended, retired: tombstone('stripe') };
    const decision = reverted({ before, after: { access: unpaid }, tip: { access: unpaid } });
    assert.ok(decision.kind === 'refused' && decision.reason === 'StripeOwns');
  });

  it('of a restore brings it back while its cause lasts, and not once it is paid', () => {
    const one = { before: { access: unpaid, retired }, after: { access: unpaid } };
    assert.deepEqual(specIn(reverted({ ...one, tip: { access: unpaid } })).retired, retired);
    const paid = reverted({ ...one, tip: {} });
    assert.ok(paid.kind === 'refused' && paid.reason === 'StripeOwns');
  });

  it('of what took it over comes to what the money says now', () => {
    const taken = tombstone('customer');
    const one = {
      before: { access: unpaid, retired },
      after: { access: unpaid, retired: taken },
    };
    const still = specIn(reverted({ ...one, tip: one.after }));
    assert.deepEqual(still.retired, retired);
    assert.equal(specIn(reverted({ ...one, tip: { retired: taken } })).retired, undefined);
  });

  it('of the writing of one lifts it, and says that it comes again', () => {
    const decision = reverted({
      before: { access: unpaid },
      after: { access: unpaid, retired },
      tip: { access: unpaid, retired },
    });
    assert.equal(specIn(decision).retired, undefined);
    assert.ok(decision.kind === 'write');
    assert.match(decision.notes.join(), /without a hold the next resync retires it again/);
  });

  it('of another field of the time leaves the tombstone out of it', () => {
    const decision = reverted({
      before: { access: unpaid, retired },
      after: { access: unpaid, retired, power: 'stopped' },
      tip: { power: 'stopped' },
    });
    const spec = specIn(decision);
    assert.deepEqual([spec.power, spec.retired], ['running', undefined]);
  });

  it("of a creation takes over the money's tombstone, and no other", () => {
    const of = (tip: Spec) => reverted({ before: null, after: {}, tip });
    const spec = specIn(of({ access: unpaid, retired }));
    assert.deepEqual([spec.retired?.by, spec.retired?.at], ['person', at(-30)]);
    assert.equal(of({ retired: tombstone('customer') }).kind, 'unchanged');
  });

  it('of a removal does not undo what the customer has canceled since', () => {
    const of = (by: Retired['by']) =>
      reverted({ before: {}, after: null, tip: { retired: tombstone(by, { cites: commit }) } });
    assert.equal(of('customer').kind, 'unchanged');
    for (const by of ['person', 'settle'] as const) assert.equal(specIn(of(by)).retired, undefined);
  });
});
