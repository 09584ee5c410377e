/** Parses catalog.yaml and cross-checks its plans, regions and image. */
import type { CatalogDocument } from '../../../schemas/generated/catalog.ts';
import { type Check, type Parsed, parseYaml } from './document.ts';

export type Catalog = CatalogDocument;

export const catalogExample = `apiVersion: aura.dev/v1
kind: Catalog
plans:
  starter:
    stripe: {products: [prod_Starter], lookupKeys: [starter_monthly]}
    serverTypes: {eu-central: cpx22}
    monthlyCeiling: 15
regions:
  eu-central: {locations: [fsn1, nbg1, hel1]}
defaultRegion: eu-central
image: debian-12
`;

export function parseCatalog(text: string): Parsed<Catalog> {
  return parseYaml('catalog', { path: 'catalog.yaml', text }, crossChecks);
}

/** Whether a plan is sold in a region. */
export function isSold(catalog: Catalog, plan: string, region: string): boolean {
  return (
    catalog.regions[region] !== undefined && catalog.plans[plan]?.serverTypes[region] !== undefined
  );
}

function crossChecks(catalog: Catalog): readonly Check[] {
  const checks: Check[] = [];
  const say = (keys: readonly string[], message: string) => checks.push({ keys, message });
  if (catalog.regions[catalog.defaultRegion] === undefined)
    say(['defaultRegion'], `${catalog.defaultRegion} is none of the regions`);
  const owners = new Map<string, string>();
  for (const [name, plan] of Object.entries(catalog.plans)) {
    for (const region of Object.keys(plan.serverTypes)) {
      if (catalog.regions[region] === undefined)
        say(['plans', name, 'serverTypes', region], 'is none of the regions');
    }
    for (const [kind, ids] of Object.entries(plan.stripe)) {
      for (const id of ids ?? []) {
        const owner = owners.get(`${kind}/${id}`);
        if (owner !== undefined)
          say(['plans', name, 'stripe', kind], `${id} belongs to plan ${owner} already`);
        owners.set(`${kind}/${id}`, name);
      }
    }
  }
  return checks;
}
