/** Parses policy.yaml, with every default filled in. */
import type { PolicyDocument } from '../../../schemas/generated/policy.ts';
import { type Parsed, parseYaml } from './document.ts';

type Section = Exclude<
  keyof PolicyDocument,
  'apiVersion' | 'kind' | 'fleet' | 'stripe' | 'quotas' | 'heartbeats' | 'pause'
>;
type Filled<Name extends Section> = Required<NonNullable<PolicyDocument[Name]>>;
type Ssh = NonNullable<PolicyDocument['ssh']>;

/** Only fields without a default (`quotas`, `heartbeats`, `pause`, the break-glass key) may be absent. */
export type Policy = Omit<PolicyDocument, Section> & {
  [Name in Exclude<Section, 'ssh'>]: Filled<Name>;
} & { ssh: Ssh & Required<Pick<Ssh, 'bootstrapFrom' | 'ca'>> };

export const policyExample = `apiVersion: aura.dev/v1
kind: Policy
fleet: aura
stripe: {account: acct_1Example, livemode: false}
`;

/** The validator fills in the schema's defaults, which justifies the cast. */
export function parsePolicy(text: string): Parsed<Policy> {
  return parseYaml('policy', { path: 'policy.yaml', text }) as Parsed<Policy>;
}
