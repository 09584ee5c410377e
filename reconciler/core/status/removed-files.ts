/**
 * The text of the pull request about removed files: how many agents lost theirs, by which commits,
 * and how to restore them. It is grouped by commit, the largest first, and long lists are capped.
 */
import { compareText } from '../fleet/world.ts';
import { counted } from '../text/counted.ts';

/** One agent without a file, and its removal in history. */
export type RemovedFile = {
  readonly agent: string;
  /** null if history has no such file */
  readonly removal: {
    readonly commit: string;
    readonly at: string;
    readonly agentsRemoved: number;
  } | null;
  /** a note on this agent; null without one */
  readonly note: string | null;
};

const commitsShown = 20;
const agentsShown = 20;

export function removedFilesTitle(files: readonly RemovedFile[]): string {
  return `Removed files of ${counted(files.length, 'agent')}`;
}

export function removedFilesBody(files: readonly RemovedFile[]): string {
  const groups = groupsOf(files);
  const lost = files.filter(({ removal }) => removal === null);
  const rest = groups.slice(commitsShown);
  const beyond = rest.reduce((sum, group) => sum + group.files.length, 0);
  const have = files.length === 1 ? 'has no file' : 'have no file';
  const parts = [
    `${counted(files.length, 'agent')} ${have} any more. Their resources at Hetzner and Tailscale stay ` +
      'unchanged.',
    ...groups.slice(0, commitsShown).map(groupText),
    ...(beyond === 0
      ? []
      : [`And ${counted(beyond, 'agent')} more, by ${counted(rest.length, 'other commit')}.`]),
    ...(lost.length === 0 ? [] : [lostText(lost)]),
    'Merge to restore the files as they were. To end an agent, add a tombstone to its file.',
  ];
  return `${parts.join('\n\n')}\n`;
}

type Removal = NonNullable<RemovedFile['removal']>;
type Group = { readonly removal: Removal; readonly files: readonly RemovedFile[] };

/** The largest first. */
function groupsOf(files: readonly RemovedFile[]): readonly Group[] {
  const groups = new Map<string, { readonly removal: Removal; readonly files: RemovedFile[] }>();
  for (const file of files) {
    const { removal } = file;
    if (removal === null) continue;
    const group = groups.get(removal.commit) ?? { removal, files: [] };
    group.files.push(file);
    groups.set(removal.commit, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.files.length - a.files.length || compareText(a.removal.commit, b.removal.commit),
  );
}

function groupText({ removal, files }: Group): string {
  const { commit, at, agentsRemoved } = removal;
  const short = commit.slice(0, 10);
  const others = agentsRemoved - files.length;
  const then =
    others === 0
      ? `\`git revert ${short}\` does the same as merging this.`
      : `${others} of them ${others === 1 ? 'is' : 'are'} not in this list: do not revert it without a look.`;
  const alone = agentsRemoved === 1 ? '1 agent' : `${agentsRemoved} agents at once`;
  return [
    `### ${counted(files.length, 'agent')}, by commit ${short}`,
    '',
    `It removed ${alone}, at ${at}. ${then}`,
    '',
    ...listed(files),
  ].join('\n');
}

function lostText(lost: readonly RemovedFile[]): string {
  return [
    `### ${counted(lost.length, 'agent')} whose file is not in history`,
    '',
    'Merging this does not restore them. A person who has their commits can push them back.',
    '',
    ...listed(lost),
  ].join('\n');
}

function listed(files: readonly RemovedFile[]): readonly string[] {
  const sorted = [...files].sort((a, b) => compareText(a.agent, b.agent));
  const lines = sorted
    .slice(0, agentsShown)
    .map(({ agent, note }) => `- \`${agent}\`${note === null ? '' : `: ${note}`}`);
  const more = files.length - agentsShown;
  return more > 0 ? [...lines, `- … and ${more} more`] : lines;
}
