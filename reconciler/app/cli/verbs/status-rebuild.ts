/** `aura status rebuild`: rebuilds branch `status` from files, labels, states and the tailnet. */

import { rebuildStatus, type StatusRebuilt } from '../../../flows/reconcile/finalize/rebuild.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { type Output, plain } from '../text/output.ts';

const portNames = ['state', 'files', 'journal', 'cloud', 'tailnet', 'states'] as const;

export async function statusRebuild(
  { env, out }: VerbContext,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<ExitCode> {
  return withPorts(env, portNames, async (ports) => {
    const rebuilt = await rebuildStatus(ports, { dryRun });
    const ok = rebuilt.left.length === 0;
    out.text(rebuiltText(rebuilt, dryRun, out));
    const agents = rebuilt.records.map(({ name, server }) => ({
      agent: name,
      ...(server === undefined ? {} : { server: server.id }),
    }));
    const { branch, commit, kept, left } = rebuilt;
    const printed: Printed<'status'> = { ok, branch, commit, kept, agents, left };
    out.document(printed);
    return ok ? exitCodes.fine : exitCodes.attention;
  });
}

function rebuiltText(rebuilt: StatusRebuilt, dryRun: boolean, out: Output): string {
  const { records, kept, left, branch } = rebuilt;
  const lines = [
    branch === 'missing' ? 'Branch status was missing.' : `${kept} records can be read and stay.`,
    `${records.length} ${dryRun ? 'would be' : 'are'} rebuilt${records.length === 0 ? '.' : ':'}`,
    ...records.map(({ name, server, chosen }) => {
      return `  ${name}  server ${server?.id ?? '-'}, plan ${chosen?.plan ?? '-'}, ${chosen?.location ?? '-'}`;
    }),
    ...(left.length === 0 ? [] : [out.paint('yellow', 'For a person to look at:')]),
    ...left.map(({ agent, why }) => `  ${plain(agent)}: ${plain(why)}`),
  ];
  if (records.length > 0 && !dryRun) {
    lines.push(
      'For a day nothing is destroyed without an approval. Look at `aura plan`, then `aura resume`.',
    );
  }
  return lines.join('\n');
}
