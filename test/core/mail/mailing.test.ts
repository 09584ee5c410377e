/** Which mails are due: by the facts, by what was mailed before, and by the rules. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentSpec } from '../../../reconciler/core/agent/agent.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { lastMailed, type MailKind, withMail } from '../../../reconciler/core/mail/mail-kind.ts';
import {
  type MailRules,
  mailingOf,
  withMailBegun,
  withMailEnd,
} from '../../../reconciler/core/mail/mailing.ts';
import { at, attempt, fileNo, idNo, nowMs, recordNo, without } from '../../builders/world.ts';

const kinds: MailKind[] = ['running', 'failed', 'recovered', 'suspended', 'retiring', 'refunded'];
const always = Object.fromEntries(kinds.map((kind) => [kind, at(-10_000)]));
const rulesAt = (minutes: number, part: Partial<MailRules> = {}): MailRules => ({
  mail: { kinds, perHourMax: 60 },
  since: always,
  nowMs: nowMs + minutes * 60_000,
  ...part,
});
const up = (minutes: number, part: Partial<AgentRecord> = {}) =>
  recordNo(1, {
    phase: 'running',
    phaseSince: at(minutes),
    timings: [{ step: 'done', at: at(minutes) }],
    ...part,
  });
const caseOf = (record: AgentRecord, spec: Partial<AgentSpec> = {}) => ({
  id: idNo(1),
  file: fileNo(1, spec),
  record,
});
const dueOf = (record: AgentRecord, spec: Partial<AgentSpec>, rules: MailRules) =>
  mailingOf([caseOf(record, spec)], rules).due.map(({ kind, of }) => `${kind} ${of}`);
const suspended = (minutes: number): Partial<AgentSpec> => ({
  access: { state: 'suspended', since: at(minutes), issues: ['PaymentPastDue'] },
});
const retired = (minutes: number): Partial<AgentSpec> => ({
  retired: { at: at(minutes), by: 'person', reason: 'no longer needed' },
});

/** An agent whose mails arrive at once. */
function life() {
  let mails: NonNullable<AgentRecord['mails']> = {};
  return (minutes: number, record: AgentRecord, spec: Partial<AgentSpec> = {}) => {
    const now = { ...record, mails };
    const { due } = mailingOf([caseOf(now, spec)], rulesAt(minutes));
    for (const { kind, of } of due) {
      const mailed = { of, asked: at(minutes), state: 'sent', at: at(minutes) } as const;
      mails = withMail({ ...now, mails }, kind, mailed).mails ?? {};
    }
    return due.map(({ kind, of }) => `${kind} ${of}`);
  };
}

