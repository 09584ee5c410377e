/** Computes the net monthly cost of servers, which are billed in full even when powered off. */

import type { Offers } from '../fleet/observed.ts';
import { type ChoiceInput, type ChoiceOutcome, choose, offerOf } from './choice.ts';

type PricedServer = {
  readonly serverType: string;
  readonly location: string;
  /** absent for a server that is yet to be made: Aura enables none */
  readonly backups?: boolean;
  /** the recorded cost; null or absent if none is recorded */
  readonly recorded?: { readonly monthly: number; readonly currency: string } | null;
};

/**
 * The server with its backups, and its IPv4 address. A type that the price list lacks costs what was recorded, else
 * as much as the most expensive listed one.
 */
export function monthlyCost(offers: Offers, server: PricedServer): number {
  const { serverType, location, recorded } = server;
  const address = offers.ipv4MonthlyNet[location] ?? dearest(Object.values(offers.ipv4MonthlyNet));
  const offer = offerOf(offers, serverType, location);
  const share = server.backups === true ? 1 + offers.backupPercent / 100 : 1;
  if (offer !== null) return cents(offer.monthlyNet * share + address);
  if (recorded?.currency === offers.currency) return recorded.monthly;
  return cents(dearest(offers.list.map(({ monthlyNet }) => monthlyNet)) + address);
}

function dearest(prices: readonly number[]): number {
  return Math.max(0, ...prices);
}

type PricedChoice =
  | Extract<ChoiceOutcome, { kind: 'none' }>
  | (Extract<ChoiceOutcome, { kind: 'chosen' }> & { readonly monthly: number });

/** The choice and its monthly cost. */
export function pricedChoice(input: ChoiceInput): PricedChoice {
  const { offers } = input;
  const outcome = choose(input);
  if (outcome.kind === 'none') return outcome;
  const { serverType, location } = outcome.choice;
  return { ...outcome, monthly: monthlyCost(offers, { serverType, location }) };
}

export function fleetMonthlyCost(offers: Offers, servers: readonly PricedServer[]): number {
  // A fleet has few kinds of servers; each is computed once.
  const costs = new Map<string, number>();
  let sum = 0;
  for (const server of servers) {
    const { serverType, location, backups = false, recorded } = server;
    const kind = `${serverType}/${location}/${backups}/${recorded?.monthly ?? ''}`;
    const cost = costs.get(kind) ?? monthlyCost(offers, server);
    costs.set(kind, cost);
    sum += cost;
  }
  return cents(sum);
}

/** Amounts are kept to hundredths, because sums of binary fractions drift. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
