/** What `simulate` is asked for. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type BehaviourName,
  behaviourNames,
  usualBehaviours,
} from '../../test/simulation/behaviours.ts';
import type { ChurnOptions } from './churn.ts';

export type Options = {
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
  readonly behaviours: ReadonlySet<BehaviourName>;
};
type Parsed =
  | { readonly kind: 'play'; readonly options: Options }
  | { readonly kind: 'churn'; readonly options: ChurnOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const usage = `usage: npm run -s simulate -- --seeds N [--from S] [--with NAMES] [--without NAMES] [--workers N] [--json]
       npm run -s simulate -- --churn [--years N] [--from S] [--limits YAML] [--json]

  --seeds N    how many seeds are played
  --from S     the first one; 1 by default
  --with       behaviours of the world that are played too, by comma; "all" for every one
  --without    behaviours that are left out, by comma; "all" for every one
  --workers N  threads that play; as many as there are cores, at most 2 by default
  --churn      plays years of ordinary churn, and accidents, at fleets of 20 to 10,000 agents
  --years N    how many years of each; 1 by default
  --limits     limits that are other than the policy's defaults, e.g. "burstCount: 10"
  --json       accepted for scripts: the last line is one JSON object in any case
`;

export function parseOptions(args: readonly string[]): Parsed {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string', default: '1' },
        workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        churn: { type: 'boolean', default: false },
        years: { type: 'string', default: '1' },
        limits: { type: 'string', default: '' },
        with: { type: 'string', default: '' },
        without: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.churn) {
      const [years, from] = [wholeNumber('years', values.years), wholeNumber('from', values.from)];
      return { kind: 'churn', options: { years, from, limits: values.limits } };
    }
    if (values.seeds === undefined) return { kind: 'wrong', message: '--seeds is missing' };
    const options = {
      seeds: wholeNumber('seeds', values.seeds),
      from: wholeNumber('from', values.from),
      workers: wholeNumber('workers', values.workers),
      behaviours: behavioursOf(values.with, values.without),
    };
    return { kind: 'play', options };
  } catch (thrown) {
    return { kind: 'wrong', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!/^\d{1,9}$/.test(text) || number < 1)
    throw new Error(`--${name} has to be a whole number from 1 on, and is ${JSON.stringify(text)}`);
  return number;
}

/** What is left out goes first, so that a single one can be played: `--without all --with refLags`. */
function behavioursOf(more: string, less: string): ReadonlySet<BehaviourName> {
  const left = namesOf('without', less);
  return new Set([
    ...[...usualBehaviours()].filter((name) => !left.includes(name)),
    ...namesOf('with', more),
  ]);
}

function namesOf(option: string, text: string): readonly BehaviourName[] {
  if (text === 'all') return behaviourNames;
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !(behaviourNames as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new Error(
      `--${option}: no behaviour ${unknown.join(', ')}, only ${behaviourNames.join(', ')}`,
    );
  return names as readonly BehaviourName[];
}
