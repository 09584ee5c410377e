/** Runs a command line, from its arguments to its exit code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type ExitCode, endWithError, exitCodes } from './run/exit.ts';
import { createOutput, type Output, type Streams } from './text/output.ts';
import { addVerbs } from './verbs.ts';

export async function runLine(
  args: readonly string[],
  { env, stdout, stderr }: Streams & { readonly env: NodeJS.ProcessEnv },
): Promise<ExitCode> {
  leaveQuietly(stdout);
  const json = args.includes('--json');
  const out = createOutput({ stdout, stderr }, { env, json });
  let code: ExitCode = exitCodes.fine;
  const program = createProgram(out);
  addVerbs(program, (load) => async (options) => {
    try {
      code = await (await load())({ env, out }, options);
    } catch (thrown) {
      code = await endWithError(thrown, { out, env });
    }
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return endWithError(thrown, { out, env });
    if (thrown.exitCode === 0) return exitCodes.fine;
    const said = thrown.code === 'commander.help' ? 'the verb is missing' : thrown.message;
    const message = said.replace(/^error: /, '');
    out.document({ ok: false, error: { reason: 'Usage', message } });
    return exitCodes.usage;
  }
  return args.includes('--exit-zero') ? tolerant(code) : code;
}

/** The verb did its part: that there are changes, or that a person is needed, is no failure. */
function tolerant(code: ExitCode): ExitCode {
  const { changes, attention, fine } = exitCodes;
  return code === changes || code === attention ? fine : code;
}

function createProgram(out: Output): Command {
  return new Command('aura')
    .description(
      'Compares the agents repository with the resources at Hetzner and Tailscale, and changes ' +
        'the resources to match it.',
    )
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .commandsGroup('Help:')
    .helpCommand('help [verb]', 'print the help of a verb')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Run it with --help for its usage.')
    .usage('<verb> [options]')
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({
      outputError: (text, write) =>
        write(out.paint('red', text.replace(/^error: /, 'aura: ').trimEnd()).concat('\n')),
    });
}

/** A verb and its arguments; its own help lists its options. */
function termOf(command: Command): string {
  const names = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...names].join(' ');
}

/** Two places: the sources, and one level deeper the build. */
function versionOf(): string {
  const places = ['../../..', '../../../..'].map((up) =>
    join(import.meta.dirname, up, 'package.json'),
  );
  const file = places.find((place) => existsSync(place));
  const read: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  const known = typeof read === 'object' && read !== null && 'version' in read;
  return known ? String(read.version) : 'unknown';
}

/** Ends without an error if the reader closes the pipe: `aura audit | head`. */
function leaveQuietly(stdout: NodeJS.WriteStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.fine);
  });
}
