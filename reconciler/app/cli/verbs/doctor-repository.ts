/**
 * Checks of `aura doctor --repository`: whether the settings of the agents repository are ready,
 * read with a token that may read them.
 */
import { appPermissions, createAppToken } from '../../../adapters/github/app-token.ts';
import { repositorySettings } from '../../../adapters/github/repository-settings.ts';
import {
  judgeBranch,
  judgeEnvironment,
  judgePermissions,
  judgePush,
  judgeSecrets,
  judgeVariables,
  type Names,
  namesIn,
  type RepositorySettings,
  type Verdict,
} from '../../../core/status/repository-ready.ts';
import { fixedToken } from '../../../ports/forge.ts';
import { tipOf } from '../../../ports/tip.ts';
import { type Environment, readConfig } from '../../config.ts';
import { Amiss, type Check, type Found, Unknown } from './amiss.ts';
import { configured, withOpened } from './doctor-known.ts';

const tokenAdvice =
  'Run it with a token that may read them: GITHUB_TOKEN=$(gh auth token) aura doctor --repository';

export function settingChecks(env: Environment): readonly Check[] {
  let reading: Promise<Seen> | null = null;
  const seen = () => {
    reading ??= readSeen(env);
    return reading;
  };
  const check = (name: string, judge: (seen: Seen) => Verdict): Check => ({
    name,
    look: async () => foundOf(judge(await seen()), tokenAdvice),
  });
  return [
    check('environment', ({ settings }) => judgeEnvironment(settings)),
    check('secrets', ({ settings, names }) => judgeSecrets(settings, names)),
    check('variables', ({ settings, names }) => judgeVariables(settings, names)),
    check('branch main', ({ settings }) => judgeBranch(settings, 'main')),
    check('branch status', ({ settings }) => judgeBranch(settings, 'status')),
    check('App pushes', ({ settings }) => judgePush(settings, appIdIn(env))),
    { name: 'App permissions', look: () => permissions(env) },
  ];
}

type Seen = { readonly settings: RepositorySettings; readonly names: Names };

async function readSeen(env: Environment): Promise<Seen> {
  const { forge } = await configured(() => readConfig(env, ['forge']));
  const { repository, apiUrl, credentials } = forge;
  return withOpened(env, ['state', 'clock'], async ({ state, clock }) => {
    const main = await tipOf({ state }, 'main');
    const files = await main.list('.github/workflows/');
    const texts = await main.readAll(files.map(({ oid }) => oid));
    const token =
      credentials.kind === 'app'
        ? createAppToken({ ...credentials, clock })
        : fixedToken(credentials.kind === 'token' ? credentials.token : '');
    const settings = await repositorySettings({ token, repository, apiUrl, clock });
    return { settings, names: namesIn([...texts.values()]) };
  });
}

const appIdIn = (env: Environment) => env['GITHUB_APP_ID']?.trim() || null;

/** The App itself is asked, whatever token the other checks use. */
async function permissions(env: Environment): Promise<Found> {
  const { GITHUB_TOKEN: _token, GITHUB_TOKEN_FILE: _file, ...asApp } = env;
  const known = 'GITHUB_APP_ID' in asApp && asApp['GITHUB_APP_ID'] !== '';
  const todo = 'Set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, beside GITHUB_TOKEN.';
  if (!known) throw new Unknown('what the App may do is unknown: it is not set', todo);
  const { forge } = await configured(() => readConfig(asApp, ['forge']));
  const { credentials } = forge;
  if (credentials.kind !== 'app') throw new Unknown('what the App may do is unknown', todo);
  return withOpened(env, ['clock'], async ({ clock }) =>
    foundOf(judgePermissions(await appPermissions({ ...credentials, clock })), todo),
  );
}

function foundOf(verdict: Verdict, unknownTodo: string): Found {
  switch (verdict.kind) {
    case 'right':
      return verdict.message;
    case 'unknown':
      throw new Unknown(verdict.message, unknownTodo);
    case 'wrong':
      throw new Amiss('MisconfiguredAccount', verdict.message, verdict.todo);
    default:
      return verdict satisfies never;
  }
}
