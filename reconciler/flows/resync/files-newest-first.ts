/** Lists the agents' files from the newest to the oldest, the order of Stripe's listing. */
import { type AgentId, agentIdOfPath } from '../../core/agent/agent.ts';
import { timeMsIn } from '../../core/text/time.ts';
import type { Snapshot } from '../../ports/desired-state.ts';

export type DatedFile = {
  readonly id: AgentId;
  readonly path: string;
  readonly oid: string;
  readonly text: string;
};
type FilesNewestFirst = {
  readonly count: number;
  /** Files created after this time that were not returned yet. */
  newerThan(ms: number): readonly DatedFile[];
};

const textsAtOnce = 500;

/** @param untilMs excludes agents created later */
export async function readFilesNewestFirst(
  snapshot: Snapshot,
  untilMs: number,
): Promise<FilesNewestFirst> {
  const dated = (await readFiles(snapshot))
    .map((file) => ({ file, createdMs: createdMsIn(file.text) }))
    .filter(({ createdMs }) => createdMs <= untilMs)
    .sort((a, b) => b.createdMs - a.createdMs || (a.file.id < b.file.id ? -1 : 1));
  let next = 0;
  return {
    count: dated.length,
    newerThan(ms) {
      const from = next;
      while (next < dated.length && (dated[next]?.createdMs ?? 0) > ms) next += 1;
      // Files without a time come last, once.
      if (ms === Number.NEGATIVE_INFINITY) next = dated.length;
      return dated.slice(from, next).map(({ file }) => file);
    },
  };
}

async function readFiles(snapshot: Snapshot): Promise<readonly DatedFile[]> {
  const entries = (await snapshot.list('agents/')).flatMap(({ path, oid }) => {
    const id = agentIdOfPath(path);
    return id === null ? [] : [{ id, path, oid }];
  });
  const files: DatedFile[] = [];
  for (let next = 0; next < entries.length; next += textsAtOnce) {
    const some = entries.slice(next, next + textsAtOnce);
    const texts = await snapshot.readAll(some.map(({ oid }) => oid));
    for (const entry of some) files.push({ ...entry, text: texts.get(entry.oid) ?? '' });
  }
  return files;
}

/** Avoids parsing 100,000 files; a wrong time only costs a request to Stripe. */
function createdMsIn(text: string): number {
  const said = /\bcreatedAt:\s*["']?([0-9TZ:.+-]+)/.exec(text)?.[1];
  return (said === undefined ? null : timeMsIn(said)) ?? Number.NEGATIVE_INFINITY;
}
