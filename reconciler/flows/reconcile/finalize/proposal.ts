/**
 * Keeps one pull request up to date: adds missing files to its branch, keeps people's edits there,
 * and writes nothing where it is up to date. Merging it changes `main` only as described, however
 * far `main` has moved.
 */
import { bodyWithin, titleWithin } from '../../../core/text/proposal-text.ts';
import type { CommitDraft, FileEdit, Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip, tipOf } from '../../../ports/tip.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { type Answers, strayEdits } from './proposal-strays.ts';

type WantedProposal = {
  /** the head branch, with one open pull request at most; its label has the same name */
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly cause: string;
  /** files to merge, sorted by path */
  readonly files: readonly WantedFile[];
  /** the folder of all files; what was decided there on `main` is not asked again */
  readonly folder: string;
  /** whether files that the branch added before and that are not wanted any more are removed */
  readonly alone: boolean;
  /** digest of the request: one that a person closed is not opened again */
  readonly about?: string;
};

export type WantedFile = {
  readonly path: string;
  readonly text: string;
  /** text on main that may be overwritten; any other text is an answer and stays */
  readonly over?: string;
};

/** Its URL where it was opened or changed; empty where it was up to date or main has all files. */
export async function keepProposal(
  ports: FinalizePorts,
  wanted: WantedProposal,
): Promise<readonly string[]> {
  const { head, about } = wanted;
  const title = titleWithin(wanted.title);
  const end = about === undefined ? '' : `\n\n${markerOf(about)}\n`;
  const body = bodyWithin(about === undefined ? wanted.body : wanted.body.trimEnd(), end);
  const main = await tipOf(ports, 'main');
  const files = await openIn(main, wanted.files);
  if (files.length === 0) return [];
  const open = await ports.forge.openProposal(head);
  if (open === null && about !== undefined && (await isDeclined(ports, head, about))) return [];
  if (open === null) {
    // Left of an earlier one that was merged or closed.
    await ports.state.deleteBranch(head);
    await ports.state.createBranch(head, main.commit);
  }
  const changed = await completeBranch(ports, main, { ...wanted, files });
  const isSame = open?.body.trim() === body.trim() && open.labels.includes(head);
  if (isSame && !changed) return [];
  return [(await ports.forge.propose({ head, base: 'main', title, body, label: head })).url];
}

/** Closes a request that no longer applies; closed by us, it declines nothing. */
export async function dropProposal(ports: FinalizePorts, head: string): Promise<void> {
  const open = await ports.forge.openProposal(head);
  if (open === null) return;
  const end = `\n\n${droppedText}\n`;
  const body = bodyWithin(open.body.replaceAll(markers, '').trimEnd(), end);
  await ports.forge.closeProposal(open.number, body);
}

const droppedText = 'Closed by Aura: the request no longer applies, or was decided elsewhere.';

/** Not rendered, and kept when people edit the body. */
function markerOf(about: string): string {
  return `<!-- about ${about} -->`;
}

const markers = /<!-- about [0-9a-f]+ -->/g;

async function isDeclined(ports: FinalizePorts, head: string, about: string): Promise<boolean> {
  const closed = await ports.forge.closedProposal(head);
  return closed?.body.includes(markerOf(about)) === true;
}

/** @param wanted with only the files that main lacks */
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
  const merge = { subject: 'Merge main: files have changed there', merges: main.commit };
  return [
    { ...merge, ...about, edits: kept },
    ...(edits.length === 0 ? [] : [{ subject: title, ...about, edits: edits.map(editOf) }]),
  ];
}

/** Unedited text is no answer: the file is asked again. */
function isAsked({ path, over }: WantedFile, edited: string, text: string | null): boolean {
  return path === edited && text === over;
}

/** Whether a wanted file changed on main since the fork: a merge would keep main's version. */
async function isBehind({ main, fork }: Answers, files: readonly WantedFile[]): Promise<boolean> {
  if (fork.commit === main.commit) return false;
  for (const { path } of files)
    if ((await fork.read(path))?.oid !== (await main.read(path))?.oid) return true;
  return false;
}

/** Files that main lacks, or that may be overwritten there. */
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
