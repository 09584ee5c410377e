/**
 * `aura init`: creates what the first run needs, if it is missing: the stack that the fleet shares
 * and the branch of the records. `--destroy` destroys the stack, and `--recover` imports it into
 * Terraform again if its state is wrong. With a folder it makes a new agents repository there, and
 * nothing else (`init-repository.ts`).
 */

import type { Policy } from '../../../core/agent/policy.ts';
import {
  destroyFleet,
  type FleetApplied,
  type FleetPorts,
} from '../../../flows/reconcile/apply/fleet.ts';
import {
  type Initialised,
  initialise,
  recoverFleet,
} from '../../../flows/reconcile/apply/initialise.ts';
import { policyOnMain } from '../../../flows/shared/read-catalog.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import type { NewRepository } from './init-repository.ts';

const portNames = ['state', 'journal', 'cloud', 'stacks', 'states', 'clock', 'log'] as const;

type InitOptions = NewRepository & {
  /** of the new agents repository; without it the fleet's shared stack is meant */
  readonly folder?: string;
  readonly destroy?: true;
  readonly recover?: true;
  readonly acceptProject?: true;
};

export async function init({ env, out }: VerbContext, options: InitOptions): Promise<ExitCode> {
  if (options.destroy === true && options.recover === true)
    throw new UsageError('--destroy and --recover do not go together');
  if (options.acceptProject === true && options.recover !== true)
    throw new UsageError('--accept-project goes with --recover');
  const { folder, fleet, stripeAccount, live, owners } = options;
  if (folder !== undefined) {
    if (options.destroy === true || options.recover === true)
      throw new UsageError('--destroy and --recover are for the shared stack, and take no folder');
    const { initRepository } = await import('./init-repository.ts');
    return initRepository({ env, out }, folder, options);
  }
  if ([fleet, stripeAccount, live, owners].some((one) => one !== undefined))
    throw new UsageError('--fleet, --stripe-account, --live and --owners need a folder');
  return withEffects({ env, out }, portNames, async ({ ports, interruption }) => {
    const { text, document } = await done(ports, await policyOnMain(ports), options);
    out.text(text);
    out.document({ ok: true, ...document });
    return interruption.code(exitCodes.fine);
  });
}

type Said = { readonly text: string; readonly document: object };

async function done(ports: FleetPorts, policy: Policy, options: InitOptions): Promise<Said> {
  if (options.destroy === true) {
    await destroyFleet(ports, policy);
    const text = `The shared stack of fleet ${policy.fleet} was destroyed. The status branch stays.`;
    return { text, document: { fleet: 'destroyed' } };
  }
  if (options.recover === true) {
    const recovered = await recoverFleet(ports, policy, options.acceptProject);
    return { text: recoveredText(recovered), document: { fleet: 'recovered', ...recovered } };
  }
  const made = await initialise(ports, policy);
  const text = `The status branch ${words[made.status]}.\nThe fleet's shared stack ${words[made.fleet]}.`;
  return { text, document: made };
}

const words: Readonly<Record<Initialised['fleet'], string>> = {
  there: 'existed already',
  created: 'was created',
  imported: 'existed and was imported into Terraform',
  updated: 'existed and was repaired',
};

function recoveredText({ anew, imported, changed }: FleetApplied): string {
  const state = anew ? "Terraform's state was recreated" : "Terraform's state was correct";
  return `The fleet's shared stack: ${state}; ${imported} imported, ${changed} created or changed.`;
}
