/**
 * One pull request, updated in place: its branch gains the files that are missing in it, what people
 * wrote there stays, and nothing is sent where it says so already. Merging it does to `main` what its
 * text says, and nothing else, however far `main` has moved since the branch was begun.
 */
import type { CommitDraft, FileEdit, Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip, tipOf } from '../../../ports/tip.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { type Answers, strayEdits } from './proposal-strays.ts';

type WantedProposal = {
  /** the branch it is made from; no other is open from there */
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly cause: string;
  /** what it asks to merge, sorted by path */
  readonly files: readonly WantedFile[];
  /** where all of them are; what was decided on `main` there meanwhile is not asked again */
  readonly folder: string;
  /** whether nothing else is asked for in it: what its branch added there before goes */
  readonly alone: boolean;
  /** what it is about, in short: closed by a person, it is not opened again for the very same */
  readonly about?: string;
};

export type WantedFile = {
  readonly path: string;
  readonly text: string;
  /** as main has it, to be written over; any other text is an answer and stays */
  readonly over?: string;
};

/** Its URL where it was opened or changed; none where it said so already or main has it all. */
export async function keepProposal(
  ports: FinalizePorts,
  wanted: WantedProposal,
): Promise<readonly string[]> {
  const { head, title, about } = wanted;
  const body =
    about === undefined ? wanted.body : `${wanted.body.trimEnd()}\n\n${markerOf(about)}\n`;
  const main = await tipOf(ports, 'main');
  const files = await openIn(main, wanted.files);
  if (files.length === 0) return [];
  const open = await ports.forge.openProposal(head);
  if (open === null && about !== undefined && (await isDeclined(ports, head, about))) return [];
  if (open === null) {
    // What was left of an earlier one: merged, or closed by a person.
    await ports.state.deleteBranch(head);
    await ports.state.createBranch(head, main.commit);
  }
  const changed = await completeBranch(ports, main, { ...wanted, files });
  if (open !== null && !changed && open.body.trim() === body.trim()) return [];
  return [(await ports.forge.propose({ head, base: 'main', title, body })).url];
}

/** What it asked for has gone by itself or was decided otherwise: closed by us, it declines nothing. */
export async function dropProposal(ports: FinalizePorts, head: string): Promise<void> {
  const open = await ports.forge.openProposal(head);
  if (open === null) return;
  const body = `${open.body.replaceAll(markers, '').trimEnd()}\n\n${droppedText}\n`;
  await ports.forge.closeProposal(open.number, body);
}

const droppedText =
  'Closed by the machine: what this asked for has gone by itself, or was decided otherwise.';

/** Not shown, and kept by who edits the text around it. */
function markerOf(about: string): string {
  return `<!-- about ${about} -->`;
}

const markers = /<!-- about [0-9a-f]+ -->/g;

async function isDeclined(ports: FinalizePorts, head: string, about: string): Promise<boolean> {
  const closed = await ports.forge.closedProposal(head);
  return closed?.body.includes(markerOf(about)) === true;
}

/** @param wanted with the files that main still lacks, and no others */
async function completeBranch(
  ports: FinalizePorts,
  main: Snapshot,
  wanted: WantedProposal,
): Promise<boolean> {
  const { commits } = await pushOnTip(ports, wanted.head, async (branch) => {
    const fork = (await ports.state.forkOf(wanted.head)) ?? branch;
    return { drafts: await draftsFor({ main, branch, fork }, wanted) };
  });
  return commits.length > 0;
}

async function draftsFor(
  answers: Answers,
  { title, cause, files, folder, alone }: WantedProposal,
): Promise<readonly CommitDraft[]> {
  const { main, branch } = answers;
  const paths = new Set(files.map(({ path }) => path));
  const about = { body: '', trailers: [['Aura-Cause', cause]] as const };
  const strays = await strayEdits(answers, { folder, alone, asked: paths });
  if (!(await isBehind(answers, files))) {
    const edits = [...(await missingIn(branch, files)), ...strays.edits];
    return edits.length === 0 ? [] : [{ subject: title, ...about, edits }];
  }
  const kept = strays.own.filter(
    ({ path, text }) => !files.some((one) => isAsked(one, path, text)),
  );
  const there = new Set(kept.map(({ path }) => path));
  const edits = files.filter(({ path }) => !there.has(path));
  const merge = { subject: 'main is merged: files have changed there', merges: main.commit };
  return [
    { ...merge, ...about, edits: kept },
    ...(edits.length === 0 ? [] : [{ subject: title, ...about, edits: edits.map(editOf) }]),
  ];
}

/** As unedited: when asked again, the question is new. */
function isAsked({ path, over }: WantedFile, edited: string, text: string | null): boolean {
  return path === edited && text === over;
}

/**
 * Whether one that is asked for has changed on main since the branch left it. Git would take what
 * the branch was begun with for something unrelated there, and leave it as main has it.
 */
async function isBehind({ main, fork }: Answers, files: readonly WantedFile[]): Promise<boolean> {
  if (fork.commit === main.commit) return false;
  for (const { path } of files)
    if ((await fork.read(path))?.oid !== (await main.read(path))?.oid) return true;
  return false;
}

/** Those that main does not have, or has as they are to be written over. */
async function openIn(
  main: Snapshot,
  files: readonly WantedFile[],
): Promise<readonly WantedFile[]> {
  const open: WantedFile[] = [];
  for (const file of files) {
    const there = (await main.read(file.path))?.text;
    if (there === undefined || there === file.over) open.push(file);
  }
  return open;
}

async function missingIn(
  branch: Snapshot,
  files: readonly WantedFile[],
): Promise<readonly FileEdit[]> {
  return (await openIn(branch, files)).map(editOf);
}

function editOf({ path, text }: WantedFile): FileEdit {
  return { path, text };
}
