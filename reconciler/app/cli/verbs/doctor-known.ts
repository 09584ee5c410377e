/** What earlier checks of the doctor found, and how a check opens its ports. */

import { Failure, isFailure } from '../../../core/failure.ts';
import type { CatalogAndPolicy } from '../../../flows/shared/read-catalog.ts';
import type { Recorded } from '../../../flows/shared/read-installation.ts';
import type { Listing } from '../../../ports/listing.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment } from '../../config.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import { Amiss } from './amiss.ts';

export type Policed = CatalogAndPolicy;

/** null if it cannot be read, which another check reports */
export type Known = { readonly policed: Policed | null; readonly recorded: Recorded | null };

export function opened<Name extends keyof Ports>(env: Environment, names: readonly Name[]) {
  return configured(() => openPorts(env, names, { log: createLog({ env, usual: 'silent' }) }));
}

export async function withOpened<Name extends keyof Ports, Value>(
  env: Environment,
  names: readonly Name[],
  look: (ports: Pick<Ports, Name>) => Promise<Value>,
): Promise<Value> {
  const { ports, close } = await opened(env, names);
  try {
    return await look(ports);
  } finally {
    await close();
  }
}

/** The check of the configuration lists what is missing; other checks do not repeat it. */
export async function configured<Value>(read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (thrown) {
    if (!isFailure(thrown, 'InvalidInput')) throw thrown;
    const todo = 'Correct the configuration first.';
    throw new Amiss('InvalidInput', 'not tried: its settings are missing or wrong', todo);
  }
}

export function policedOf({ policed }: Known): Policed {
  if (policed !== null) return policed;
  const todo = 'Correct the agents repository first.';
  throw new Amiss('NotFound', 'not tried: no policy can be read', todo);
}

export function whole({ items, partial }: Listing<unknown>, noun: string): string {
  const [first] = partial;
  if (first === undefined) return `${items.length} ${noun} of the fleet`;
  throw new Failure('UnexpectedAnswer', `the ${noun} cannot be listed whole: ${first}`);
}
