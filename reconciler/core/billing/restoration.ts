/**
 * Restores a removed agent file: one commit with the file byte for byte, and a second one with a
 * tombstone that cites the removal, in one push. Reverting the second commit keeps the agent. If
 * the file had a tombstone already, there is no second commit.
 */
import { parseAgentFile, withPeopleFields } from '../agent/agent-file.ts';

type RemovedFile = {
  readonly agent: string;
  readonly path: string;
  /** the commit that removed it */
  readonly commit: string;
  /** the file before the removal */
  readonly text: string;
};
export type RestoringCommit = {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly edits: readonly { readonly path: string; readonly text: string }[];
};

export function restoration(removed: RemovedFile, at: string): readonly RestoringCommit[] {
  const { agent, path, commit, text } = removed;
  const short = commit.slice(0, 10);
  const restored: RestoringCommit = {
    subject: `${agent}: file restored as it was before ${short}`,
    body: 'A removed file destroys nothing by itself. The next commit retires the agent; revert that one to keep it.',
    trailers: [
      ['Aura-Cause', 'restored'],
      ['Aura-Cites', commit],
    ],
    edits: [{ path, text }],
  };
  const file = parseAgentFile({ path, oid: '', text });
  if (file.kind === 'valid' && file.agent.spec.retired !== undefined) return [restored];
  const reason = `its file was removed by commit ${short}`;
  const retired = { at, by: 'person', reason, cites: commit } as const;
  return [
    restored,
    {
      subject: `${agent}: retired, its file was removed by ${short}`,
      body: 'Reverting this commit before the grace is over keeps the agent and its data.',
      trailers: [
        ['Aura-Cause', 'retired'],
        ['Aura-Cites', commit],
      ],
      edits: [{ path, text: withPeopleFields(text, { retired }) }],
    },
  ];
}
