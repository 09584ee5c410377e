/** What every visitor may see: incidents, and how long creates take in each region. */
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { type ProvisionFigures, provisionFigures } from '../fleet/provisions.ts';
import { type FleetSources, type PublicIncident, publicIncidents } from './public-incidents.ts';

type PublicRegion = {
  readonly region: string;
  readonly title: string;
  /** of the last creates; null without any */
  readonly provisions: ProvisionFigures | null;
  /** the last creates, the oldest first; `seconds` is null for one that failed */
  readonly recent: readonly { readonly at: string; readonly seconds: number | null }[];
};

export type PublicFleet = {
  readonly incidents: readonly PublicIncident[];
  readonly regions: readonly PublicRegion[];
};

/** Of the catalog's regions; an agent in a former region keeps its own page. */
export function publicFleet(
  sources: FleetSources & { readonly fleet: FleetRecord | null },
): PublicFleet {
  const { catalog, fleet } = sources;
  const regions = Object.entries(catalog?.regions ?? {}).map(([region, { title = region }]) => {
    const list = fleet?.provisions?.[region] ?? [];
    const recent = list.map(({ at, seconds = null }) => ({ at, seconds }));
    return { region, title, provisions: provisionFigures(list), recent };
  });
  return { incidents: publicIncidents(sources), regions };
}
