/** What is sold, for the product's site: plans, their regions, whether one can be had now. */
import type { Catalog } from '../agent/catalog.ts';
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { isDeferred } from '../fleet/limit-conditions.ts';
import type { Offers } from '../fleet/observed.ts';
import { provisionFigures } from '../fleet/provisions.ts';
import { breakersOf, type FleetSources, isPaused } from './public-incidents.ts';

export type PublicCatalog = {
  readonly plans: readonly {
    readonly plan: string;
    readonly title: string;
    /** what a customer pays a month; null where the catalog does not say */
    readonly price: { readonly monthly: number; readonly currency: string } | null;
    readonly regions: readonly {
      readonly region: string;
      readonly title: string;
      /** whether a server can be had now; null if that is not known */
      readonly isAvailable: boolean | null;
      /** how long a create usually takes; null without history */
      readonly usualMinutes: number | null;
    }[];
  }[];
  readonly signups: {
    /** a new agent is not made at once */
    readonly wait: boolean;
    /** agents that wait for their turn */
    readonly waiting: number;
  };
};

export type CatalogSources = FleetSources & {
  readonly fleet: FleetRecord | null;
  /** null where Hetzner is not asked, or does not answer */
  readonly offers: Offers | null;
};

export function publicCatalog(sources: CatalogSources): PublicCatalog {
  const { catalog, fleet, records } = sources;
  const plans = Object.entries(catalog?.plans ?? {}).map(([plan, { title = plan, ...sold }]) => {
    const regions = Object.entries(sold.serverTypes).map(([region, serverType]) => {
      const average = provisionFigures(fleet?.provisions?.[region] ?? [])?.averageSeconds ?? null;
      return {
        region,
        title: catalog?.regions[region]?.title ?? region,
        isAvailable: isAvailable(sources, region, serverType),
        usualMinutes: average === null ? null : Math.max(1, Math.round(average / 60)),
      };
    });
    return { plan, title, price: sold.price ?? null, regions };
  });
  const waiting = records.filter(
    ({ phase, conditions }) => phase === 'queued' && conditions.some(isDeferred),
  ).length;
  const isHeld = isPaused(sources) || breakersOf(sources).some(({ location }) => location === null);
  return { plans, signups: { wait: isHeld || waiting > 0, waiting } };
}

/** By the provider's stock; a location where creates fail does not count. */
function isAvailable(sources: CatalogSources, region: string, serverType: string): boolean | null {
  const { catalog, offers } = sources;
  const closed = new Set(breakersOf(sources).map(({ location }) => location));
  const open = locationsOf(catalog, region).filter((location) => !closed.has(location));
  if (open.length === 0) return false;
  if (offers === null) return null;
  return offers.list.some(
    (offer) =>
      offer.serverType === serverType && open.includes(offer.location) && offer.available === true,
  );
}

function locationsOf(catalog: Catalog | null, region: string): readonly string[] {
  return catalog?.regions[region]?.locations ?? [];
}
