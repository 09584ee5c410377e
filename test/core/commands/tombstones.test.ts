/** Commands and reverts on tombstones, including those that follow payments. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, agentPath, type Retired } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import { overdueTombstone } from '../../../reconciler/core/billing/overdue.ts';
import { decideCommand } from '../../../reconciler/core/commands/command.ts';
import type { Command } from '../../../reconciler/core/commands/command-request.ts';
import { decideRevert } from '../../../reconciler/core/commands/revert.ts';
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
    own: false,
    before: before === null ? null : text(before),
    after: after === null ? null : text(after),
    tip: { path, oid: '', text: text(tip) },
    record: recordNo(1),
    nowMs,
  });
}

describe('retire', () => {
  it('takes over a tombstone that follows payments, with its time: no payment lifts it then', () => {
    for (const [access, retired] of [
      [unpaid, tombstone('finalize')],
      [ended, tombstone('stripe')],
    ] as const) {
      const spec = specIn(commanded('retire', { access, retired }));
      assert.deepEqual([spec.retired?.by, spec.retired?.at], ['person', at(-30)]);
    }
  });

  it("leaves a person's and a customer's as they are", () => {
    for (const by of ['person', 'customer'] as const) {
      const decision = commanded('retire', { retired: tombstone(by) });
      assert.ok(decision.kind === 'unchanged');
      assert.match(decision.why, new RegExp(`retired by ${by} since`));
    }
  });
});

describe('restore of an agent whose access is suspended', () => {
  const overdue: Agent['spec']['access'] = { state: 'suspended', since: at(-15 * 24 * 60) };
  const notesOf = (spec: Spec) => {
    const decision = commanded('restore', spec);
    assert.ok(decision.kind === 'write');
    return decision.notes.join();
  };

  it('is refused where the next resync would retire it again, whatever set the tombstone', () => {
    for (const by of ['finalize', 'person', 'customer'] as const) {
      const decision = commanded('restore', { access: overdue, retired: tombstone(by) });
      assert.ok(decision.kind === 'refused' && decision.reason === 'Suspended');
      assert.match(decision.message, /resync would retire it again.*payment.*hold/);
      const text = renderAgent(agentNo(1, { access: overdue }));
      const file = parseAgentFile({ path, oid: '', text });
      assert.ok(file.kind === 'valid' && overdueTombstone(file, text, policyOf(), nowMs) !== null);
    }
  });

  it('is done under a hold, and before the suspension limit, and names the limit', () => {
    const hold = { reason: 'asked', since: at(-60), until: at(60) };
    const held = notesOf({ access: overdue, retired: tombstone('finalize'), hold });
    assert.match(held, /a resync retires it again from 2026-11-22T13:00:00Z on/);
    for (const by of ['finalize', 'person'] as const)
      assert.match(
        notesOf({ access: unpaid, retired: tombstone(by) }),
        /retires it again from 2026-11-30T06:00:00Z on/,
      );
  });

  it('is done without that time once access is granted', () => {
    assert.equal(notesOf({ retired: tombstone('finalize') }), '');
  });
});

describe('a revert', () => {
  const retired = tombstone('finalize');
  const stamped = '2026-11-22T12:00:00Z';
  const lifting = { before: { access: unpaid, retired }, after: {} };

  it('of a lifting by payment is refused, whatever access is by now', () => {
    for (const tip of [{}, { access: unpaid }]) {
      const decision = reverted({ ...lifting, tip });
      assert.ok(decision.kind === 'refused' && decision.reason === 'StripeOwns');
      assert.match(decision.message, /had lost its cause; `retire` sets one/);
    }
  });

  it("of a lifting of Stripe's is refused too", () => {
    const before = { access: ended, retired: tombstone('stripe') };
    const decision = reverted({ before, after: { access: unpaid }, tip: { access: unpaid } });
    assert.ok(decision.kind === 'refused' && decision.reason === 'StripeOwns');
  });

  it('of a restore sets it again while its cause lasts, and not once access is paid', () => {
    const one = { before: { access: unpaid, retired }, after: { access: unpaid } };
    const again = specIn(reverted({ ...one, tip: { access: unpaid } })).retired;
    assert.deepEqual(again, { ...retired, at: stamped });
    const paid = reverted({ ...one, tip: {} });
    assert.ok(paid.kind === 'refused' && paid.reason === 'StripeOwns');
  });

  it('of a takeover sets the tombstone that payments ask for now', () => {
    const taken = tombstone('customer');
    const one = {
      before: { access: unpaid, retired },
      after: { access: unpaid, retired: taken },
    };
    const still = specIn(reverted({ ...one, tip: one.after }));
    assert.deepEqual(still.retired, { ...retired, at: stamped });
    assert.equal(specIn(reverted({ ...one, tip: { retired: taken } })).retired, undefined);
  });

  it('of its creation lifts it, and reports that it comes again', () => {
    const decision = reverted({
      before: { access: unpaid },
      after: { access: unpaid, retired },
      tip: { access: unpaid, retired },
    });
    assert.equal(specIn(decision).retired, undefined);
    assert.ok(decision.kind === 'write');
    assert.match(decision.notes.join(), /without a hold the next resync retires it again/);
  });

  it('of another field of the same time does not change the tombstone', () => {
    const decision = reverted({
      before: { access: unpaid, retired },
      after: { access: unpaid, retired, power: 'stopped' },
      tip: { power: 'stopped' },
    });
    const spec = specIn(decision);
    assert.deepEqual([spec.power, spec.retired], ['running', undefined]);
  });

  it('of a creation of a file takes over the tombstone by payments, and no other', () => {
    const of = (tip: Spec) => reverted({ before: null, after: {}, tip });
    const spec = specIn(of({ access: unpaid, retired }));
    assert.deepEqual([spec.retired?.by, spec.retired?.at], ['person', at(-30)]);
    assert.equal(of({ retired: tombstone('customer') }).kind, 'unchanged');
  });

  it('of a removal does not undo a later cancellation by the customer', () => {
    const of = (by: Retired['by']) =>
      reverted({ before: {}, after: null, tip: { retired: tombstone(by, { cites: commit }) } });
    assert.equal(of('customer').kind, 'unchanged');
    assert.equal(specIn(of('person')).retired, undefined);
  });
});

describe('a revert that restores a tombstone', () => {
  const old = tombstone('person', { at: at(-3000) });
  const stamped = { ...old, at: '2026-11-22T12:00:00Z' };
  const restored: Case = { before: { retired: old }, after: {}, tip: {} };

  it('dates it again, so that its grace begins again, and reports it', () => {
    const decision = reverted(restored);
    assert.deepEqual(specIn(decision).retired, stamped);
    assert.ok(decision.kind === 'write');
    assert.match(decision.notes.join(), /dated now: its grace begins again/);
  });

  it('has nothing to do a second time', () => {
    assert.equal(reverted({ ...restored, tip: { retired: stamped } }).kind, 'unchanged');
  });

  it('with the whole file, removed or made invalid, dates it again too', () => {
    const before = text({ retired: old });
    const common = { path, commit, own: false, before, record: null, nowMs };
    const invalid = 'kind: Agent\n';
    for (const tip of [null, { path, oid: '', text: invalid }]) {
      const decision = decideRevert({ ...common, after: tip?.text ?? null, tip });
      assert.deepEqual(specIn(decision).retired, stamped);
    }
  });

  it('keeps the raised revision where the server of the lower one is destroyed', () => {
    const { server: _gone, ...record } = recordNo(1);
    const destroyed = [{ at: at(-2000), server: '1001', kind: 'retire' as const }];
    const decision = decideRevert({
      path,
      commit,
      own: false,
      before: text({ retired: old }),
      after: text({ revision: 2 }),
      tip: { path, oid: '', text: text({ revision: 2 }) },
      record: { ...record, destroyed },
      nowMs,
    });
    assert.deepEqual([specIn(decision).retired, specIn(decision).revision], [stamped, 2]);
  });
});
