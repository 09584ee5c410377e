/** The words of an agent's page: a headline for each phase, its tone, and the names of the steps. */
import type { AgentStatusView } from '../../../core/status/agent-status.ts';

type Phase = AgentStatusView['phase'];
/** The class of the label's colour. */
type Tone = 'good' | 'work' | 'warn' | 'bad' | 'idle';

export const words: Readonly<
  Record<Phase, { readonly tone: Tone; readonly label: string; readonly headline: string }>
> = {
  queued: { tone: 'work', label: 'Queued', headline: 'Your agent is about to be set up' },
  creating: { tone: 'work', label: 'Setting up', headline: 'Your agent is being set up' },
  configuring: { tone: 'work', label: 'Setting up', headline: 'Your agent is being set up' },
  joining: { tone: 'work', label: 'Setting up', headline: 'Your agent is almost ready' },
  running: { tone: 'good', label: 'Running', headline: 'Up and running' },
  updating: { tone: 'work', label: 'Updating', headline: 'Your agent is being updated' },
  stopping: { tone: 'work', label: 'Stopping', headline: 'Your agent is being switched off' },
  stopped: { tone: 'idle', label: 'Stopped', headline: 'Your agent is switched off' },
  suspended: { tone: 'warn', label: 'Suspended', headline: 'Your agent is suspended' },
  retiring: { tone: 'warn', label: 'Ending', headline: 'Your agent is being removed' },
  retired: { tone: 'idle', label: 'Removed', headline: 'Your agent has been removed' },
  failed: { tone: 'bad', label: 'Failed', headline: 'Your agent could not be set up' },
  frozen: { tone: 'warn', label: 'On hold', headline: 'Your agent needs our attention' },
};

type StepName = AgentStatusView['steps'][number]['name'];

export const stepNames: Readonly<Record<StepName, string>> = {
  queued: 'Queued',
  'creating server': 'Creating server',
  configuring: 'Configuring',
  'joining network': 'Joining network',
  running: 'Running',
};

export const stepStates = {
  done: 'Done',
  current: 'In progress',
  waiting: 'Not yet',
  failed: 'Did not work',
} as const;
