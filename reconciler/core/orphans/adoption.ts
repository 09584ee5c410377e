/**
 * Builds the file of an agent whose orphaned server a person decided to adopt: the last file in
 * history without its tombstone, or a new one from the server's labels. The next run finds the file
 * and a server with all of its labels, and adopts the server.
 */
import { type Agent, type AgentId, agentPath, parseAgentId } from '../agent/agent.ts';
import { parseAgentFile, renderAgent, withPeopleFields } from '../agent/agent-file.ts';
import type { Catalog } from '../agent/catalog.ts';
import { customerOfLabel } from '../fleet/customer-label.ts';
import { labelNames, type ObservedServer } from '../fleet/observed.ts';
import { choiceAsSeen } from '../fleet/server-choice.ts';

export type Adoption =
  | {
      readonly kind: 'file';
      readonly agent: AgentId;
      readonly path: string;
      readonly text: string;
      readonly from: 'history' | 'labels';
    }
  | { readonly kind: 'impossible'; readonly why: string };

/** @param lastText the agent's last file in history; null if there is none */
export function adoptionOf(
  server: ObservedServer,
  lastText: string | null,
  { fleet, catalog }: { readonly fleet: string; readonly catalog: Catalog },
): Adoption {
  const why = foreignness(server, fleet);
  const agent = parseAgentId(server.labels[labelNames.agent] ?? '');
  if (why !== null || agent === null) return impossible(why ?? 'it names no agent');
  const path = agentPath(agent);
  const choice = choiceAsSeen(server, catalog);
  const fromHistory = lastText === null ? null : revived(path, lastText, choice.revision);
  const customer = customerOfLabel(server.labels[labelNames.customer] ?? '');
  if (fromHistory === null && customer === null)
    return impossible('its labels say a hash of its customer, and history has no file of it');
  const text =
    fromHistory ?? renderedFromLabels({ agent, customer: customer ?? '' }, server, choice);
  if (text === null)
    return impossible(`no plan of the catalog is a ${server.serverType} in ${server.location}`);
  const file = parseAgentFile({ path, oid: '', text });
  if (file.kind === 'invalid')
    return impossible(`its file would be invalid: ${file.problems[0]?.message ?? 'unknown'}`);
  const from = fromHistory === null ? 'labels' : 'history';
  return { kind: 'file', agent, path, text, from };
}

/** Why a server cannot be adopted, whatever its file says; null if it can. */
export function foreignness({ labels, name }: ObservedServer, fleet: string): string | null {
  const missing = requiredLabels.filter((label) => (labels[label] ?? '') === '');
  if (missing.length > 0) return `it does not carry ${missing.join(', ')}`;
  const agent = parseAgentId(labels[labelNames.agent] ?? '');
  if (agent === null || labels[labelNames.fleet] !== fleet)
    return 'its labels name no agent of this fleet';
  return name === agent ? null : `it is not named ${agent}`;
}

const requiredLabels = [
  labelNames.agent,
  labelNames.subscription,
  labelNames.customer,
  labelNames.nonce,
] as const;

function impossible(why: string): Adoption {
  return { kind: 'impossible', why };
}

/** The last file, changed so that the next run neither replaces nor ends the server. */
function revived(path: string, text: string, revision: number): string | null {
  const before = parseAgentFile({ path, oid: '', text });
  if (before.kind === 'invalid' || before.agent.spec.access.state !== 'granted') return null;
  return withPeopleFields(text, {
    revision,
    power: 'running',
    retired: undefined,
    hold: undefined,
  });
}

/** Access is `granted` until Stripe's next reading, so that the server stays as it is. */
function renderedFromLabels(
  { agent, customer }: { readonly agent: AgentId; readonly customer: string },
  server: ObservedServer,
  { plan, region, revision }: ReturnType<typeof choiceAsSeen>,
): string | null {
  if (plan === 'unknown') return null;
  const { labels, created } = server;
  const file: Agent = {
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name: agent, createdAt: created },
    spec: {
      subscription: labels[labelNames.subscription] ?? '',
      customer,
      plan,
      region,
      access: { state: 'granted', since: created },
      power: 'running',
      revision,
    },
  };
  return renderAgent(file);
}
