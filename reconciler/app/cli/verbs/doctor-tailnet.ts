/** Checks of the doctor: what the tailnet's policy allows, and for whom port 22 opens. */
import { isFailure } from '../../../core/failure.ts';
import { runTag } from '../../../core/fleet/observed.ts';
import { accessesOf, policyFinding } from '../../../core/status/tailnet-access.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment } from '../../config.ts';
import { Amiss, type Check, type Found } from './amiss.ts';
import { type Known, policedOf, withOpened } from './doctor-known.ts';

export function tailnetChecks(env: Environment, known: Known): readonly Check[] {
  return [
    {
      name: 'tailnet policy',
      look: () =>
        withOpened(env, ['tailnet'], ({ tailnet }) =>
          policyCheck(tailnet, policedOf(known).policy.fleet),
        ),
    },
    { name: 'port 22', look: async () => whoReaches(policedOf(known).policy.ssh.bootstrapFrom) },
  ];
}

async function policyCheck(tailnet: Ports['tailnet'], fleet: string): Promise<Found> {
  const asked = accessesOf(fleet).map(async (access) => ({
    ...access,
    allowed: await tailnet.allows(access),
  }));
  const answers = await Promise.all(asked).catch((thrown: unknown) => {
    if (!isFailure(thrown, 'Forbidden')) throw thrown;
    const todo = 'Give the OAuth client the scope policy_file:read.';
    throw new Amiss('Forbidden', 'the policy of the tailnet cannot be tested', todo);
  });
  const found = policyFinding(fleet, answers);
  switch (found.kind) {
    case 'asMeant':
      return 'agents reach nothing; runs reach their sshd and their gateway, but for isolated ones';
    case 'open':
      throw new Amiss(
        'MisconfiguredAccount',
        `the policy of the tailnet lets agents reach others, or isolated ones be reached: ${found.which}`,
        'Remove what allows this from the policy file: grants without a source tag, for instance.',
      );
    case 'narrow':
      return {
        message: `the policy of the tailnet keeps runs from agents: ${found.which}`,
        todo: `Let ${runTag(fleet)} reach agents; until then port 22 opens for each work on one.`,
      };
    default:
      return found satisfies never;
  }
}

const internet = ['0.0.0.0/0', '::/0'];

function whoReaches(addresses: readonly string[]): Found {
  if (!addresses.some((one) => internet.includes(one)))
    return `opens for ${addresses.join(', ')} while a server is set up`;
  return {
    message:
      'opens for the whole internet while a server is set up; only certificates are accepted',
    todo:
      'Set ssh.bootstrapFrom in policy.yaml to the addresses of your runners. Those of GitHub have ' +
      'no fixed address; a runner of your own, or a larger one of GitHub with static addresses, has.',
  };
}
