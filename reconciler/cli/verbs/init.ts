/**
 * `aura init`: what has to be there before the first tick, made where it is missing: the stack that
 * the fleet shares and the branch of the records. `--destroy` takes the former away again.
 */
import { applyFleet, destroyFleet } from '../../apply/fleet.ts';
import type { Policy } from '../../core/desired/policy.ts';
import { Failure } from '../../core/failure.ts';
import { fleetStackNeeds } from '../../core/world/firewall.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import type { DesiredState, Ports } from '../../ports.ts';
import { readCatalogAndPolicy } from '../../read-catalog.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { interruptible } from '../run/interruption.ts';
import type { VerbContext } from '../run/verb.ts';

const portNames = ['state', 'journal', 'cloud', 'stacks', 'states', 'clock', 'log'] as const;
type InitPorts = Pick<Ports, (typeof portNames)[number]>;

export async function init(
  { env, out }: VerbContext,
  options: { readonly destroy?: true },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, portNames, { log });
  const { ports, interruption } = interruptible(opened.ports, out);
  try {
    const policy = await policyOf(ports.state);
    if (options.destroy === true) {
      await destroyFleet(ports, policy);
      out.text(`The shared stack of fleet ${policy.fleet} is gone. The status branch stays.`);
      out.document({ ok: true, fleet: 'destroyed' });
    } else {
      const branch = await makeStatusBranch(ports.state);
      const stack = await makeStack(ports, policy);
      out.text(`The status branch ${words[branch]}.\nThe fleet's shared stack ${words[stack]}.`);
      out.document({ ok: true, fleet: stack, status: branch });
    }
    return interruption.code(exitCodes.fine);
  } finally {
    await opened.close();
    interruption.close();
  }
}

type Made = 'there' | 'created' | 'updated';
const words: Readonly<Record<Made, string>> = {
  there: 'was there already',
  created: 'is made',
  updated: 'was there and is put right',
};

async function policyOf(state: DesiredState): Promise<Policy> {
  const snapshot = await state.fetch('main');
  if (snapshot === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  return (await readCatalogAndPolicy(snapshot)).policy;
}

const readme = `What Aura did: a record for each agent, written by the machine alone. What is asked for
stands on branch main.
`;

/** Somebody who makes it at the same moment does no harm: it is there then. */
async function makeStatusBranch(state: DesiredState): Promise<Made> {
  if ((await state.fetch('status')) !== null) return 'there';
  const pushed = await state.push('status', null, [
    {
      subject: 'Begin the records',
      body: '',
      trailers: [['Aura-Cause', 'init']],
      edits: [{ path: 'README.md', text: readme }],
    },
  ]);
  return pushed.kind === 'pushed' ? 'created' : 'there';
}

async function makeStack(ports: InitPorts, policy: Policy): Promise<Made> {
  const need = fleetStackNeeds(policy, await ports.cloud.firewalls(policy.fleet));
  if (need === 'none') return 'there';
  await applyFleet(ports, policy);
  return need === 'create' ? 'created' : 'updated';
}
