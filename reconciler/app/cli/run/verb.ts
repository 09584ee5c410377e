/** The types of a verb: its input, its result, and how it is added to the program. */
import type { Command } from 'commander';
import type { Environment } from '../../config.ts';
import type { Output } from '../text/output.ts';
import type { ExitCode } from './exit.ts';

export type VerbContext = { readonly env: Environment; readonly out: Output };

/** Options and arguments arrive in one object, by their names. */
type LoadVerb = () => Promise<(context: VerbContext, options: never) => Promise<ExitCode>>;

export type Add = (
  name: string,
  text: { readonly summary: string; readonly more?: string; readonly example: string },
  load: LoadVerb,
) => Command;
