/** Converts the options of a verb to the scope of its reading. */
import { Option } from 'commander';
import type { Scope } from '../../../flows/reconcile/observe/scope.ts';

export type LookOptions = { readonly everything?: boolean; readonly changed?: boolean };

export function lookOf({ everything, changed }: LookOptions): Scope {
  if (everything === true) return 'everything';
  return changed === true ? 'changed' : 'fleet';
}

export function lookOptions(): readonly Option[] {
  return [
    new Option('--everything', 'read more than servers: also keys, snapshots, locks, withdrawals'),
    new Option(
      '--changed',
      'read only agents whose file has changed since they were last read: after a push',
    ).conflicts('everything'),
  ];
}
