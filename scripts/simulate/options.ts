/** What `simulate` is asked for. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export type Options = {
  readonly seeds: number;
  readonly from: number;
  readonly workers: number;
};
export type Parsed =
  | { readonly kind: 'play'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const usage = `usage: npm run -s simulate -- --seeds N [--from S] [--workers N] [--json]

  --seeds N    how many seeds are played
  --from S     the first one; 1 unless told
  --workers N  threads that play; as many as there are cores, at most 2, unless told
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
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.seeds === undefined) return { kind: 'wrong', message: '--seeds is missing' };
    const options = {
      seeds: wholeNumber('seeds', values.seeds),
      from: wholeNumber('from', values.from),
      workers: wholeNumber('workers', values.workers),
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
