/**
 * One pull request, updated in place: its branch gains the files that are missing in it, what people
 * wrote there stays, and nothing is sent where it says so already.
 */
import { Failure } from '../core/failure.ts';
import type { FileEdit, Snapshot } from '../ports.ts';
import type { SettlePorts } from './settle-ports.ts';

export type WantedProposal = {
  /** the branch it is made from; no other is open from there */
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly cause: string;
  /** what it asks to merge, sorted by path */
  readonly files: readonly WantedFile[];
  /** a folder in which nothing else is asked for: what its branch added there before goes */
  readonly aloneIn?: string;
};

export type WantedFile = {
  readonly path: string;
  readonly text: string;
  /** as main has it, to be written over; any other text is somebody's answer and stays */
  readonly over?: string;
};

const triesMax = 5;

/** Its URL where it was opened or changed; null where it said so already or main has it all. */
export async function keepProposal(
  ports: SettlePorts,
  wanted: WantedProposal,
): Promise<string | null> {
  const { head, title, body } = wanted;
  const main = await tipOf(ports, 'main');
  if ((await missingIn(main, wanted)).length === 0) return null;
  const open = await ports.forge.openProposal(head);
  if (open === null) {
    // What was left of an earlier one: merged, or closed by a person.
    await ports.state.deleteBranch(head);
    await ports.state.createBranch(head, main.commit);
  }
  const changed = await completeBranch(ports, main, wanted);
  if (open !== null && !changed && open.body.trim() === body.trim()) return null;
  return (await ports.forge.propose({ head, base: 'main', title, body })).url;
}

/** What it asked for has gone by itself or was decided otherwise. */
export async function dropProposal(ports: SettlePorts, head: string): Promise<void> {
  const open = await ports.forge.openProposal(head);
  if (open !== null) await ports.forge.closeProposal(open.number);
}

async function completeBranch(
  ports: SettlePorts,
  main: Snapshot,
  wanted: WantedProposal,
): Promise<boolean> {
  const { head, title, cause } = wanted;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const snapshot = await tipOf(ports, head);
    const edits = [
      ...(await missingIn(snapshot, wanted)),
      ...(await strangersIn(snapshot, main, wanted)),
    ];
    if (edits.length === 0) return false;
    const trailers = [['Aura-Cause', cause]] as const;
    const draft = { subject: title, body: '', trailers, edits };
    const outcome = await ports.state.push(head, snapshot, [draft]);
    if (outcome.kind === 'pushed') return true;
  }
  throw new Failure('PushRejected', `${head} kept moving`);
}

async function missingIn(
  snapshot: Snapshot,
  { files }: WantedProposal,
): Promise<readonly FileEdit[]> {
  const missing: FileEdit[] = [];
  for (const { path, text, over } of files) {
    const there = (await snapshot.read(path))?.text;
    if (there === undefined || there === over) missing.push({ path, text });
  }
  return missing;
}

/** What an earlier version of it asked for and this one does not. */
async function strangersIn(
  snapshot: Snapshot,
  main: Snapshot,
  { files, aloneIn }: WantedProposal,
): Promise<readonly FileEdit[]> {
  if (aloneIn === undefined) return [];
  const wanted = new Set([...files, ...(await main.list(aloneIn))].map(({ path }) => path));
  const there = await snapshot.list(aloneIn);
  return there.filter(({ path }) => !wanted.has(path)).map(({ path }) => ({ path, text: null }));
}

export async function tipOf({ state }: SettlePorts, branch: string): Promise<Snapshot> {
  const snapshot = await state.fetch(branch);
  if (snapshot === null)
    throw new Failure('NotFound', `the agents repository has no branch ${branch}`);
  return snapshot;
}
