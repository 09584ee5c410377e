/**
 * What servers cost: net, a month, in the currency of Hetzner's price list, read live. A server
 * that is powered off is billed in full, so power does not enter.
 */

import type { Offers } from '../world/observed.ts';
import { type ChoiceInput, type ChoiceOutcome, choose, offerOf } from './choice.ts';

/** The server and its IPv4 address; 0 for a type that the price list no longer has. */
export function monthlyCost(offers: Offers, serverType: string, location: string): number {
  const offer = offerOf(offers, serverType, location);
  return cents((offer?.monthlyNet ?? 0) + (offers.ipv4MonthlyNet[location] ?? 0));
}

type PricedChoice =
  | Extract<ChoiceOutcome, { kind: 'none' }>
  | (Extract<ChoiceOutcome, { kind: 'chosen' }> & { readonly monthly: number });

/** What is chosen and what it costs a month; null where prices were not read. */
export function pricedChoice(
  input: Omit<ChoiceInput, 'offers'>,
  offers: Offers | null,
): PricedChoice | null {
  if (offers === null) return null;
  const outcome = choose({ ...input, offers });
  if (outcome.kind === 'none') return outcome;
  const { serverType, location } = outcome.choice;
  return { ...outcome, monthly: monthlyCost(offers, serverType, location) };
}

export function fleetMonthlyCost(
  offers: Offers,
  servers: readonly { readonly serverType: string; readonly location: string }[],
): number {
  // A fleet has few kinds of servers: each is looked up once.
  const costs = new Map<string, number>();
  let sum = 0;
  for (const { serverType, location } of servers) {
    const kind = `${serverType}/${location}`;
    const cost = costs.get(kind) ?? monthlyCost(offers, serverType, location);
    costs.set(kind, cost);
    sum += cost;
  }
  return cents(sum);
}

/** Sums of decimal prices drift in binary; amounts are kept to a hundredth. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
