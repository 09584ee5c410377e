/**
 * Parses a request of the platform, or the arguments of a command line, to a command. All errors
 * are reported at once. `isolate`, `release` and `retire` are for operators only: no request parses to
 * them.
 */
import type { CommandRequest } from '../../../schemas/generated/command.ts';
import { validate } from '../../../schemas/validate.ts';
import { holdsSecret } from '../text/secret-shapes.ts';

type ConfigPatch = Readonly<Record<string, unknown>>;
export type Command = { readonly reason: string | null } & (
  | { readonly command: 'start' | 'stop' | 'retry' | 'restore' | 'cancel' }
  | { readonly command: 'isolate' | 'release' | 'retire' }
  | { readonly command: 'reprovision'; readonly confirmed: boolean }
  | { readonly command: 'region'; readonly region: string; readonly confirmed: boolean }
  | { readonly command: 'config'; readonly config: ConfigPatch }
);
export type CommandName = Command['command'];

/** The confirmation that a deleting command requires. */
export const confirmation = "deletes the agent's data";

export type FieldProblem = { readonly field: string; readonly message: string };
type ParsedCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export function parseCommand(value: unknown): ParsedCommand {
  const checked = validate('command', value);
  if (!checked.ok) {
    const problems = checked.problems.map(({ keys, message }) => ({
      field: keys.join('.'),
      message,
    }));
    return { ok: false, problems: sorted(problems) };
  }
  const request = checked.value;
  const problems = [...strangers(request), ...missing(request), ...secrets(request)];
  if (problems.length > 0) return { ok: false, problems: sorted(problems) };
  return { ok: true, command: commandOf(request) };
}

/** Fields and the only commands that accept them. */
const owners = {
  region: ['region'],
  config: ['config'],
  confirm: ['region', 'reprovision'],
} as const satisfies Partial<Record<keyof CommandRequest, readonly CommandName[]>>;

function strangers(request: CommandRequest): readonly FieldProblem[] {
  return Object.entries(owners).flatMap(([field, commands]) => {
    const given = request[field as keyof typeof owners] !== undefined;
    if (!given || (commands as readonly string[]).includes(request.command)) return [];
    return [{ field, message: `belongs to ${commands.join(' and ')} only` }];
  });
}

function missing(request: CommandRequest): readonly FieldProblem[] {
  const { command } = request;
  if (command !== 'region' && command !== 'config') return [];
  return request[command] === undefined ? [{ field: command, message: 'is missing' }] : [];
}

/** Refuses secrets, because a commit stays in git's history. */
function secrets({ reason = '', config = {} }: CommandRequest): readonly FieldProblem[] {
  const texts = [['reason', reason] as const, ...textsIn(config, ['config'])];
  return texts.flatMap(([field, text]) =>
    holdsSecret(text) ? [{ field, message: secretMessage }] : [],
  );
}

export const secretMessage =
  'looks as if it held a secret, which would stay in git’s history forever';

function textsIn(
  value: unknown,
  keys: readonly string[],
): readonly (readonly [field: string, text: string])[] {
  if (typeof value === 'string') return [[keys.join('.'), value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...keys, key]));
}

function commandOf({ command, region, config, confirm, reason }: CommandRequest): Command {
  const why = oneLine(reason ?? '');
  const common = { reason: why === '' ? null : why };
  const confirmed = confirm === confirmation;
  if (command === 'reprovision') return { ...common, command, confirmed };
  if (command === 'region') return { ...common, command, region: region ?? '', confirmed };
  if (command === 'config') return { ...common, command, config: config ?? {} };
  return { ...common, command };
}

/**
 * Foreign text for a commit message: it cannot begin a line, forge a trailer or move the cursor.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

function sorted(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  const key = ({ field, message }: FieldProblem) => `${field} ${message}`;
  return [...problems].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
