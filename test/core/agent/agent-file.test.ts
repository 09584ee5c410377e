/** An agent's file: it is read as it was written, and people's formatting and comments are kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Agent, agentIdOf, agentPath } from '../../../reconciler/core/agent/agent.ts';
import {
  agentExample,
  type PeopleFields,
  parseAgentFile,
  renderAgent,
  withPeopleFields,
  withStripeFields,
} from '../../../reconciler/core/agent/agent-file.ts';
import { agentNo } from '../../builders/world.ts';

const properties = { seed: 20261122, numRuns: 200 };

function read(text: string, path?: string): Agent {
  const subscription = /subscription: "?(sub_\w+)/.exec(text)?.[1] ?? '';
  const file = parseAgentFile({ path: path ?? agentPath(agentIdOf(subscription)), oid: '', text });
  assert.equal(file.kind, 'valid', JSON.stringify(file));
  return (file as typeof file & { kind: 'valid' }).agent;
}

const time = fc
  .integer({ min: Date.parse('2020-01-01') / 1000, max: Date.parse('2035-01-01') / 1000 })
  .map((seconds) => new Date(seconds * 1000).toISOString());
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
/** What people type into a reason: quotes, colons, comment signs, template code, other scripts. */
const words = fc
  .array(
    fc.constantFrom('why', ': ', ' #', '"', "'", '\n', '${x}', '{', '- ', 'Ünï', '日本', '%', '\t'),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => `r${parts.join('')}`);
const optional: { requiredKeys: []; noNullPrototype: true } = {
  requiredKeys: [],
  noNullPrototype: true,
};
const config = fc.record(
  {
    // A name is one line, a reason may have several.
    displayName: words.map((text) => text.replaceAll(/[\n\t]/g, ' ')),
    model: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/:-]{0,20}$/),
    channels: fc.uniqueArray(fc.constantFrom('discord', 'slack', 'web'), { minLength: 1 }),
    secrets: fc.dictionary(
      fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/),
      fc.stringMatching(/^secret:\/\/[a-z0-9][a-z0-9/_-]{0,10}$/),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    ),
  },
  optional,
) as fc.Arbitrary<NonNullable<PeopleFields['config']>>;
const hold = fc.record({ reason: words, since: time }).map(({ reason, since }) => ({
  reason,
  since,
  until: new Date(Date.parse(since) + 86_400_000).toISOString(),
}));
const peopleFields = fc.record(
  {
    power: fc.constantFrom('running' as const, 'stopped' as const),
    revision: fc.integer({ min: 1, max: 1_000_000 }),
    region: name,
    config,
    linkEpoch: fc.integer({ min: 1, max: 1000 }),
    hold,
  },
  optional,
) as fc.Arbitrary<Partial<Agent['spec']>>;
const access = fc.record(
  {
    state: fc.constantFrom('granted' as const, 'suspended' as const, 'ended' as const),
    since: time,
    until: time,
    issues: fc.uniqueArray(fc.constantFrom('PlanUnknown' as const, 'RegionDiffers' as const), {
      minLength: 1,
    }),
  },
  { requiredKeys: ['state', 'since'], noNullPrototype: true },
) as fc.Arbitrary<Agent['spec']['access']>;
const retired = fc.record(
  { at: time, by: fc.constantFrom('stripe' as const, 'person' as const), reason: words },
  { noNullPrototype: true },
);

const agents: fc.Arbitrary<Agent> = fc
  .tuple(fc.stringMatching(/^sub_[A-Za-z0-9_]{1,20}$/), time, access, peopleFields, name)
  .map(([subscription, createdAt, granted, people, plan]) => ({
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name: agentIdOf(subscription), createdAt },
    spec: {
      subscription,
      customer: 'cus_Test',
      plan,
      access: granted,
      region: 'eu-central',
      power: 'running',
      revision: 1,
      ...people,
    },
  }));

describe('reading and writing', () => {
  it('are inverses', () => {
    fc.assert(
      fc.property(agents, (agent) => assert.deepEqual(read(renderAgent(agent)), agent)),
      properties,
    );
  });

  it('a new file says who owns what', (t) => {
    const agent = agentNo(1, {
      config: { displayName: 'Ops: the bot', channels: ['slack'] },
      linkEpoch: 2,
    });
    t.assert.snapshot(renderAgent(agent), { serializers: [String] });
  });

  it('the example that people are shown is valid', () => {
    assert.equal(read(agentExample).spec.plan, 'starter');
  });
});

