/** How far a run looks, by the options of its verb. */
import { Option } from 'commander';
import type { Scope } from '../../../flows/reconcile/observe/observe.ts';

export type LookOptions = { readonly everything?: boolean; readonly changed?: boolean };

export function lookOf({ everything, changed }: LookOptions): Scope {
  if (everything === true) return 'everything';
  return changed === true ? 'changed' : 'fleet';
}

export function lookOptions(): readonly Option[] {
  return [
    new Option('--everything', 'look beyond servers too: keys, snapshots, locks, withdrawals'),
    new Option(
      '--changed',
      'look only at agents whose file has changed since they were looked at: after a push',
    ).conflicts('everything'),
  ];
}
