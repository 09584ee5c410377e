/**
 * What GitHub gives a run of a pull request from a fork, by default: no variable, no secret, and a
 * token that may only read.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import type { ForJobs } from '../github/job-settings.ts';
import type { JobToken } from './run-job.ts';
import type { ActionsEvent } from './triggers.ts';
import type { Fields } from './workflow.ts';

type Given = {
  settings(): ForJobs;
  tokenFor(permissions: Fields): JobToken;
  idToken(job: never): Readonly<Record<string, string>>;
};

export function isFromFork(event: ActionsEvent): boolean {
  return event.name === 'pull_request' && event.fork !== null;
}

export function forFork<Place extends Given>(place: Place): Place {
  return {
    ...place,
    settings() {
      const environments = [...place.settings().environments];
      return {
        variables: {},
        secrets: {},
        environments: new Map(environments.map(([name, one]) => [name, { ...one, secrets: {} }])),
      };
    },
    tokenFor(permissions) {
      const readOnly = Object.entries(permissions).map(([name, access]) => {
        return [name, access === 'write' ? 'read' : access] as const;
      });
      return place.tokenFor(Object.fromEntries(readOnly));
    },
    idToken: () => ({}),
  };
}
