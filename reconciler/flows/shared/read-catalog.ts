/**
 * Reads catalog and policy from `main`, which every flow needs. An unreadable one stops the flow,
 * with all problems of both in one message.
 */
import { type Catalog, parseCatalog } from '../../core/agent/catalog.ts';
import { explainProblems, type Parsed } from '../../core/agent/document.ts';
import { type Policy, parsePolicy } from '../../core/agent/policy.ts';
import { Failure } from '../../core/failure.ts';
import type { AgentFiles, DesiredState, Snapshot } from '../../ports/desired-state.ts';
import { tipOf } from '../../ports/tip.ts';

export type CatalogAndPolicy = { readonly catalog: Catalog; readonly policy: Policy };

/** @param files caches parsed files across runs; the default caches within this process */
export async function readCatalogAndPolicy(
  snapshot: Snapshot,
  files: Pick<AgentFiles, 'once'> = {
    once: async (name, oid, make) => parsedOnce(name, oid, make),
  },
): Promise<CatalogAndPolicy> {
  const [catalog, policy] = await Promise.all([
    readParsed(snapshot, 'catalog.yaml', (oid, text) =>
      files.once('catalog', oid, () => parseCatalog(text)),
    ),
    readParsed(snapshot, 'policy.yaml', (oid, text) =>
      files.once('policy', oid, () => parsePolicy(text)),
    ),
  ]);
  if (catalog.ok && policy.ok) return { catalog: catalog.value, policy: policy.value };
  const problems = [catalog, policy].flatMap((parsed) => (parsed.ok ? [] : parsed.problems));
  throw new Failure('InvalidInput', explainProblems(problems));
}

/** The policy at the tip of `main`. */
export async function policyOnMain(ports: {
  readonly state: Pick<DesiredState, 'fetch'>;
}): Promise<Policy> {
  return (await readCatalogAndPolicy(await tipOf(ports, 'main'))).policy;
}

/** null where it cannot be read. Cached: it is read before each step and changes rarely. */
export async function readPolicy(main: Snapshot | null): Promise<Policy | null> {
  const file = (await main?.read('policy.yaml')) ?? null;
  if (file === null) return null;
  const parsed = parsedOnce('policy', file.oid, () => parsePolicy(file.text));
  return parsed.ok ? parsed.value : null;
}

/** null where it cannot be read. */
export async function readCatalog(main: Snapshot): Promise<Catalog | null> {
  const file = await main.read('catalog.yaml');
  if (file === null) return null;
  const parsed = parsedOnce('catalog', file.oid, () => parseCatalog(file.text));
  return parsed.ok ? parsed.value : null;
}

/** The last parsed value by name, with its oid. */
const lastParsed = new Map<string, { readonly oid: string; readonly value: unknown }>();

function parsedOnce<Value>(name: string, oid: string, make: () => Value): Value {
  const last = lastParsed.get(name);
  if (last?.oid === oid) return last.value as Value;
  const value = make();
  lastParsed.set(name, { oid, value });
  return value;
}

async function readParsed<Value>(
  snapshot: Snapshot,
  path: string,
  parse: (oid: string, text: string) => Promise<Parsed<Value>>,
): Promise<Parsed<Value>> {
  const file = await snapshot.read(path);
  if (file !== null) return parse(file.oid, file.text);
  const missing = { path, line: 0, column: 0, field: '', message: 'is missing on main' };
  return { ok: false, problems: [missing] };
}
