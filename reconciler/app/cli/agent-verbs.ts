/** The verbs that change one agent with a commit, revert a commit, or resync with Stripe. */
import { type Command, Option } from 'commander';
import type { CommandName } from '../../core/commands/command-request.ts';
import {
  agentId,
  commitName,
  ipv4,
  moment,
  requestKey,
  subscriptionId,
  wholeNumber,
} from './run/arguments.ts';
import type { Add } from './run/verb.ts';

const exampleAgent = 'agt-ebatfk893tq6';

export function addAgentVerbs(add: Add): void {
  const agentVerb = adderOf(add);
  agentVerb('start', { summary: 'switch an agent on' });
  agentVerb('stop', { summary: 'switch an agent off; its data stays' });
  agentVerb('retry', { summary: 'retry the setup of an agent that failed' });
  agentVerb('restore', {
    summary: 'remove the tombstone of an agent',
    more: 'If its server is destroyed already, a new one is created, without its data.',
  });
  confirmed(
    agentVerb('reprovision', {
      summary: "give an agent a fresh VM; deletes the agent's data",
      flags: ` --confirm "deletes the agent's data"`,
    }),
  );
  confirmed(
    agentVerb('region', {
      summary: "move an agent to another region; deletes the agent's data",
      flags: ` us-east --confirm "deletes the agent's data"`,
    }).argument('<region>', 'a region of catalog.yaml'),
  );
  agentVerb('cancel', {
    summary: 'end an agent for its customer: its VM, its data and its subscription',
    more: 'They end after the grace period of policy.yaml; until then `aura restore` keeps them.',
  });
  agentVerb('config', {
    summary: "change an agent's settings",
    more: 'An empty value removes a setting; secrets are references, never values.',
    flags: ' timezone=Europe/Berlin channels=web,slack secrets.API_KEY=secret://agents/key',
  }).argument('<settings...>', 'one or more of key=value');
  addIsolate(add);
  agentVerb('release', { summary: 'end the isolation of an agent' });
  agentVerb('retire', {
    summary: 'end an agent, even if its customer pays',
    more: 'Its VM and data end after the grace period of policy.yaml. Its subscription continues.',
    flags: ' --reason "abuse report 4711"',
  });
}

function addIsolate(add: Add): void {
  const verb = add(
    'isolate',
    {
      summary: 'let an agent reach nothing, and nothing in the tailnet reach it; its data stays',
      more: 'It is neither changed nor deleted until `aura release`, so that evidence stays.',
      example: 'aura isolate --address 198.18.0.1 --reason "abuse report 4711"',
    },
    async () => (await import('./verbs/isolate.ts')).isolate,
  )
    .argument('[agent]', 'id of the agent', agentId)
    .option('--address <ip>', 'instead: the agent whose server has that IPv4 address', ipv4)
    .option('--at <time>', 'with --address: the agent whose server had it then', moment);
  commonOptions(verb);
}

type Text = { readonly summary: string; readonly more?: string; readonly flags?: string };

function adderOf(add: Add): (name: CommandName, text: Text) => Command {
  return (name, { summary, more, flags = '' }) =>
    commonOptions(
      add(
        name,
        {
          summary,
          ...(more === undefined ? {} : { more }),
          example: `aura ${name} ${exampleAgent}${flags}`,
        },
        async () => (await import('./verbs/agent-command.ts')).agentVerb(name),
      ).argument('<agent>', 'id of the agent', agentId),
    );
}

function commonOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for readers of the history: no names, no secrets')
    .option('--pr', 'open a pull request instead')
    .option('--request <key>', 'a repeated key makes no second commit', requestKey);
}

function confirmed(command: Command): Command {
  return command.option('--confirm <text>', "must be: deletes the agent's data");
}

export function addHistoryVerbs(add: Add): void {
  add(
    'revert',
    {
      summary: 'undo what one commit did to one agent',
      more:
        'Reverts only fields that people own and that were not changed since. What was ' +
        'destroyed stays destroyed.',
      example: `aura revert 4f2a91c --agent ${exampleAgent}`,
    },
    async () => (await import('./verbs/revert.ts')).revert,
  )
    .argument('<commit>', 'a commit on main', commitName)
    .requiredOption('--agent <id>', 'the agent', agentId)
    .option('--reason <text>', 'why, for readers of the history: no names, no secrets')
    .option('--pr', 'open a pull request instead');
  add(
    'resync',
    {
      summary: 'compare all subscriptions with all files, and write what differs',
      more: 'Exits with 3 if something needs attention, or if it ended early and has a cursor.',
      example: 'aura resync --dry-run',
    },
    async () => (await import('./verbs/resync.ts')).resyncVerb,
  )
    .option('--dry-run', 'show what would be written, and write nothing')
    .addOption(
      new Option(
        '--due',
        'only if the last one that read everything is two hours old, or catalog or policy changed',
      ).conflicts(['dryRun', 'max', 'after']),
    )
    .option('--max <n>', 'end after this many subscriptions', wholeNumber(1, 10_000_000))
    .option('--after <cursor>', 'continue after this subscription', subscriptionId);
}
