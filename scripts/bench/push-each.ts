/** Samples the cost of a push per event in the same run. */
import { createRepository } from '../../reconciler/adapters/git/repository.ts';
import type { CommitDraft, Snapshot } from '../../reconciler/ports/desired-state.ts';

const sampleSize = 5;

/** How long one push takes that carries one event: the tip, a commit, the push. */
export async function pushOneByOne(url: string): Promise<number> {
  const clock = { now: () => Date.now(), wait: async () => {} };
  const author = { name: 'Benchmark', email: 'bench@localhost' };
  const repository = createRepository({ url, token: null, folder: null, author, clock });
  try {
    let base = await tipOf(repository);
    const startedMs = performance.now();
    for (let n = 0; n < sampleSize; n += 1) {
      const edits = [{ path: 'sample.txt', text: `${n}\n` }];
      const draft: CommitDraft = { subject: `sample ${n}`, body: '', trailers: [], edits };
      const { kind } = await repository.push('main', base, [draft]);
      if (kind !== 'pushed') throw new Error('a push of the sample was rejected');
      base = await tipOf(repository);
    }
    return (performance.now() - startedMs) / sampleSize;
  } finally {
    await repository.close();
  }
}

async function tipOf(repository: ReturnType<typeof createRepository>): Promise<Snapshot> {
  const snapshot = await repository.fetch('main');
  if (snapshot === null) throw new Error('the repository has no branch main');
  return snapshot;
}
