/**
 * What was chosen for a server whose record is lost, as the server itself tells it. The plan that runs
 * is the one that its type is of, not the one that the file asks for: a difference between the two is
 * a resize, and would go unnoticed if the file's plan were recorded over another type.
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
 * The file's region and plan where they fit what is there, else the first that do, by name. A label
 * that names an older revision than the file asks for has the server replaced once it is recorded:
 * unless the hash of what it was made of matches it, it may have been edited, and the file's counts.
 *
 * @param spec what the agent's file asks for; null where it cannot be read
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

/**
 * By its type, its location and its labels alone; `unknown` where the catalog sells nothing like it.
 */
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

/** Whether the server was made of just this choice, by the hash that it carries. */
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

/** Where nothing fits, the catalog has changed since, which concerns later revisions only. */
function preferred(own: string | undefined, fitting: readonly string[]): string | undefined {
  return own !== undefined && (fitting.includes(own) || fitting.length === 0) ? own : fitting[0];
}
