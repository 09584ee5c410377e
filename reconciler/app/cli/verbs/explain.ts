/**
 * `aura explain`: explains the state of one agent from everything that a run reads, or offline from
 * its file and its record: with `--offline` or `--clone`, and where no credentials are set.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { type Explanation, explainAgent } from '../../../core/status/explain.ts';
import { planPortNames } from '../../../flows/reconcile/observe/listed.ts';
import { planFleet } from '../../../flows/reconcile/plan-fleet.ts';
import { explainRecorded } from '../../../flows/status/explain-recorded.ts';
import type { Environment } from '../../config.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { isConfigured, withHistory } from '../run/history-source.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import { type Output, oneLine, table } from '../text/output.ts';

type Options = { readonly agent: AgentId; readonly offline?: true; readonly clone?: string };

/** What is read beside the repository; without all of them nothing of it can be. */
const credentials = ['HCLOUD_TOKEN', 'TAILSCALE_OAUTH_CLIENT_SECRET', 'AWS_ACCESS_KEY_ID'];

export async function explainVerb(
  { env, out }: VerbContext,
  { agent, offline, clone }: Options,
): Promise<ExitCode> {
  const isOffline = offline === true || clone !== undefined || !isConfigured(env, ...credentials);
  const folder = clone ?? (offline === true ? '.' : undefined);
  const explanation = isOffline
    ? await withHistory(env, folder, (source) => explainRecorded(source, agent, Date.now()))
    : await explainNow(env, agent);
  if (explanation === null) throw new Failure('NotFound', `nothing is known of ${agent}`);
  out.text(explanationText(explanation, out));
  const printed: Printed<'explain'> = { ok: true, ...explanation };
  out.document(printed);
  return exitCodes.fine;
}

async function explainNow(env: Environment, agent: AgentId): Promise<Explanation | null> {
  const { plan, world } = await withPorts(env, planPortNames, (ports) => planFleet(ports));
  return explainAgent(world, plan, agent);
}

export function explanationText(so: Explanation, out: Pick<Output, 'paint'>): string {
  const { file, record, row } = so;
  const facts: [string, string][] = [
    ['desired', file === null ? 'there is no file' : file.asks],
    ['file', file === null ? '-' : `${file.path} at ${file.oid.slice(0, 10)}`],
    ['recorded', record === null ? 'there is no record' : recordText(record)],
    ...seenFacts(so),
    ['row', `${row.name} (file: ${row.file}; recorded and observed: ${row.recordedAndObserved})`],
    ['decision', so.decision],
    ['next due', so.nextDueAt ?? 'not scheduled'],
  ];
  const parts = [
    out.paint('bold', so.agent),
    table(facts.map(([name, value]) => [`  ${name}`, oneLine(value)])),
    list('Problems of the file', file?.problems ?? []),
    list('Restraints', so.restraints),
    list('What would change it', so.changedBy),
    list(
      'Conditions',
      (record?.conditions ?? []).map(
        ({ type, reason, message, since }) => `${since} ${type}/${reason}: ${message}`,
      ),
    ),
    list(
      'Last attempts',
      so.attempts.map(({ ended, change, outcome, step, reason, message }) => {
        const where = outcome === 'succeeded' ? '' : ` at ${step}`;
        const why = [reason, message].filter((part) => part !== undefined).join(', ');
        return `${ended} ${change} ${outcome}${where}${why === '' ? '' : `: ${why}`}`;
      }),
    ),
    list('Not looked at', so.notLookedAt),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function seenFacts(so: Explanation): readonly [string, string][] {
  const { observed, notLookedAt } = so;
  if (notLookedAt.length > 0) return [['observed', 'not looked at: taken as recorded']];
  return [
    ['observed', observedText(so)],
    ['tailnet', observed.devices.map(deviceText).join('; ') || 'no device'],
    ['state', stateText(observed.state)],
  ];
}

type Recorded = NonNullable<Explanation['record']>;
type Seen = Explanation['observed'];

function recordText({ phase, phaseSince, server, chosen, everRunning }: Recorded): string {
  const parts = [
    `${phase}${phaseSince === undefined ? '' : ` since ${phaseSince}`}`,
    server === undefined ? 'no server' : `server ${server.id}, power ${server.power ?? 'unknown'}`,
    ...(chosen === undefined
      ? []
      : [
          `plan ${chosen.plan}, ${chosen.serverType} in ${chosen.location}, revision ${chosen.revision}`,
        ]),
    ...(server === undefined ? [] : [everRunning ? 'it has run before' : 'it has never run']),
  ];
  return parts.join('; ');
}

function observedText({ observed, reading }: Explanation): string {
  const servers = observed.servers.map(
    ({ id, status, serverType, location, recorded }) =>
      `server ${id} ${status}, ${serverType} in ${location}${recorded ? '' : ', not the recorded one'}`,
  );
  const unknown = reading === 'complete' ? 'no server' : 'no server in the partial reading';
  return servers.join('; ') || unknown;
}

function deviceText({ name, addresses, online }: Seen['devices'][number]): string {
  return `${name} ${addresses[0] ?? ''} ${online ? 'online' : 'offline'}`;
}

function stateText(state: Seen['state']): string {
  if (state === null) return 'none';
  return state.locked ? `${state.key}, locked` : state.key;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((one) => `  ${oneLine(one)}`)].join('\n');
}
