/**
 * Evaluates IAM policies, of roles and of keys, so that those of the guide can be tried.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * Of the language it knows what such policies need: Action, Resource and Principal with wildcards,
 * and the conditions StringEquals and StringLike.
 */
import { Failure } from '../../reconciler/core/failure.ts';

type Texts = string | readonly string[];
type Condition = Readonly<Record<string, Readonly<Record<string, Texts>>>>;
type Statement = {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Readonly<Record<string, Texts>>;
  readonly Action: Texts;
  readonly Resource?: Texts;
  readonly Condition?: Condition;
};
export type PolicyDocument = {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
};

type Asked = {
  readonly action: string;
  /** the ARN; null for a policy of trust, which has none */
  readonly resource: string | null;
  /** the ARN of the identity provider, for a policy of trust */
  readonly principal?: string;
  /** the keys that conditions compare */
  readonly context?: Readonly<Record<string, string>>;
};

export const allowsAll: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Some statement allows it, and none denies it. */
export function allows({ Statement: statements }: PolicyDocument, asked: Asked): boolean {
  const concerned = statements.filter((one) => concerns(one, asked));
  return concerned.length > 0 && concerned.every(({ Effect }) => Effect === 'Allow');
}

function concerns(statement: Statement, asked: Asked): boolean {
  const { Action, Resource, Principal, Condition: conditions = {} } = statement;
  const { principal, resource, context = {} } = asked;
  // The names of actions have no case.
  if (!anyLike(lowered(Action), asked.action.toLowerCase())) return false;
  if (resource !== null && !anyLike(textsOf(Resource ?? []), resource)) return false;
  if (principal !== undefined && !textsOf(Principal?.['Federated'] ?? []).includes(principal))
    return false;
  return Object.entries(conditions).every(([operator, compared]) =>
    Object.entries(compared).every(([key, wanted]) =>
      holds(operator, context[key], textsOf(wanted)),
    ),
  );
}

/** A key that the request does not have fulfils no condition. */
function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  if (operator !== 'StringEquals' && operator !== 'StringLike')
    throw new Failure('InvalidInput', `the local cloud knows no condition ${operator}`);
  if (value === undefined) return false;
  return operator === 'StringEquals' ? wanted.includes(value) : anyLike(wanted, value);
}

function anyLike(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => patternOf(pattern).test(text));
}

function patternOf(pattern: string): RegExp {
  const quoted = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${quoted.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function lowered(texts: Texts): readonly string[] {
  return textsOf(texts).map((one) => one.toLowerCase());
}

function textsOf(texts: Texts): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts;
}
