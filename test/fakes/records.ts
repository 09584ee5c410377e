/** Records as they stand in commits, each text parsed once: every step of a simulation reads them. */
import { parseRecordFile } from '../../reconciler/core/world/record-file.ts';
import type { RecordFile } from '../../reconciler/core/world/recorded.ts';

const records = new Map<string, RecordFile>();
const recordsMax = 5000;

export function recordIn(path: string, text: string): RecordFile {
  const key = `${path}\n${text}`;
  const known = records.get(key);
  if (known !== undefined) return known;
  const parsed = parseRecordFile({ path, text });
  // Thousands of worlds come by in one process.
  if (records.size >= recordsMax) records.clear();
  records.set(key, parsed);
  return parsed;
}
