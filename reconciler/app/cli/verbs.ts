/**
 * Defines every verb with its options, its help and an example. The file of a verb's name
 * implements it, and is loaded only when the verb runs.
 */

import { Argument, type Command } from 'commander';
import { addAgentVerbs, addHistoryVerbs } from './agent-verbs.ts';
import { addLookingVerbs } from './looking-verbs.ts';
import { addExplainingVerbs, addRecoveryVerbs, addStatusRebuild } from './recovery-verbs.ts';
import { agentId, factor, httpUrl, shardOf, wholeNumber } from './run/arguments.ts';
import type { ExitCode } from './run/exit.ts';
import { lookOptions } from './run/look.ts';
import type { Add, VerbContext } from './run/verb.ts';

type Runner = (
  load: () => Promise<(context: VerbContext, options: object) => Promise<ExitCode>>,
) => (options: object) => Promise<void>;

export function addVerbs(program: Command, runner: Runner): void {
  addReconciling(adderTo(program, runner, 'Reconcile the fleet:'));
  const status = addLookingVerbs(adderTo(program, runner, 'Look:'));
  addStatusRebuild(adderTo(status.helpCommand(false), runner, 'Recover:'));
  addExplainingVerbs(adderTo(program, runner, 'Look:'));
  addOperating(adderTo(program, runner, 'Operate:'));
  addImageBuild(adderTo(imageVerb(program), runner, 'Operate:'));
  addRecoveryVerbs(adderTo(program, runner, 'Recover:'));
  addHistoryVerbs(adderTo(program, runner, 'Operate:'));
  addAgentVerbs(adderTo(program, runner, 'Change one agent, by a commit:'));
  addServing(adderTo(program, runner, 'Run a service:'));
}

function addReconciling(add: Add): void {
  const plan = add(
    'plan',
    {
      summary: 'show what would be changed, and change nothing',
      more:
        'Exits with 0 if there are no changes, 2 if there are changes, 3 if something needs ' +
        'attention.',
      example: 'aura plan --out plan.json',
    },
    async () => (await import('./verbs/plan.ts')).plan,
  )
    .option('--out <file>', 'write the plan to this file, for apply and finalize')
    .option('--deep-check', 'let Terraform read the agents whose deep check is due, as a run does');
  add(
    'apply',
    {
      summary: 'apply a plan, or a part of it',
      example: 'aura apply --plan plan.json --shard 1/8',
    },
    async () => (await import('./verbs/apply.ts')).apply,
  )
    .requiredOption('--plan <file>', 'the plan that `aura plan --out` wrote')
    .option('--shard <i/n>', 'only the i-th of n parts of its agents', shardOf)
    .option('--agent <id>', 'only this agent', agentId)
    .option('--fleet', 'only the stack that the fleet shares');
  add(
    'finalize',
    {
      summary: 'record the findings of a plan: status, tombstones, orphans',
      example: 'aura finalize --plan plan.json',
    },
    async () => (await import('./verbs/finalize.ts')).finalizeVerb,
  ).requiredOption('--plan <file>', 'the plan that `aura plan --out` wrote');
  const reconcile = add(
    'reconcile',
    { summary: 'plan, apply and finalize in one process', example: 'aura reconcile' },
    async () => (await import('./verbs/reconcile.ts')).reconcileVerb,
  );
  for (const verb of [plan, reconcile]) for (const option of lookOptions()) verb.addOption(option);
}