describe('the life of an agent', () => {
  it('set up, suspended, paid, retired, restored: a mail each', () => {
    const mailed = life();
    assert.deepEqual(mailed(0, up(0)), ['running 1']);
    assert.deepEqual(mailed(5, up(0)), []);
    const since = at(100);
    assert.deepEqual(mailed(100, up(0), suspended(100)), [`suspended ${since}`]);
    const off = up(0, { phase: 'suspended', phaseSince: at(101) });
    assert.deepEqual(mailed(101, off, suspended(100)), []);
    assert.deepEqual(mailed(200, up(0, { phaseSince: at(200) })), [`recovered suspended/${since}`]);
    assert.deepEqual(mailed(201, up(0, { phaseSince: at(200) })), []);
    assert.deepEqual(mailed(300, up(0), retired(300)), [`retiring ${at(300)}`]);
    assert.deepEqual(mailed(400, up(0, { phaseSince: at(400) })), [
      `recovered retiring/${at(300)}`,
    ]);
    assert.deepEqual(mailed(500, up(0, { phaseSince: at(400) })), []);
    assert.deepEqual(mailed(600, up(0), suspended(600)), [`suspended ${at(600)}`]);
  });

  it('given up, then set up by the next revision: one mail says that it runs', () => {
    const mailed = life();
    const attempts = [attempt({ outcome: 'failed', ended: at(0) })];
    const failed = without(
      recordNo(1, { phase: 'failed', everRunning: false, receipts: ['gave-up/1'], attempts }),
      'server',
    );
    assert.deepEqual(mailed(0, failed), ['failed 1']);
    assert.deepEqual(mailed(1, failed), []);
    const chosen = { ...up(0).chosen, revision: 2 } as NonNullable<AgentRecord['chosen']>;
    const next = up(90, { chosen });
    assert.deepEqual(mailed(90, next, { revision: 2 }), ['recovered failed/1']);
    assert.deepEqual(mailed(91, next, { revision: 2 }), []);
    const third = up(200, { chosen: { ...chosen, revision: 3 } });
    assert.deepEqual(mailed(200, third, { revision: 3 }), ['running 3']);
  });

  it('refunded, also once its file is gone; not before Stripe made it', () => {
    const refund = (state: 'asked' | 'pending' | 'succeeded' | 'failed') =>
      ({ cause: 'canceled', revision: 1, asked: at(0), state }) as const;
    const dueAfter = (state: Parameters<typeof refund>[0]) => {
      const record = recordNo(1, { refunds: [refund(state)], gone: at(0) });
      const { due } = mailingOf([{ id: idNo(1), file: null, record }], rulesAt(0));
      return due.map(({ kind, of }) => `${kind} ${of}`);
    };
    assert.deepEqual(dueAfter('pending'), ['refunded canceled/1']);
    assert.deepEqual(dueAfter('succeeded'), ['refunded canceled/1']);
    assert.deepEqual(dueAfter('asked'), []);
    assert.deepEqual(dueAfter('failed'), []);
  });
});

describe('no mail', () => {
  it('about what happened before its kind was switched on, or long ago', () => {
    const since = { ...always, running: at(10) };
    assert.deepEqual(dueOf(up(9), {}, rulesAt(20, { since })), []);
    assert.deepEqual(dueOf(up(10), {}, rulesAt(20, { since })), ['running 1']);
    assert.deepEqual(dueOf(up(0), {}, rulesAt(20, { since: {} })), []);
    assert.deepEqual(dueOf(up(0), {}, rulesAt(3 * 1440)), ['running 1']);
    assert.deepEqual(dueOf(up(0), {}, rulesAt(3 * 1440 + 1)), []);
  });

  it('of a kind that the policy does not name', () => {
    const mail = { kinds: ['failed' as const], perHourMax: 60 };
    assert.deepEqual(dueOf(up(0), {}, rulesAt(1, { mail })), []);
  });

  it('to the customer of an adopted server, of one that never was, or while a run works on it', () => {
    assert.deepEqual(dueOf(without(up(0), 'timings'), {}, rulesAt(1)), []);
    const never = without(recordNo(1, { everRunning: false, phase: 'queued' }), 'server');
    assert.deepEqual(dueOf(never, suspended(0), rulesAt(1)), []);
    assert.deepEqual(dueOf(never, retired(0), rulesAt(1)), []);
    const lease = {
      run: '7',
      runAttempt: 1,
      change: 'configure',
      nonce: 'abcdefghij012345',
      since: at(0),
      until: at(90),
      step: 'configure',
    } as const;
    assert.deepEqual(dueOf(up(0, { lease }), {}, rulesAt(1)), []);
  });

  it('twice of a kind within an hour', () => {
    const asked = { of: at(0), asked: at(0), state: 'sent', at: at(0) } as const;
    const record = up(0, { mails: { suspended: asked } });
    assert.deepEqual(dueOf(record, suspended(30), rulesAt(59)), []);
    assert.deepEqual(dueOf(record, suspended(30), rulesAt(60)), [`suspended ${at(30)}`]);
  });
});

