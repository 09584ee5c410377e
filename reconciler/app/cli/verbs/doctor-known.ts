/** What the doctor's checks have found out already, and how each of them opens what it looks at. */

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

/** null where it cannot be read, which was said already. */
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

/** What is missing from the environment was listed already: it is not said for each check again. */
export async function configured<Value>(read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (thrown) {
    if (!isFailure(thrown, 'InvalidInput')) throw thrown;
    const todo = 'Put the configuration right first.';
    throw new Amiss('InvalidInput', 'not tried: its settings are missing or wrong', todo);
  }
}

export function policedOf({ policed }: Known): Policed {
  if (policed !== null) return policed;
  const todo = 'Put the agents repository right first.';
  throw new Amiss('NotFound', 'not tried: no policy can be read', todo);
}

export function whole({ items, partial }: Listing<unknown>, noun: string): string {
  const [first] = partial;
  if (first === undefined) return `${items.length} ${noun} of the fleet`;
  throw new Failure('UnexpectedAnswer', `the ${noun} cannot be listed whole: ${first}`);
}
