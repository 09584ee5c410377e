/**
 * What servers cost: net, a month, in the currency of Hetzner's price list, read live. A server
 * that is powered off is billed in full, so power does not enter.
 */

import type { Offers } from '../fleet/observed.ts';
import { type ChoiceInput, type ChoiceOutcome, choose, offerOf } from './choice.ts';

type PricedServer = {
  readonly serverType: string;
  readonly location: string;
  /** what it was recorded to cost; null, or absent, where nothing was */
  readonly recorded?: { readonly monthly: number; readonly currency: string } | null;
};

/**
 * The server and its IPv4 address. What the price list no longer has costs what was recorded, else as
 * much as the dearest that is listed: what is not known is not free.
 */
export function monthlyCost(offers: Offers, server: PricedServer): number {
  const { serverType, location, recorded } = server;
  const address = offers.ipv4MonthlyNet[location] ?? dearest(Object.values(offers.ipv4MonthlyNet));
  const offer = offerOf(offers, serverType, location);
  if (offer !== null) return cents(offer.monthlyNet + address);
  if (recorded?.currency === offers.currency) return recorded.monthly;
  return cents(dearest(offers.list.map(({ monthlyNet }) => monthlyNet)) + address);
}

function dearest(prices: readonly number[]): number {
  return Math.max(0, ...prices);
}

type PricedChoice =
  | Extract<ChoiceOutcome, { kind: 'none' }>
  | (Extract<ChoiceOutcome, { kind: 'chosen' }> & { readonly monthly: number });

/** What is chosen and what it costs a month. */
export function pricedChoice(input: ChoiceInput): PricedChoice {
  const { offers } = input;
  const outcome = choose(input);
  if (outcome.kind === 'none') return outcome;
  const { serverType, location } = outcome.choice;
  return { ...outcome, monthly: monthlyCost(offers, { serverType, location }) };
}

export function fleetMonthlyCost(offers: Offers, servers: readonly PricedServer[]): number {
  // A fleet has few kinds of servers: each is looked up once.
  const costs = new Map<string, number>();
  let sum = 0;
  for (const server of servers) {
    const { serverType, location, recorded } = server;
    const kind = `${serverType}/${location}/${recorded?.monthly ?? ''}`;
    const cost = costs.get(kind) ?? monthlyCost(offers, server);
    costs.set(kind, cost);
    sum += cost;
  }
  return cents(sum);
}

/** Sums of decimal prices drift in binary; amounts are kept to a hundredth. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