function addOperating(add: Add): void {
  add(
    'link',
    {
      summary: "make a link to an agent's status",
      example: 'aura link agt-ebatfk893tq6 --days 7',
    },
    async () => (await import('./verbs/link.ts')).link,
  )
    .argument('<agent>', 'id of the agent', agentId)
    .option('--days <n>', 'how long it is valid', wholeNumber(1, 365), 30);
  add(
    'init',
    {
      summary: "make a new agents repository in a folder, or create the fleet's shared stack",
      more:
        'With a folder: writes the template there, as a git repository with one commit, and needs ' +
        'no account. Without one: creates the shared stack and the status branch of the configured ' +
        'fleet, if they are missing.',
      example:
        'aura init ../agents --fleet acme --stripe-account acct_1Px… --owners @acme/operators',
    },
    async () => (await import('./verbs/init.ts')).init,
  )
    .argument('[folder]', 'a new or empty folder for the agents repository')
    .option('--fleet <name>', 'with a folder: the name of the fleet, which never changes')
    .option('--stripe-account <id>', 'with a folder: the Stripe account')
    .option('--live', "with a folder: Stripe's live mode instead of test mode")
    .option('--owners <names>', 'with a folder: who reviews what concerns the whole fleet')
    .option('--destroy', 'destroy the shared stack; refused while servers exist')
    .option(
      '--recover',
      'import the shared stack into Terraform again, if its state is wrong or lost',
    )
    .option(
      '--accept-project',
      'with --recover: accept the project although both firewalls are missing and no server is recorded',
    );
  add(
    'halt',
    {
      summary: 'stop every effect of the fleet at once; commits and status continue',
      example: 'aura halt "Hetzner reports trouble in fsn1"',
    },
    async () => (await import('./verbs/halt.ts')).halt,
  ).argument('<reason>', 'why; shown wherever the stop is reported');
  add(
    'resume',
    { summary: 'lift the stop', example: 'aura resume' },
    async () => (await import('./verbs/resume.ts')).resume,
  );
  add(
    'ssh-ca',
    {
      summary: 'make an SSH user CA, and propose its public half for policy.yaml',
      more:
        'Prints the private half once, to stdout: it is the next AURA_SSH_CA_KEY. The public ' +
        'half is proposed by a pull request, which an open one is replaced by.',
      example: 'aura ssh-ca new > next-ca',
    },
    async () => (await import('./verbs/ssh-ca.ts')).sshCa,
  ).addArgument(new Argument('<action>', 'what to do').choices(['new']));
}

function addServing(add: Add): void {
  add(
    'serve',
    {
      summary: "receive Stripe's events and serve the agents' status",
      example: 'aura serve --host 0.0.0.0 --port 8080',
    },
    async () => (await import('./verbs/serve.ts')).serve,
  )
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1');
  add(
    'cloud',
    {
      summary: 'run a local Hetzner, Tailscale, Stripe, GitHub, S3 and mail, for trying things out',
      more:
        'Prints one line of JSON with all addresses and the environment that other verbs ' +
        'need.',
      example: 'aura cloud --seed 7 --rate 20 --webhook http://127.0.0.1:8080/webhooks/stripe',
    },
    async () => (await import('./verbs/cloud.ts')).cloud,
  )
    .option('--port <n>', 'port of its control; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--seed <n>', 'seed of ids and addresses', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--rate <n>', 'how many times faster its clock runs', factor, 1)
    .option('--webhook <url>', "URL that receives Stripe's events", httpUrl)
    .option('--actions', 'run the workflows of the agents repository, as GitHub does')
    .option('--hosts', 'servers are real machines: needs Linux and root')
    .option('--install', 'with --hosts: install the packages that are missing');
}

/** Has subcommands only. */
function imageVerb(program: Command): Command {
  return program
    .command('image')
    .helpGroup('Operate:')
    .summary('prepare an image that new servers are made from')
    .description('Prepare an image that new servers are made from.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ aura image build')
    .helpCommand(false);
}

function addImageBuild(add: Add): void {
  add(
    'build',
    {
      summary: 'build an image with the software of a host, and propose it for the catalog',
      more:
        'Buys a server for some minutes, within the limits. An image with the same content is ' +
        'used instead. Exits with 3 if a limit refuses it.',
      example: 'aura image build',
    },
    async () => (await import('./verbs/image-build.ts')).imageBuild,
  ).option('--base <image>', "the image to begin with, instead of the catalog's");
}

function adderTo(program: Command, runner: Runner, group: string): Add {
  return (name, { summary, more, example }, load) => {
    // A verb's type matches the options as their functions parse them.
    const run = runner(load as Parameters<Runner>[0]);
    return program
      .command(name)
      .helpGroup(group)
      .summary(summary)
      .description([sentence(summary), more].filter((part) => part !== undefined).join(' '))
      .option('--json', 'print one JSON document')
      .option('--exit-zero', 'exit with 0 instead of 2 or 3')
      .addHelpText('after', `\nExample:\n  $ ${example}`)
      .action(async (...given) => {
        const command = given.at(-1) as Command;
        const named = command.registeredArguments.map((argument, place): [string, unknown] => [
          argument.name(),
          given[place],
        ]);
        await run({ ...command.opts(), ...Object.fromEntries(named) });
      });
  };
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
