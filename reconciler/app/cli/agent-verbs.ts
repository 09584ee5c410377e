/** The verbs that change one agent by a commit, and those that undo a commit or read Stripe again. */
import type { Command } from 'commander';
import type { CommandName } from '../../core/commands/command-request.ts';
import { agentId, commitName, requestKey, subscriptionId, wholeNumber } from './run/arguments.ts';
import type { Add } from './run/verb.ts';

const exampleAgent = 'agt-ebatfk893tq6';

export function addAgentVerbs(add: Add): void {
  const agentVerb = adderOf(add);
  agentVerb('start', { summary: 'switch an agent on' });
  agentVerb('stop', { summary: 'switch an agent off; its data stays' });
  agentVerb('retry', { summary: 'try again to set up an agent that was given up' });
  agentVerb('restore', {
    summary: 'lift the tombstone of an agent',
    more: 'Where its server is gone already, it gets a new one, and its data is gone.',
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
    more: 'All of it goes once the grace of policy.yaml is over; until then `aura restore` keeps it.',
  });
  agentVerb('config', {
    summary: "change an agent's settings",
    more: 'Nothing behind the = removes a setting; secrets are references, never values.',
    flags: ' timezone=Europe/Berlin channels=web,slack secrets.API_KEY=secret://agents/key',
  }).argument('<settings...>', 'key=value, as often as needed');
  agentVerb('retire', {
    summary: 'end an agent, whatever its customer pays',
    more: 'Its VM and data go once the grace of policy.yaml is over. Its subscription goes on.',
    flags: ' --reason "abuse report 4711"',
  });
}

type Text = { readonly summary: string; readonly more?: string; readonly flags?: string };

function adderOf(add: Add): (name: CommandName, text: Text) => Command {
  return (name, { summary, more, flags = '' }) =>
    add(
      name,
      {
        summary,
        ...(more === undefined ? {} : { more }),
        example: `aura ${name} ${exampleAgent}${flags}`,
      },
      async () => (await import('./verbs/agent-command.ts')).agentVerb(name),
    )
      .argument('<agent>', 'id of the agent', agentId)
      .option('--reason <text>', 'why, for readers of the history: no names, no secrets')
      .option('--pr', 'propose it by a pull request instead')
      .option('--request <key>', 'the same key again makes no second commit', requestKey);
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
        'Only what people own comes back, and only where it was not changed since. What was ' +
        'destroyed stays destroyed.',
      example: `aura revert 4f2a91c --agent ${exampleAgent}`,
    },
    async () => (await import('./verbs/revert.ts')).revert,
  )
    .argument('<commit>', 'a commit on main', commitName)
    .requiredOption('--agent <id>', 'the agent', agentId)
    .option('--reason <text>', 'why, for readers of the history: no names, no secrets')
    .option('--pr', 'propose it by a pull request instead');
  add(
    'resync',
    {
      summary: 'compare all subscriptions with all files, and write what differs',
      more: 'Ends with 3 where a person should look, or where it was cut short and has a cursor.',
      example: 'aura resync --dry-run',
    },
    async () => (await import('./verbs/resync.ts')).resyncVerb,
  )
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--max <n>', 'end after so many subscriptions', wholeNumber(1, 10_000_000))
    .option('--after <cursor>', 'go on after this subscription', subscriptionId);
}
