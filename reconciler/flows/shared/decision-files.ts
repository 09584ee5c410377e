/** The files by which people decide about orphans, as they stand on `main`. What they say is parsed by the caller. */
import type { FileText } from '../../core/agent/document.ts';
import type { Snapshot } from '../../ports/desired-state.ts';

/** Sorted by path. */
export async function orphanFilesOn(main: Snapshot): Promise<readonly FileText[]> {
  const entries = (await main.list('orphans/')).filter(({ path }) => path.endsWith('.yaml'));
  const texts = await main.readAll(entries.map(({ oid }) => oid));
  return entries.map((entry) => ({ ...entry, text: texts.get(entry.oid) ?? '' }));
}