describe('the mails of an hour', () => {
  const mail = { kinds, perHourMax: 2 };
  const rules = rulesAt(10, { mail });
  const numbered = (n: number, part: Partial<AgentRecord> = {}) => ({
    id: idNo(n),
    file: fileNo(n),
    record: { ...recordNo(n), timings: [{ step: 'done' as const, at: at(n) }], ...part },
  });
  const begun = (asked: string) => ({
    mails: { running: { of: '1', asked, state: 'sent', at: asked } as const },
  });

  it('are the oldest; those of the last hour count', () => {
    const all = [5, 3, 4].map((n) => numbered(n));
    const { due, waiting } = mailingOf(all, rules);
    assert.deepEqual([due.map(({ id }) => id), waiting], [[idNo(3), idNo(4)], 1]);
    const one = mailingOf([...all, numbered(1, begun(at(-49)))], rules);
    assert.deepEqual([one.due.map(({ id }) => id), one.waiting], [[idNo(3)], 2]);
    assert.equal(mailingOf([...all, numbered(1, begun(at(-50)))], rules).waiting, 1);
  });

  it('are counted again on the records that are pushed to: another run may have begun some', () => {
    const { file, record } = numbered(3);
    const [due] = mailingOf([{ id: idNo(3), file, record }], rules).due;
    assert.ok(due !== undefined);
    const others = (count: number) =>
      [1, 2].slice(0, count).map((n) => numbered(n, begun(at(0))).record);
    const began = (count: number) =>
      withMailBegun(record, [record, ...others(count)], { due, file, rules })?.mails?.running;
    assert.deepEqual(began(1), { of: '1', asked: at(10), state: 'asked', at: at(10) });
    assert.equal(began(2), undefined);
  });

  it('end once: a mail that is closed, or about something else, keeps its state', () => {
    const open = up(0, {
      mails: { running: { of: '1', asked: at(0), state: 'asked', at: at(0) } },
    });
    const ended = (record: AgentRecord, of: string) =>
      withMailEnd(record, { kind: 'running', of }, { state: 'sent' }, at(5));
    const closed = ended(open, '1');
    assert.equal(closed?.mails?.running?.state, 'sent');
    assert.equal(ended(open, '2'), null);
    assert.equal(closed === null ? null : ended(closed, '1'), null);
    assert.equal(ended(up(0), '1'), null);
  });
});

describe('an open mail', () => {
  const open = (minutes: number, state: 'asked' | 'failing' = 'asked') =>
    up(0, { mails: { running: { of: '1', asked: at(minutes), state, at: at(minutes) } } });
  const endOf = (record: AgentRecord, rules: MailRules, spec: Partial<AgentSpec> = {}) => {
    const { due, closed } = mailingOf([caseOf(record, spec)], rules);
    return { due: due.map(({ kind }) => kind), closed: closed.map(({ kind }) => kind) };
  };

  it('is sent again while Resend knows its key, and the fact is true', () => {
    const again = { due: ['running'], closed: [] };
    assert.deepEqual(endOf(open(1), rulesAt(2)), again);
    assert.deepEqual(endOf(open(1, 'failing'), rulesAt(23 * 60)), again);
    const over = { due: [], closed: ['running'] };
    assert.deepEqual(endOf(open(1), rulesAt(23 * 60 + 1)), over);
    assert.deepEqual(endOf(open(1), rulesAt(2), { power: 'stopped' }), over);
    const mail = { kinds: [], perHourMax: 60 };
    assert.deepEqual(endOf(open(1), rulesAt(2, { mail })), over);
  });

  it('is no proof that the customer got it', () => {
    assert.equal(lastMailed(null), null);
    assert.equal(lastMailed(open(1)), null);
    const sent = (minutes: number) =>
      ({ of: '1', asked: at(1), state: 'sent', at: at(minutes) }) as const;
    const mails = {
      running: sent(2),
      retiring: sent(9),
      failed: { ...sent(10), state: 'refused' },
    };
    assert.deepEqual(lastMailed(up(0, { mails: mails as NonNullable<AgentRecord['mails']> })), {
      kind: 'retiring',
      at: at(9),
    });
  });
});
