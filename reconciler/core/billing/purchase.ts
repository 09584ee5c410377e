/**
 * Derives the plan from a subscription's items and the region from its metadata. Ambiguities become
 * issues; text from the metadata only selects one of the catalog's regions and is not copied.
 */
import type { AccessIssue } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { BilledItem, BilledSubscription } from './billing.ts';

export type PlanIssue = 'PlanUnknown' | 'PlanAmbiguous' | 'QuantityUnsupported';
type PlanFound =
  | { readonly ok: true; readonly plan: string }
  | { readonly ok: false; readonly issue: PlanIssue };

/**
 * Exactly one item of the catalog with quantity 1; items that are not in the catalog are ignored.
 */
export function planOf(catalog: Catalog, subscription: BilledSubscription): PlanFound {
  const ours = subscription.items
    .map((item) => ({ quantity: item.quantity, plans: plansOfItem(catalog, item) }))
    .filter(({ plans }) => plans.length > 0);
  const [first] = ours;
  const plan = first?.plans[0];
  if (first === undefined || plan === undefined) return { ok: false, issue: 'PlanUnknown' };
  if (ours.length > 1 || first.plans.length > 1) return { ok: false, issue: 'PlanAmbiguous' };
  if (first.quantity !== 1) return { ok: false, issue: 'QuantityUnsupported' };
  return { ok: true, plan };
}

/** The plans that an item of a subscription belongs to, sorted: by product, price or lookup key. */
export function plansOfItem(catalog: Catalog, item: BilledItem): readonly string[] {
  return Object.entries(catalog.plans)
    .filter(([, plan]) => {
      const { products = [], prices = [], lookupKeys = [] } = plan.stripe;
      return (
        products.includes(item.productId) ||
        prices.includes(item.priceId) ||
        (item.lookupKey !== null && lookupKeys.includes(item.lookupKey))
      );
    })
    .map(([name]) => name)
    .sort();
}

export function regionOf(
  catalog: Catalog,
  { metadata }: BilledSubscription,
): { readonly region: string; readonly issues: readonly AccessIssue[] } {
  const named = Object.hasOwn(metadata, 'region') ? (metadata['region'] ?? '') : '';
  // Own keys only: a region called `constructor` is not one.
  if (Object.hasOwn(catalog.regions, named)) return { region: named, issues: [] };
  return { region: catalog.defaultRegion, issues: named === '' ? [] : ['RegionUnknown'] };
}

/** After the file was created, people own its region: different metadata is only an issue. */
export function regionIssues(
  catalog: Catalog,
  subscription: BilledSubscription,
  region: string,
): readonly AccessIssue[] {
  const said = regionOf(catalog, subscription);
  const named = (subscription.metadata['region'] ?? '') !== '';
  if (!named || said.issues.length > 0) return said.issues;
  return said.region === region ? [] : ['RegionDiffers'];
}