describe('an edit', () => {
  it('sets the requested fields, and nothing else', () => {
    fc.assert(
      fc.property(agents, peopleFields, access, (agent, people, granted) => {
        const stripe = { customer: 'cus_Other', plan: 'pro', access: granted };
        const text = withStripeFields(withPeopleFields(renderAgent(agent), people), stripe);
        assert.deepEqual(read(text), { ...agent, spec: { ...agent.spec, ...people, ...stripe } });
      }),
      properties,
    );
  });

  it('that changes nothing gives back the same bytes', () => {
    fc.assert(
      fc.property(agents, (agent) => {
        const { customer, plan, access: granted, ...rest } = agent.spec;
        const { subscription: _subscription, ...people } = rest;
        const text = renderAgent(agent);
        assert.equal(withStripeFields(text, { customer, plan, access: granted }), text);
        assert.equal(withPeopleFields(text, people), text);
        assert.equal(withPeopleFields(text, {}), text);
      }),
      properties,
    );
  });

  it('that is undone restores the original bytes', () => {
    const text = renderAgent(agentNo(1));
    const stopped = withPeopleFields(text, { power: 'stopped' });
    assert.notEqual(stopped, text);
    assert.equal(withPeopleFields(stopped, { power: 'running' }), text);
  });

  it('keeps people’s comments, order of keys and formatting', (t) => {
    const text = handwritten();
    const { spec } = read(text);
    assert.equal(withPeopleFields(text, { power: 'running' }), text);
    const edited = withPeopleFields(
      withStripeFields(withPeopleFields(text, { revision: 3 }), {
        customer: spec.customer,
        plan: 'pro',
        access: { ...spec.access, state: 'ended' },
      }),
      { retired: { at: '2026-11-22T12:00:00Z', by: 'stripe', reason: 'canceled' } },
    );
    for (const comment of text.matchAll(/#.*$/gm))
      assert.ok(edited.includes(comment[0]), `kept: ${comment[0]}`);
    t.assert.snapshot(edited, { serializers: [String] });
  });

  it('of a file with CRLF and a byte order mark keeps both, on every line', () => {
    const text = `\ufeff${handwritten().replaceAll('\n', '\r\n')}`;
    const retired = { at: '2026-11-22T12:00:00Z', by: 'person', reason: 'moved' } as const;
    const edited = withPeopleFields(text, { power: 'stopped', retired });
    const [before, after] = [text.split('\r\n'), edited.split('\r\n')];
    assert.deepEqual(
      after.filter((line) => !before.includes(line)),
      [
        '    power:   stopped',
        '    retired: {at: 2026-11-22T12:00:00Z, by: person, reason: moved}',
      ],
    );
    assert.equal(edited.replaceAll('\r\n', '').includes('\n'), false);
    assert.equal(withPeopleFields(edited, { power: 'running', retired: undefined }), text);
  });

  it('removes an optional field that is set to nothing', () => {
    const held = withPeopleFields(renderAgent(agentNo(1)), {
      hold: { reason: 'looking', since: '2026-11-22T12:00:00Z', until: '2026-11-23T12:00:00Z' },
    });
    assert.ok(held.includes('hold:'));
    assert.equal(withPeopleFields(held, { hold: undefined }), renderAgent(agentNo(1)));
  });

  it('writes a tombstone that can be read', () => {
    fc.assert(
      fc.property(agents, retired, (agent, tombstone) => {
        const written = withPeopleFields(renderAgent(agent), { retired: tombstone });
        assert.deepEqual(read(written).spec.retired, tombstone);
      }),
      properties,
    );
  });

  it('of a file that is not YAML is a bug of ours', () => {
    const fields = { power: 'stopped' } as const;
    assert.throws(() => withPeopleFields('a: [', fields), { reason: 'Bug' });
  });
});

describe('the identity of an agent', () => {
  const good = renderAgent(agentNo(1));
  const id = agentIdOf('sub_Test1');
  const problemsOf = (text: string, path = agentPath(id)) => {
    const file = parseAgentFile({ path, oid: '', text });
    assert.equal(file.kind, 'invalid');
    return (file as typeof file & { kind: 'invalid' }).problems.map(
      (one) => `${one.line}:${one.column} ${one.field} ${one.message}`,
    );
  };

  it('its name must follow from its subscription', () => {
    const other = agentIdOf('sub_Test2');
    assert.deepEqual(problemsOf(good.replace(`name: ${id}`, `name: ${other}`)), [
      `3:12 metadata.name must be ${id}, which its subscription makes it`,
    ]);
  });

  it('its file must be at the path that follows from its subscription', () => {
    const elsewhere = [
      agentPath(agentIdOf('sub_Test2')),
      `agents/0/0/${id}.yaml`,
      `agents/${id}.yaml`,
      `agents/${id.charAt(4)}/${id.charAt(5)}/${id}.yml`,
    ];
    for (const path of elsewhere)
      assert.deepEqual(problemsOf(good, path), [
        `6:3 spec.subscription belongs at ${agentPath(id)}`,
      ]);
  });

  it('another subscription in its file contradicts both', () => {
    const problems = problemsOf(good.replace('sub_Test1', 'sub_Test2'));
    assert.equal(problems.length, 2);
  });

  it('the id of a path stands for the file, valid or not', () => {
    const of = (path: string) => parseAgentFile({ path, oid: '', text: 'no' }).id;
    assert.equal(of(agentPath(id)), id);
    assert.equal(of(`agents/0/0/${id}.yaml`), null);
    assert.equal(of('agents/readme.yaml'), null);
  });

  it('a file at a wrong path names its agent', () => {
    const namedBy = (text: string) => {
      const file = parseAgentFile({ path: 'agents/renamed.yaml', oid: '', text });
      return file.kind === 'invalid' ? file.names : null;
    };
    assert.equal(namedBy(good), id);
    assert.equal(namedBy('kind: Agent\n'), undefined);
  });

  it('a hold must end after it begins', () => {
    const since = '2026-11-22T12:00:00Z';
    for (const until of [since, '2026-11-21T12:00:00Z']) {
      const text = good.replace(
        'revision: 1',
        `revision: 1\n  hold: {reason: r, since: ${since}, until: ${until}}`,
      );
      assert.deepEqual(
        problemsOf(text).map((one) => one.split(' ').slice(1).join(' ')),
        ['spec.hold.until must be after since'],
      );
    }
  });
});

function handwritten(): string {
  return `# Moved to Falkenstein by hand, see the runbook.
kind: Agent
apiVersion: aura.dev/v1
metadata: { name: ${agentIdOf('sub_Test1')},   createdAt: 2026-11-22T05:00:00Z }

spec:
    revision: 2   # a fresh VM after the disk filled up
    power:   running
    # people own these
    region: 'eu-central'
    config:
        displayName: "Ops"   # as the customer wrote it
        channels:
            - slack
            - web

    subscription: sub_Test1
    customer: cus_Test1
    plan: starter
    access: { state: granted, since: 2026-11-22T05:00:00Z }   # paid in advance
# the end
`;
}
