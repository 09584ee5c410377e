/**
 * What was chosen for a server whose record is lost, as the server itself tells it. The plan that runs
 * is the one that its type is of, not the one that the file asks for: a difference between the two is
 * a resize, and would go unnoticed if the file's plan were recorded over another type.
 */
import type { AgentSpec } from '../desired/agent.ts';
import type { Catalog } from '../desired/catalog.ts';
import { labelNames, type ObservedServer } from './observed.ts';
import type { AgentRecord } from './recorded.ts';
import { compareText } from './world.ts';

type Choice = NonNullable<AgentRecord['chosen']>;

/**
 * The file's region and plan where they fit what is there, else the first that do, by name. A label
 * that names an older revision than the file asks for may be edited by hand, and would have the server
 * replaced once it is recorded: taking a server back never leads to its end, so the file's counts.
 * @param spec what the agent's file asks for; null where it cannot be read
 */
export function choiceOfServer(
  { serverType, location, image, labels }: ObservedServer,
  spec: Pick<AgentSpec, 'plan' | 'region' | 'revision'> | null,
  { plans, regions, image: usual }: Catalog,
): Choice {
  const around = Object.keys(regions)
    .filter((name) => regions[name]?.locations.includes(location))
    .sort(compareText);
  const region = preferred(spec?.region, around) ?? 'unknown';
  const fitting = Object.keys(plans)
    .filter((name) => plans[name]?.serverTypes[region] === serverType)
    .sort(compareText);
  const revision = Number(labels[labelNames.revision]);
  const labelled = Number.isInteger(revision) && revision > 0 ? revision : 1;
  return {
    revision: Math.max(labelled, spec?.revision ?? 1),
    plan: preferred(spec?.plan, fitting) ?? 'unknown',
    region,
    location,
    serverType,
    image: image ?? usual,
  };
}

/** Where nothing fits, the catalog has changed since, which concerns later revisions only. */
function preferred(own: string | undefined, fitting: readonly string[]): string | undefined {
  return own !== undefined && (fitting.includes(own) || fitting.length === 0) ? own : fitting[0];
}
