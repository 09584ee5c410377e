/**
 * The two files that every flow reads of `main` before it decides anything. An unreadable one stops
 * the flow, and all that is wrong with both is said at once.
 */
import { type Catalog, parseCatalog } from '../../core/agent/catalog.ts';
import { explainProblems, type Parsed } from '../../core/agent/document.ts';
import { type Policy, parsePolicy } from '../../core/agent/policy.ts';
import { Failure } from '../../core/failure.ts';
import type { AgentFiles, Snapshot } from '../../ports/desired-state.ts';

export type CatalogAndPolicy = { readonly catalog: Catalog; readonly policy: Policy };

/** @param files keeps what was parsed from one run to the next; within a run it is kept here */
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

/** Null where none can be read. It is read before each step of a change, and changes once a month. */
export async function readPolicy(main: Snapshot | null): Promise<Policy | null> {
  const file = (await main?.read('policy.yaml')) ?? null;
  if (file === null) return null;
  const parsed = parsedOnce('policy', file.oid, () => parsePolicy(file.text));
  return parsed.ok ? parsed.value : null;
}

/** By its name: what was made last, and of which content. */
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
