/**
 * Chooses the server that an image is made on. A snapshot boots only on a disk that is at least as
 * large, so the builder has the smallest disk on sale, and at most that of the smallest plan.
 */
import type { Catalog } from '../agent/catalog.ts';
import type { Offer, Offers } from '../fleet/observed.ts';
import { compareText } from '../fleet/world.ts';
import { monthlyCost } from './cost.ts';

export type BuilderChoice = {
  readonly serverType: string;
  readonly location: string;
  readonly architecture: string;
  readonly diskGb: number;
  readonly monthlyCost: number;
};
type BuilderOutcome =
  | { readonly kind: 'chosen'; readonly choice: BuilderChoice }
  | { readonly kind: 'none'; readonly message: string };

/** The least disk, then the cheapest; equal ones by type and location. */
export function chooseBuilder(catalog: Catalog, offers: Offers): BuilderOutcome {
  const planned = plannedOffers(catalog, offers);
  if (planned.length === 0) return none('Hetzner lists none of the server types of the plans');
  const [architecture = '', ...others] = [
    ...new Set(planned.map((one) => one.architecture)),
  ].sort();
  if (others.length > 0)
    return none(
      `the plans have server types of ${[architecture, ...others].join(' and ')}: an image is for one of them`,
    );
  const diskMax = Math.min(...planned.map(({ diskGb }) => diskGb));
  const locations = new Set(Object.values(catalog.regions).flatMap((one) => one.locations));
  const [best] = offers.list
    .filter((offer) => offer.available && locations.has(offer.location))
    .filter((offer) => offer.architecture === architecture && offer.diskGb <= diskMax)
    .map((offer) => ({ ...offer, monthlyCost: monthlyCost(offers, offer) }))
    .sort((a, b) => a.diskGb - b.diskGb || a.monthlyCost - b.monthlyCost || compareNames(a, b));
  if (best === undefined)
    return none(`Hetzner sells no ${architecture} server with a disk of at most ${diskMax} GB`);
  const { serverType, location, diskGb } = best;
  const choice = { serverType, location, architecture, diskGb, monthlyCost: best.monthlyCost };
  return { kind: 'chosen', choice };
}

function compareNames(a: Offer, b: Offer): number {
  return compareText(`${a.serverType} ${a.location}`, `${b.serverType} ${b.location}`);
}

/** What the plans may be sold as, whether it is in stock or not. */
function plannedOffers({ plans, regions }: Catalog, { list }: Offers): readonly Offer[] {
  return Object.values(plans).flatMap(({ serverTypes }) =>
    Object.entries(serverTypes).flatMap(([region, type]) => {
      const locations = regions[region]?.locations ?? [];
      return list.filter((one) => one.serverType === type && locations.includes(one.location));
    }),
  );
}

function none(message: string): BuilderOutcome {
  return { kind: 'none', message };
}
