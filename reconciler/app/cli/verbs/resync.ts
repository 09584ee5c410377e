/** `aura resync`: compares all subscriptions with all files, and decides as for events. */

import { hourMs } from '../../../core/text/time.ts';
import { dueResync, recordedResync } from '../../../flows/resync/recorded-resync.ts';
import type { ResyncReport } from '../../../flows/resync/resync.ts';
import { createLog } from '../../log.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain, table } from '../text/output.ts';

type Options = {
  readonly due?: true;
  readonly dryRun?: true;
  readonly max?: number;
  readonly after?: string;
};
/** Beyond the hour after which the service resyncs. */
const dueAfterMs = 2 * hourMs;

/** How often the cursor is printed, so that an interrupted run can be continued. */
const cursorEvery = 1000;

export async function resyncVerb({ env, out }: VerbContext, options: Options): Promise<ExitCode> {
  let reported = 0;
  const onProgress = (cursor: string, seen: number) => {
    if (seen - reported < cursorEvery) return;
    reported = seen;
    out.note(`${seen} subscriptions read; \`--after ${plain(cursor)}\` continues from here`);
  };
  const log = createLog({ env, usual: 'error' });
  const report = await withPorts(
    env,
    ['billing', 'state', 'clock', 'log'],
    async (ports) => {
      if (options.due === true) {
        const because = await dueResync(ports, dueAfterMs);
        if (because === null) return null;
        out.note(`A resync is due: ${plain(because)}.`);
      }
      return recordedResync(ports, { ...options, onProgress });
    },
    { log },
  );
  if (report === null) {
    out.text('No resync is due.');
    out.document({ ok: true, due: false });
    return exitCodes.fine;
  }
  out.text(resyncText(report, out));
  const ok = report.stopped === null && report.failed.length === 0;
  out.document({ ok, ...report });
  if (report.stopped !== null) return exitCodes.error;
  const { failed, unplanned, unknownPrices, paidButRetired } = report;
  const look = [failed, unplanned, unknownPrices, paidButRetired].some(({ length }) => length > 0);
  return look || !report.complete ? exitCodes.attention : exitCodes.fine;
}

function resyncText(report: ResyncReport, out: Output): string {
  const { dryRun, seen, written, cursor, stopped } = report;
  const verb = dryRun ? 'would be written' : 'written';
  const lines = [
    out.paint('bold', `${seen} subscriptions read, ${written.length} files ${verb}`),
    ...section(
      written.map(({ agent, causes, subject }) => [
        agent,
        causes.join(' '),
        subject.replace(/^agt-\w+: /, ''),
      ]),
    ),
    ...titled(
      'Paid, without an agent',
      report.unplanned.map(({ subscription, reason }) => [subscription, reason]),
      out,
    ),
    ...titled(
      'Paid, and retired by a person or before it was paid again',
      report.paidButRetired.map((agent) => [agent]),
      out,
    ),
    ...titled(
      'Active prices that no plan of the catalog names',
      report.unknownPrices.map(({ price, subscriptions }) => [price, `${subscriptions} times`]),
      out,
    ),
    ...titled(
      'Could not be resynced',
      report.failed.map(({ agent, path, reason, message }) => [
        agent ?? path,
        `${reason}: ${message.replaceAll('\n', '\n    ')}`,
      ]),
      out,
    ),
    ...(stopped === null
      ? []
      : [out.paint('red', plain(`It ended early: ${stopped.reason}, ${stopped.message}`))]),
    ...(cursor === null ? [] : [`\`--after ${plain(cursor)}\` continues from here.`]),
  ];
  return lines.join('\n');
}

function titled(title: string, rows: readonly (readonly string[])[], out: Output) {
  return rows.length === 0 ? [] : [out.paint('yellow', `${title}:`), ...section(rows)];
}

function section(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table(rows.map((row) => ['', ...row.map(plain)]))];
}
