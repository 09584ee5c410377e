/**
 * Reconstructs the choice of a server without a record from the server itself. The plan is the one
 * that sells the server's type, not the file's: if they differ, a resize is due.
 */
import type { AgentSpec } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import { labelNames, type ObservedServer } from './observed.ts';
import type { AgentRecord } from './recorded.ts';
import { specHash } from './spec-hash.ts';
import { compareText } from './world.ts';

type Choice = NonNullable<AgentRecord['chosen']>;

/**
 * The file's region and plan if they match the server, else the first matching ones by name. A
 * revision label lower than the file's causes a replacement, so it counts only if the server's spec
 * hash confirms it; a label may have been edited, and otherwise the file's revision counts.
 *
 * @param spec what the agent's file asks for; null if it cannot be read
 */
export function choiceOfServer(
  server: ObservedServer,
  spec: Pick<AgentSpec, 'plan' | 'region' | 'revision'> | null,
  { catalog, policy }: { readonly catalog: Catalog; readonly policy: Policy },
): Choice {
  const choice = choiceAsSeen(server, catalog, spec);
  if (spec === null || isMadeOf(server, choice, policy)) return choice;
  return { ...choice, revision: Math.max(choice.revision, spec.revision) };
}

/** By type, location and labels; `unknown` if the catalog sells no such server. */
export function choiceAsSeen(
  { serverType, location, labels, image }: ObservedServer,
  catalog: Catalog,
  own: Pick<AgentSpec, 'plan' | 'region'> | null = null,
): Choice {
  const { plans, regions } = catalog;
  const sellsIn = (region: string) => (plan: string) =>
    plans[plan]?.serverTypes[region] === serverType;
  const around = Object.keys(regions)
    .filter((name) => regions[name]?.locations.includes(location))
    .sort(compareText);
  const selling = around.filter((name) => Object.keys(plans).some(sellsIn(name)));
  const region = preferred(own?.region, [...selling, ...around]) ?? 'unknown';
  const fitting = Object.keys(plans).filter(sellsIn(region)).sort(compareText);
  const label = Number(labels[labelNames.revision]);
  return {
    revision: Number.isInteger(label) && label > 0 ? label : 1,
    plan: preferred(own?.plan, fitting) ?? 'unknown',
    region,
    location,
    serverType,
    image: image ?? catalog.image,
  };
}

/** Whether the server's spec hash is that of this choice. */
function isMadeOf({ labels }: ObservedServer, choice: Choice, policy: Policy): boolean {
  const of = (name: string) => labels[name] ?? '';
  const hash = specHash({
    policy,
    agent: of(labelNames.agent),
    subscription: of(labelNames.subscription),
    customer: of(labelNames.customer),
    choice,
    nonce: of(labelNames.nonce),
  });
  return labels[labelNames.spec] === hash;
}

/**
 * If nothing fits, the catalog has changed, which concerns later revisions only: the file's counts.
 */
function preferred(own: string | undefined, fitting: readonly string[]): string | undefined {
  return own !== undefined && (fitting.includes(own) || fitting.length === 0) ? own : fitting[0];
}
