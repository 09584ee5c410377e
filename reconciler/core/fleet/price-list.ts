/**
 * Hetzner's prices as the plan carries them and `fleet.yaml` keeps them. What is in stock is left
 * out: it changes within hours.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import { type Offer, type Offers, pricesAreKnown } from './observed.ts';

export type PriceList = NonNullable<PlanDocument['prices']>;

/** null if the prices could not be read; its keys are sorted */
export function priceListOf(offers: Offers): PriceList | null {
  if (!pricesAreKnown(offers)) return null;
  const types: PriceList['types'] = {};
  for (const { serverType, location, ...offer } of [...offers.list].sort(byTypeAndLocation)) {
    const { diskGb, memoryGb, architecture, monthlyNet } = offer;
    const type = types[serverType] ?? { diskGb, memoryGb, architecture, monthly: {} };
    types[serverType] = type;
    type.monthly[location] = monthlyNet;
  }
  const ipv4 = Object.entries(offers.ipv4MonthlyNet).sort(([a], [b]) => (a < b ? -1 : 1));
  return { currency: offers.currency, ipv4: Object.fromEntries(ipv4), types };
}

/** Every type counts as in stock; records do not tell whether a server has backups. */
export function offersOf({ currency, ipv4, types }: PriceList): Offers {
  const list = Object.entries(types).flatMap(([serverType, { monthly, ...size }]) =>
    Object.entries(monthly).map(([location, monthlyNet]) => {
      return { serverType, location, monthlyNet, ...size, available: true };
    }),
  );
  return { currency, backupPercent: 0, ipv4MonthlyNet: ipv4, list };
}

function byTypeAndLocation(a: Offer, b: Offer): number {
  const [one, other] = [a, b].map(({ serverType, location }) => `${serverType} ${location}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
