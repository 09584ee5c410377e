/** `aura explain`: explains the state of one agent from everything that a run reads. */
import type { AgentId } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { type Explanation, explainAgent } from '../../../core/status/explain.ts';
import { planPortNames } from '../../../flows/reconcile/observe/listed.ts';
import { planFleet } from '../../../flows/reconcile/plan-fleet.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, oneLine, table } from '../text/output.ts';

export async function explainVerb(
  { env, out }: VerbContext,
  { agent }: { readonly agent: AgentId },
): Promise<ExitCode> {
  const { plan, world } = await withPorts(env, planPortNames, (ports) => planFleet(ports));
  const explanation = explainAgent(world, plan, agent);
  if (explanation === null) throw new Failure('NotFound', `nothing is known of ${agent}`);
  out.text(explanationText(explanation, out));
  out.document({ ok: true, ...explanation });
  return exitCodes.fine;
}

export function explanationText(so: Explanation, out: Pick<Output, 'paint'>): string {
  const { file, record, observed, row } = so;
  const facts: [string, string][] = [
    ['desired', file === null ? 'there is no file' : file.asks],
    ['file', file === null ? '-' : `${file.path} at ${file.oid.slice(0, 10)}`],
    ['recorded', record === null ? 'there is no record' : recordText(record)],
    ['observed', observedText(so)],
    ['tailnet', observed.devices.map(deviceText).join('; ') || 'no device'],
    ['state', stateText(observed.state)],
    ['row', `${row.name} (file: ${row.file}; recorded and observed: ${row.recordedAndObserved})`],
    ['decision', so.decision],
    ['next due', so.nextDueAt ?? 'not scheduled'],
  ];
  const parts = [
    out.paint('bold', so.agent),
    table(facts.map(([name, value]) => [`  ${name}`, oneLine(value)])),
    list('Problems of the file', file?.problems ?? []),
    list('Restraints', so.restraints),
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
  ];
  return parts.filter((part) => part !== '').join('\n\n');
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
