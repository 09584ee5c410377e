/** Lists the decision files about orphans on `main`. The caller parses them. */
import type { FileText } from '../../core/agent/document.ts';
import type { Snapshot } from '../../ports/desired-state.ts';

/** Sorted by path. */
export async function orphanFilesOn(main: Snapshot): Promise<readonly FileText[]> {
  const entries = (await main.list('orphans/')).filter(({ path }) => path.endsWith('.yaml'));
  const texts = await main.readAll(entries.map(({ oid }) => oid));
  return entries.map((entry) => ({ ...entry, text: texts.get(entry.oid) ?? '' }));
}
