/** Commands on an agent's file: the result of each, and the reasons for a refusal. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Agent, agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import { decideCommand } from '../../../reconciler/core/commands/command.ts';
import {
  type Command,
  confirmation,
  oneLine,
  parseCommand,
} from '../../../reconciler/core/commands/command-request.ts';
import { type AgentRecord, newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  agentNo,
  at,
  catalogOf,
  idNo,
  nowMs,
  policyOf,
  subscriptionNo,
} from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const path = agentPath(idNo(1));
const policy = policyOf();
const catalog = catalogOf();

function decided(request: object, spec: Spec = {}, record: AgentRecord | null = null) {
  const text = renderAgent(agentNo(1, spec)).replace('  power:', '  # by hand\n  power:');
  const command = 'by' in request ? retireCommand : parsed(request);
  const file = { path, oid: '', text };
  return decideCommand({ file, record, command, catalog, policy, nowMs });
}
const retireCommand: Command = { command: 'retire', reason: 'abuse' };

function parsed(request: object): Command {
  const outcome = parseCommand(request);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.command;
}

function wrote(request: object, spec: Spec = {}, record: AgentRecord | null = null) {
  const decision = decided(request, spec, record);
  assert.ok(decision.kind === 'write', JSON.stringify(decision));
  const file = parseAgentFile({ path, oid: '', text: decision.text });
  assert.ok(file.kind === 'valid');
  assert.match(decision.text, /# by hand/, 'people’s comments stay');
  return { ...decision, spec: file.agent.spec };
}

function refusedAs(request: object, spec: Spec = {}, record: AgentRecord | null = null) {
  const decision = decided(request, spec, record);
  assert.ok(decision.kind === 'refused', JSON.stringify(decision));
  return decision;
}

function recordWith(part: Partial<AgentRecord> = {}): AgentRecord {
  return { ...newRecord(idNo(1), subscriptionNo(1), 'cus_Test1'), ...part };
}
const running = recordWith({
  phase: 'running',
  everRunning: true,
  server: { id: '1001', nonce: 'abcdefghij012345', created: at(-60) },
  chosen: {
    revision: 1,
    plan: 'starter',
    region: 'eu-central',
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
  },
});
const tombstone = { at: at(-10), by: 'person', reason: 'a mistake' } as const;
const ended: Spec = { access: { state: 'ended', since: at(-5) } };
const confirm = { confirm: confirmation };

describe('start and stop', () => {
  it('switch the power, and an unchanged request writes nothing', () => {
    assert.equal(wrote({ command: 'stop' }).spec.power, 'stopped');
    assert.equal(wrote({ command: 'start' }, { power: 'stopped' }).spec.power, 'running');
    assert.equal(decided({ command: 'start' }).kind, 'unchanged');
    assert.equal(decided({ command: 'stop' }, { power: 'stopped' }).kind, 'unchanged');
  });

  it('name what delays them', () => {
    const access = { state: 'suspended', since: at(-5) } as const;
    const { notes } = wrote({ command: 'start' }, { access, power: 'stopped' });
    assert.match(notes.join(), /access is suspended/);
    const hold = { reason: 'x', since: at(-60), until: at(60) };
    assert.match(wrote({ command: 'stop' }, { hold }).notes.join(), /hold ends, at 2026/);
    const over = { reason: 'x', since: at(-120), until: at(-60) };
    assert.deepEqual(wrote({ command: 'stop' }, { hold: over }).notes, []);
  });

  it('in any order end as the last one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('start', 'stop'), { minLength: 1 }), (words) => {
        let text = renderAgent(agentNo(1));
        for (const word of words) {
          const file = { path, oid: '', text };
          const command = parsed({ command: word });
          const next = decideCommand({ file, record: null, command, catalog, policy, nowMs });
          if (next.kind === 'write') text = next.text;
        }
        const file = parseAgentFile({ path, oid: '', text });
        assert.ok(file.kind === 'valid');
        assert.equal(file.agent.spec.power, words.at(-1) === 'start' ? 'running' : 'stopped');
        assert.equal(file.agent.spec.revision, 1);
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe('retry', () => {
  it('asks for a new revision of an agent that was given up, once', () => {
    const given = recordWith({ phase: 'failed', receipts: ['gave-up/1'] });
    assert.equal(wrote({ command: 'retry' }, {}, given).spec.revision, 2);
    assert.equal(decided({ command: 'retry' }, { revision: 2 }, given).kind, 'unchanged');
    assert.equal(decided({ command: 'retry' }, {}, running).kind, 'unchanged');
    assert.equal(decided({ command: 'retry' }).kind, 'unchanged');
  });
});

describe('reprovision and region', () => {
  it('need a confirmation, and describe what would be lost', () => {
    for (const request of [
      { command: 'reprovision' },
      { command: 'reprovision', confirm: 'yes' },
      { command: 'region', region: 'us-east' },
    ]) {
      const { reason, lost } = refusedAs(request, {}, running);
      assert.equal(reason, 'ConfirmationNeeded');
      assert.match(lost ?? '', /server 1001 \(cpx12 in fsn1\).*no snapshot of it is kept/);
    }
  });

  it('raise the revision, and region moves', () => {
    const again = wrote({ command: 'reprovision', ...confirm }, { revision: 4 }, running);
    assert.deepEqual([again.spec.revision, again.spec.region], [5, 'eu-central']);
    assert.match(again.lost ?? '', /server 1001/);
    const moved = wrote({ command: 'region', region: 'us-east', ...confirm }, {}, null);
    assert.deepEqual([moved.spec.revision, moved.spec.region, moved.lost], [2, 'us-east', null]);
  });

  it('region refuses a place that is not sold, whatever its name', () => {
    for (const region of ['ap-north', 'constructor'])
      assert.equal(refusedAs({ command: 'region', region, ...confirm }).reason, 'NotSold');
    assert.equal(decided({ command: 'region', region: 'eu-central' }).kind, 'unchanged');
  });
});

describe('config', () => {
  const config = (patch: object) => ({ command: 'config', config: patch });

  it('sets, removes and changes nested fields; fields that are not named stay', () => {
    const before: Spec = {
      config: { model: 'a', timezone: 'UTC', secrets: { A: 'secret://a', B: 'secret://b' } },
    };
    const { spec, subject } = wrote(
      config({ model: null, timezone: 'Europe/Berlin', secrets: { A: null } }),
      before,
    );
    assert.deepEqual(spec.config, { timezone: 'Europe/Berlin', secrets: { B: 'secret://b' } });
    assert.equal(subject, 'configured model, secrets, timezone');
    assert.equal(wrote(config({ model: null }), { config: { model: 'a' } }).spec.config, undefined);
    assert.equal(decided(config({ model: 'a' }), { config: { model: 'a' } }).kind, 'unchanged');
    assert.equal(decided(config({ model: null })).kind, 'unchanged');
  });

  it('is refused with every reason, and without the values', () => {
    const { reason, problems } = refusedAs(
      config({ timezone: 'no zone!', secrets: { A: 'CANARY' }, colour: 'red', channels: ['fax'] }),
    );
    assert.equal(reason, 'InvalidInput');
    const fields = problems.map(({ field }) => field).sort();
    assert.deepEqual(fields, [
      'config.channels.0',
      'config.colour',
      'config.secrets.A',
      'config.timezone',
    ]);
    assert.doesNotMatch(JSON.stringify(problems), /CANARY/);
  });
});

describe('cancel and retire', () => {
  it("set a tombstone, the customer's or a person's", () => {
    const canceled = wrote({ command: 'cancel' }, {}, running);
    assert.deepEqual(
      [canceled.spec.retired?.by, canceled.spec.retired?.at],
      ['customer', '2026-11-22T12:00:00Z'],
    );
    assert.match(canceled.notes.join(), /after an hour .* canceled at Stripe, and .* refunded/);
    const retired = wrote({ by: 'person' });
    assert.deepEqual([retired.spec.retired?.by, retired.spec.retired?.reason], ['person', 'abuse']);
  });

  it('also before any resource exists', () => {
    assert.deepEqual(wrote({ command: 'cancel' }).lost, null);
  });

  it("cancel takes over another's tombstone with its time; twice equals once", () => {
    const { spec } = wrote({ command: 'cancel' }, { retired: tombstone });
    assert.deepEqual([spec.retired?.by, spec.retired?.at], ['customer', tombstone.at]);
    const own = { ...tombstone, by: 'customer' as const };
    assert.equal(decided({ command: 'cancel' }, { retired: own }).kind, 'unchanged');
    assert.equal(decided({ command: 'cancel' }, ended).kind, 'unchanged');
    assert.equal(decided({ by: 'person' }, { retired: tombstone }).kind, 'unchanged');
  });
});

describe('restore', () => {
  const gone = recordWith({
    destroyed: [{ at: at(-2), server: '1001', kind: 'retire' }],
  });

  it('lifts the tombstone where nothing was destroyed', () => {
    const { spec, lost } = wrote({ command: 'restore' }, { retired: tombstone }, running);
    assert.deepEqual([spec.retired, spec.revision, lost], [undefined, 1, null]);
    const earlier = recordWith({ destroyed: [{ at: at(-99), server: '1', kind: 'retire' }] });
    assert.equal(
      wrote({ command: 'restore' }, { retired: tombstone }, earlier).spec.revision,
      1,
      'an earlier server does not count',
    );
  });

  it('makes a new VM where one was destroyed, and reports the lost data', () => {
    for (const record of [gone, recordWith({ gone: at(-1) })]) {
      const { spec, lost, notes } = wrote({ command: 'restore' }, { retired: tombstone }, record);
      assert.deepEqual([spec.retired, spec.revision], [undefined, 2]);
      assert.match(`${lost} ${notes.join()}`, /(gone since|nothing was left).*nothing brings/);
    }
  });

  it('reports a retirement that is under way', () => {
    const lease = {
      run: '7',
      runAttempt: 1,
      change: 'retire',
      nonce: 'abcdefghij012345',
      since: at(-1),
      until: at(60),
      step: 'server',
    } as const;
    const record = { ...running, lease };
    const { notes } = wrote({ command: 'restore' }, { retired: tombstone }, record);
    assert.match(notes.join(), /under way/);
  });

  it('needs a subscription that continues', () => {
    const spec = { ...ended, retired: tombstone };
    assert.equal(refusedAs({ command: 'restore' }, spec).reason, 'Ended');
    assert.equal(decided({ command: 'restore' }).kind, 'unchanged');
  });
});

it('is the only command on retired and ended agents; an invalid file accepts none', () => {
  for (const request of [
    { command: 'start' },
    { command: 'stop' },
    { command: 'retry' },
    { command: 'reprovision', ...confirm },
    { command: 'region', region: 'us-east', ...confirm },
    { command: 'config', config: { model: 'a' } },
  ]) {
    assert.equal(refusedAs(request, { retired: tombstone }).reason, 'Retired');
    assert.equal(refusedAs(request, ended).reason, 'Ended');
  }
  const file = { path, oid: '', text: 'kind: Agent\n' };
  const command = parsed({ command: 'stop' });
  const decision = decideCommand({ file, record: null, command, catalog, policy, nowMs });
  assert.ok(decision.kind === 'refused' && decision.reason === 'Frozen');
});

describe('a request', () => {
  it('is refused with every error', () => {
    const wrong = (request: unknown) => {
      const outcome = parseCommand(request);
      assert.ok(!outcome.ok);
      return outcome.problems.map(({ field, message }) => `${field} ${message}`);
    };
    assert.deepEqual(wrong({ command: 'retire' }).length, 1);
    assert.deepEqual(wrong({ command: 'stop', region: 'us-east', confirm: 'x' }), [
      'confirm belongs to region and reprovision only',
      'region belongs to region only',
    ]);
    assert.deepEqual(wrong({ command: 'region' }), ['region is missing']);
    assert.equal(wrong({ comand: 'stop', reason: '' }).length, 3);
    for (const nothing of [null, undefined, [], 'stop', 7]) assert.equal(wrong(nothing).length, 1);
  });

  it('its words begin no line: a reason cannot forge a trailer', () => {
    const { reason } = parsed({
      command: 'stop',
      reason: 'a\n\nAura-Cause: finalized\u202e\u0007b',
    });
    assert.equal(reason, 'a Aura-Cause: finalized b');
    assert.equal(oneLine(' \n '), '');
  });
});
