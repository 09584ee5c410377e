/**
 * Explains Hetzner's `uniqueness_error`: a stack would create a resource that exists already. The
 * error itself names neither the resource nor its likely causes.
 */
import { impossible } from '../failure.ts';
import { sharedNames } from './shared-stack.ts';
import { type StackSpec, serverAddress } from './stack-spec.ts';

/** @param address Terraform's address of the refused resource; null if unknown */
export function takenMessage(spec: StackSpec, address: string | null): string {
  const name = address === null ? undefined : namesIn(spec).get(address);
  const what =
    name === undefined ? (address ?? 'a resource of this stack') : `${name} (${address})`;
  return (
    `${what} exists already in this Hetzner project, or something else there has its name or key, and ` +
    'the Terraform state does not know it: another run may have made it, or HCLOUD_TOKEN may be, or ' +
    'have been, the token of another project'
  );
}

function namesIn(spec: StackSpec): ReadonlyMap<string, string> {
  switch (spec.kind) {
    case 'agent':
      return new Map([[serverAddress, spec.server.name]]);
    case 'fleet':
      return sharedNames(spec);
    case 'empty':
      return new Map();
    default:
      return impossible(spec);
  }
}
