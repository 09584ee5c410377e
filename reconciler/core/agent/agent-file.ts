/**
 * Parses, renders and edits an agent's file. Edits keep comments, key order and formatting; an edit
 * that changes nothing returns the same text, byte for byte.
 */
import { parseDocument } from 'yaml';
import { dayMs, isoOf, timeMs } from '../text/time.ts';
import {
  type Access,
  type Agent,
  type AgentFile,
  type AgentSpec,
  agentIdOf,
  agentIdOfPath,
  agentPath,
} from './agent.ts';
import { type Check, type FileText, parseYaml } from './document.ts';
import { editYaml, type YamlEdit } from './yaml-edit.ts';

export const agentExample = `apiVersion: aura.dev/v1
kind: Agent
metadata: {name: agt-ebatfk893tq6, createdAt: "2026-11-22T05:00:00Z"}
spec:
  subscription: sub_1PxExample
  customer: cus_Q2Example
  plan: starter
  access: {state: granted, since: "2026-11-22T05:00:00Z"}
  region: eu-central
  power: running
  revision: 1
`;

/**
 * Path, name and the hash of the subscription must agree; otherwise two files could name one agent.
 */
export function parseAgentFile(file: FileText): AgentFile {
  const { path, oid } = file;
  const parsed = parseYaml('agent', file, (agent) => identityChecks(path, agent));
  if (parsed.ok) {
    const agent = parsed.value;
    return { kind: 'valid', id: agentIdOf(agent.spec.subscription), path, oid, agent };
  }
  const { problems, value } = parsed;
  const names = value === undefined ? {} : { names: agentIdOf(value.spec.subscription) };
  return { kind: 'invalid', id: agentIdOfPath(path), path, oid, problems, ...names };
}

function identityChecks(path: string, { metadata, spec }: Agent): readonly Check[] {
  const id = agentIdOf(spec.subscription);
  const checks: Check[] = [];
  const say = (keys: readonly string[], message: string) => checks.push({ keys, message });
  if (metadata.name !== id)
    say(['metadata', 'name'], `must be ${id}, which its subscription makes it`);
  if (path !== agentPath(id)) say(['spec', 'subscription'], `belongs at ${agentPath(id)}`);
  const { hold } = spec;
  if (hold !== undefined && timeMs(hold.until) <= timeMs(hold.since))
    say(['spec', 'hold', 'until'], 'must be after since');
  return checks;
}

const peoplesWord = '  # People own what follows.';
const newFile = parseDocument(
  [
    'apiVersion: aura.dev/v1',
    'kind: Agent',
    'metadata: {}',
    'spec:',
    '  # Stripe owns these; they follow the subscription. Only ids, never a name or a secret.',
    '  subscription: ""',
    '  customer: ""',
    '  plan: ""',
    '  access: {}',
    "  # Taken from Stripe's metadata once, people's afterwards.",
    '  region: ""',
    peoplesWord,
    '  power: running',
    '  revision: 1',
    '',
  ].join('\n'),
);

/** A new agent's file, with comments on who owns which fields. */
export function renderAgent(agent: Agent): string {
  const { spec } = agent;
  const document = newFile.clone();
  document.setIn(['metadata'], document.createNode({ ...agent.metadata }, { flow: true }));
  for (const [name, value] of Object.entries(spec)) {
    const node =
      typeof value === 'object' ? document.createNode(value, { flow: name !== 'config' }) : value;
    document.setIn(['spec', name], node);
  }
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return text.replace(`${peoplesWord}\n`, `${[peoplesWord, ...addable(agent)].join('\n')}\n`);
}

/** Comments with examples of fields that people may add. */
function addable({ metadata: { createdAt } }: Agent): readonly string[] {
  const until = isoOf(timeMs(createdAt) + dayMs);
  return [
    '  # They may add, in the same place:',
    `  #   hold: {reason: under repair, since: "${createdAt}", until: "${until}"}`,
    `  #   retired: {at: "${createdAt}", by: person, reason: no longer wanted}`,
  ];
}

/** The fields that Stripe owns. */
type StripeFields = Pick<AgentSpec, 'customer' | 'plan' | 'access'>;

export function hasStripeFields(spec: AgentSpec, fields: StripeFields): boolean {
  const { customer, plan, access } = fields;
  return spec.customer === customer && spec.plan === plan && sameAccess(spec.access, access);
}

export function withStripeFields(text: string, fields: StripeFields): string {
  return editYaml<Agent>(text, ({ spec }) => {
    const access = sameAccess(spec.access, fields.access) ? spec.access : fields.access;
    return editsOf({ ...fields, access });
  });
}

/** The fields that people own, and the tombstone; `undefined` removes an optional field. */
export type PeopleFields = Partial<Pick<AgentSpec, 'power' | 'revision' | 'region'>> & {
  [Name in 'config' | 'linkEpoch' | 'hold' | 'isolated' | 'retired']?: AgentSpec[Name] | undefined;
};

export function withPeopleFields(text: string, fields: PeopleFields): string {
  return editYaml(text, () => editsOf(fields));
}

export function sameAccess(a: Access, b: Access): boolean {
  const key = (access: Access) =>
    JSON.stringify([
      access.state,
      timeMs(access.since),
      access.until === undefined ? null : timeMs(access.until),
      access.owedSince === undefined ? null : timeMs(access.owedSince),
      access.issues ?? [],
    ]);
  return key(a) === key(b);
}

function editsOf(fields: Readonly<Record<string, unknown>>): readonly YamlEdit[] {
  return Object.entries(fields).map(([name, value]) => ({ path: ['spec', name], value }));
}
