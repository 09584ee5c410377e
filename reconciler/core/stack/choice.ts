/**
 * Chooses location, server type and image of an agent's server: once per revision, then recorded. A
 * changed catalog affects later revisions only.
 */
import type { Choice } from '../../../schemas/generated/plan.ts';
import type { AgentSpec } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Breaker } from '../fleet/attempt.ts';
import type { Offer, Offers } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';

export type { Choice };

export type ChoiceOutcome =
  | { readonly kind: 'chosen'; readonly choice: Choice }
  /** Hetzner sells nothing that the catalog allows */
  | { readonly kind: 'none'; readonly message: string };

export type ChoiceInput = {
  readonly spec: AgentSpec;
  readonly record: AgentRecord | null;
  readonly catalog: Catalog;
  readonly offers: Offers;
  readonly breakers: readonly Breaker[];
};

export function choose(input: ChoiceInput): ChoiceOutcome {
  const { spec, record, catalog, offers } = input;
  const earlier = record?.chosen;
  const closed = new Set(input.breakers.map((breaker) => breaker.location));
  if (earlier !== undefined && earlier.revision === spec.revision) {
    // There is no server yet, so that the location may change; only an open breaker changes it.
    if (!closed.has(earlier.location)) return listed(earlier, offers);
  }
  const plan = catalog.plans[spec.plan];
  if (plan === undefined) return { kind: 'none', message: `the catalog has no plan ${spec.plan}` };
  const region = catalog.regions[spec.region];
  if (region === undefined)
    return { kind: 'none', message: `the catalog has no region ${spec.region}` };
  const serverType = plan.serverTypes[spec.region];
  if (serverType === undefined) {
    return { kind: 'none', message: `plan ${spec.plan} is not sold in region ${spec.region}` };
  }
  const sold = region.locations.filter(
    (location) => offerOf(offers, serverType, location)?.available === true,
  );
  const location = sold.find((candidate) => !closed.has(candidate)) ?? sold[0];
  if (location === undefined) {
    return {
      kind: 'none',
      message: `Hetzner sells ${serverType} in none of ${region.locations.join(', ')}`,
    };
  }
  return {
    kind: 'chosen',
    choice: {
      revision: spec.revision,
      plan: spec.plan,
      region: spec.region,
      location,
      serverType,
      image: catalog.image,
    },
  };
}

/** A type that the price list lacks cannot be bought, and its price is unknown. */
function listed(choice: Choice, offers: Offers): ChoiceOutcome {
  const { serverType, location, revision } = choice;
  if (offerOf(offers, serverType, location) !== null) return { kind: 'chosen', choice };
  const message = `Hetzner no longer lists ${serverType} in ${location}, which revision ${revision} was made with; a higher revision chooses again`;
  return { kind: 'none', message };
}

export function offerOf(offers: Offers, serverType: string, location: string): Offer | null {
  return (
    offers.list.find((offer) => offer.serverType === serverType && offer.location === location) ??
    null
  );
}
