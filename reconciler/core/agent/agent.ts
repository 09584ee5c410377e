/**
 * An agent's identity, and what its file asks for once it has been read.
 *
 * The id is derived from the subscription, so that two events, two runs or two machines can never
 * give one subscription two agents. Running servers carry it: it never changes.
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

/** `agt-` and the first 60 bits of sha256(subscription), big-endian, Crockford base32, lower case. */
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

/** A name that was read somewhere, as an id; null when it is none. */
export function parseAgentId(text: string): AgentId | null {
  return agentIdPattern.test(text) ? (text as AgentId) : null;
}

/** Where an agent's file stands on `main`, and its record on `status`: sharded, so trees stay small. */
export function agentPath(id: AgentId): string {
  return `agents/${id.charAt(4)}/${id.charAt(5)}/${id}.yaml`;
}

/** The id that a path stands for; null when the path is not one of an agent's file. */
export function agentIdOfPath(path: string): AgentId | null {
  const [, first, second, name = ''] = agentPathPattern.exec(path) ?? [];
  const id = parseAgentId(name);
  return first === id?.charAt(4) && second === id?.charAt(5) ? id : null;
}

/**
 * `access granted ∧ power running ∧ ¬retired` (a hold does not enter: it stops changes, not the desired
 * state).
 */
export function shouldRun(agent: Agent): boolean {
  const { access, power, retired } = agent.spec;
  return access.state === 'granted' && power === 'running' && retired === undefined;
}

/** One file of the agents' folder as it stands at a commit. */
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
      /** the id that the path gives, null where it gives none */
      readonly id: AgentId | null;
      readonly path: string;
      readonly oid: string;
      readonly problems: readonly Problem[];
      /** whose file it would be elsewhere: its subscription's, where only its path or name is wrong */
      readonly names?: AgentId;
    };

/** One thing wrong with a file, where it stands, in words for the person who wrote it. */
export type Problem = {
  readonly path: string;
  /** 1-based; 0 where the file as a whole is meant */
  readonly line: number;
  readonly column: number;
  /** e.g. `spec.access.state`; empty for the document */
  readonly field: string;
  readonly message: string;
};
