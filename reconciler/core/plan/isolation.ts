/**
 * Rows about isolated agents, which come before those that make, keep up or end a server: evidence
 * is kept until the release. Of a server that its record does not name nothing is known to be ours.
 */
import type { Drift } from '../../../schemas/generated/plan.ts';
import { isolatedTag, labelNames, serverIsOn } from '../fleet/observed.ts';
import { change, type Decision, idle, type OnServer, type Situation } from '../fleet/situation.ts';
import type { Row } from './row.ts';
import { powerOff, powerOn } from './upkeep.ts';

export const rows: readonly Row[] = [
  {
    name: 'isolate',
    file: 'isolated, or isolated no more',
    recordedAndObserved:
      'another label of the recorded server, another tag of its device, or recorded otherwise',
    about: 'server',
    atOnce: true,
    when: () => true,
    decide: isolate,
  },
  {
    name: 'power',
    file: 'isolated',
    recordedAndObserved: 'server on and should not run, or off and should run',
    about: 'server',
    when: ({ unfinished }) => !unfinished,
    decide: power,
  },
  {
    name: 'Isolated',
    file: 'isolated',
    recordedAndObserved: 'anything else: nothing is made, deleted or configured',
    when: () => true,
    decide: leaveAlone,
  },
];

/** Whether server, device and record differ from whether the agent is to be isolated. */
function differsInIsolation({ view, server, world }: OnServer): boolean {
  const { fleet } = world.policy;
  const isolated = view.agent.spec.isolated !== undefined;
  if (labelNames.isolated in server.labels !== isolated) return true;
  if ((view.record?.server?.isolation !== undefined) !== isolated) return true;
  const device = view.devices.find(({ nodeId }) => nodeId === view.record?.tailnet?.nodeId);
  return device !== undefined && device.tags.includes(isolatedTag(fleet)) !== isolated;
}

/** Isolates the server, or ends its isolation; port 22 of an isolated one is closed. */
function isolate(situation: OnServer): Decision | null {
  const { view, server } = situation;
  if (view.record?.server?.id !== server.id) return null;
  const { isolated } = view.agent.spec;
  const drifts: Drift[] = differsInIsolation(situation) ? ['isolation'] : [];
  if (isolated !== undefined && labelNames.bootstrap in server.labels) drifts.push('bootstrap');
  if (drifts.length === 0) return null;
  const because =
    isolated === undefined ? 'it is isolated no more' : `isolated: ${isolated.reason}`;
  return change(situation, { kind: 'repair', because, server: server.id, drifts: drifts.sort() });
}

/** Power follows the file while an agent is isolated; a server that is off keeps its disk. */
function power(situation: OnServer): Decision | null {
  const { view, wanted, server } = situation;
  if (view.agent.spec.isolated === undefined) return null;
  if (!wanted) return serverIsOn(server) ? powerOff(situation) : null;
  return server.status === 'off' ? powerOn(situation) : null;
}

/** Its evidence is kept: nothing is made, replaced or configured. */
function leaveAlone(situation: Situation): Decision | null {
  const { isolated } = situation.view.agent.spec;
  if (isolated === undefined) return null;
  const message = `isolated since ${isolated.since}: ${isolated.reason}`;
  return idle(situation, 'Isolated', message);
}
