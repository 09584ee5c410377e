/** The verbs that look at the fleet and at its settings. */
import type { Command } from 'commander';
import { agentId, listed, phasesListed, wholeNumber } from './run/arguments.ts';
import type { Add } from './run/verb.ts';

/** Returns `status`, which has a subcommand. */
export function addLookingVerbs(add: Add): Command {
  const status = add(
    'status',
    {
      summary: 'show all agents, or one in detail',
      more:
        'Each filter takes several values, separated by commas. The table fits the terminal, or ' +
        '80 columns; the details of an agent are never cut.',
      example: 'aura status --region eu-central --phase failed,frozen',
    },
    async () => (await import('./verbs/status.ts')).status,
  )
    .argument('[agent]', 'id of the agent', agentId)
    .option('--region <names>', 'only agents of these regions', listed)
    .option('--plan <names>', 'only agents of these plans', listed)
    .option('--phase <phases>', 'only agents in these phases', phasesListed)
    .option('--condition <names>', 'only agents with a condition of this type or reason', listed)
    .option('--watch', 'show it again every 5 seconds');
  add(
    'validate',
    {
      summary: 'check a checked-out agents repository, without any account or network',
      more: 'With --pull-request: comments on what merging it changes, by the records alone.',
      example: 'aura validate ../agents',
    },
    async () => (await import('./verbs/validate.ts')).validateVerb,
  )
    .argument('[path]', 'folder of the repository', '.')
    .option('--pull-request <n>', 'check this pull request instead', wholeNumber(1, 1e9))
    .option('--report <file>', 'with --pull-request: write the whole text to this file');
  add(
    'doctor',
    {
      summary: 'check configuration, credentials, tools and the stop, and show what to do',
      example: 'aura doctor',
    },
    async () => (await import('./verbs/doctor.ts')).doctor,
  )
    .option('--read-only', 'also check that the credentials cannot write, as for the service')
    .option('--repository', "also check the repository's settings, with an administrator's token");
  return status;
}
