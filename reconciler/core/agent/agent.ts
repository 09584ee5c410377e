/**
 * An agent's identity, and the types of its parsed file.
 *
 * The id is derived from the subscription, so that one subscription can never get two agents.
 * Running servers have it in their labels: the derivation must never change.
 */
import { createHash } from 'node:crypto';
import type { AgentDocument, Config } from '../../../schemas/generated/agent.ts';

declare const agentIdBrand: unique symbol;
export type AgentId = string & { readonly [agentIdBrand]: true };

export type Agent = AgentDocument;
export type AgentSpec = AgentDocument['spec'];
export type Access = AgentSpec['access'];
export type AccessState = Access['state'];
export type AccessIssue = NonNullable<Access['issues']>[number];
export type Retired = NonNullable<AgentSpec['retired']>;
export type AgentConfig = Config;

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';
const agentIdPattern = /^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$/;
const agentPathPattern = /^agents\/(.)\/(.)\/([^/]+)\.yaml$/;

/**
 * `agt-` and the first 60 bits of sha256(subscription), big-endian, Crockford base32, lower case.
 */
export function agentIdOf(subscription: string): AgentId {
  const digest = createHash('sha256').update(subscription, 'utf8').digest();
  let bits = digest.readBigUInt64BE(0) >> 4n;
  let name = '';
  for (let place = 0; place < 12; place += 1) {
    name = crockford.charAt(Number(bits & 31n)) + name;
    bits >>= 5n;
  }
  return `agt-${name}` as AgentId;
}

/** The text as an id; null if it is none. */
export function parseAgentId(text: string): AgentId | null {
  return agentIdPattern.test(text) ? (text as AgentId) : null;
}

/**
 * The path of an agent's file on `main` and of its record on `status`, sharded to keep trees small.
 */
export function agentPath(id: AgentId): string {
  return `agents/${id.charAt(4)}/${id.charAt(5)}/${id}.yaml`;
}

/** The id in a path; null if the path is not that of an agent's file. */
export function agentIdOfPath(path: string): AgentId | null {
  const [, first, second, name = ''] = agentPathPattern.exec(path) ?? [];
  const id = parseAgentId(name);
  return first === id?.charAt(4) && second === id?.charAt(5) ? id : null;
}

/**
 * `access granted ∧ power running ∧ ¬retired`. A hold blocks changes, but not the desired state.
 */
export function shouldRun(agent: Agent): boolean {
  const { access, power, retired } = agent.spec;
  return access.state === 'granted' && power === 'running' && retired === undefined;
}

/** A file of the folder `agents/` at a commit. */
export type AgentFile =
  | {
      readonly kind: 'valid';
      readonly id: AgentId;
      readonly path: string;
      /** blob oid */
      readonly oid: string;
      readonly agent: Agent;
    }
  | {
      readonly kind: 'invalid';
      /** the id in the path; null if there is none */
      readonly id: AgentId | null;
      readonly path: string;
      readonly oid: string;
      readonly problems: readonly Problem[];
      /** the id of its subscription, if only its path or name is wrong */
      readonly names?: AgentId;
    };

/** One error in a file, with its position, for the person who wrote it. */
export type Problem = {
  readonly path: string;
  /** 1-based; 0 for the file as a whole */
  readonly line: number;
  readonly column: number;
  /** e.g. `spec.access.state`; empty for the document */
  readonly field: string;
  readonly message: string;
};
