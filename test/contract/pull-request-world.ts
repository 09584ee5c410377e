/**
 * An agents repository at GitHub with two agents that run, and pull requests on it. The ports are those
 * of the workflow that checks them, with the token that GitHub gives it.
 */
import { stringify } from 'yaml';
import { startGitServer } from '../../local-cloud/git-server.ts';
import { createRepository } from '../../reconciler/adapters/git/repository.ts';
import { createAppToken } from '../../reconciler/adapters/github/app-token.ts';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { createJournal } from '../../reconciler/adapters/journal/journal.ts';
import { createAgentFiles } from '../../reconciler/adapters/parse-cache/agent-files.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { policyExample } from '../../reconciler/core/agent/policy.ts';
import {
  fleetPath,
  newFleetRecord,
  renderFleetRecord,
  withPrices,
} from '../../reconciler/core/fleet/fleet-record.ts';
import { priceListOf } from '../../reconciler/core/fleet/price-list.ts';
import { renderRecord } from '../../reconciler/core/fleet/record-file.ts';
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';
import { agentNo, at, catalogText, idNo, nowMs, offers, recordNo } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { clockOf } from './github-clock.ts';

type Files = Readonly<Record<string, string>>;

export const path = (n: number) => agentPath(idNo(n));

export function textNo(n: number, spec: Parameters<typeof agentNo>[1] = {}): string {
  return stringify(agentNo(n, spec));
}

export const usualFiles: Files = {
  'catalog.yaml': catalogText,
  'policy.yaml': policyExample,
  [path(1)]: textNo(1),
  [path(2)]: textNo(2),
};

export function without(files: Files, ...paths: readonly string[]): Files {
  return Object.fromEntries(Object.entries(files).filter(([one]) => !paths.includes(one)));
}

function statusFiles(records: readonly AgentRecord[], priced: boolean): Files {
  const prices = priceListOf(offers);
  const bare = newFleetRecord({ firewalls: { base: '901', bootstrap: '902', isolation: '903' } });
  const fleet = prices === null || !priced ? bare : withPrices(bare, { prices, at: at(-300) });
  const known = records.map((record) => [agentPath(record.name as never), renderRecord(record)]);
  return { [fleetPath]: renderFleetRecord(fleet), ...Object.fromEntries(known) };
}

export async function startPullRequestWorld(
  options: { readonly records?: readonly AgentRecord[]; readonly priced?: boolean } = {},
) {
  const world = await startGithubWorld({ startMs: nowMs });
  const { repository, github, faults, ledger } = world;
  const server = await startGitServer({
    root: world.root,
    repositories: new Map([['aura/agents', repository]]),
    ledger,
    faults,
  });
  const { records = [recordNo(1), recordNo(2)], priced = true } = options;
  await commitFiles(repository, 'status', statusFiles(records, priced));
  await commitFiles(repository, 'main', usualFiles);
  // The token of a workflow is one of the App `github-actions`.
  const app = github.installApp({
    slug: 'github-actions',
    permissions: { contents: 'read', pull_requests: 'write' },
  });
  const clock = clockOf(world);
  const login = { appId: String(app.id), privateKey: app.privateKey, clock };
  const at = { repository: 'aura/agents', apiUrl: world.url };
  const token = createAppToken({ ...login, ...at });
  const state = createRepository({
    url: server.repositoryUrl('aura/agents'),
    token: null,
    folder: null,
    author: { name: 'Aura', email: 'aura@example.com' },
    clock,
  });
  const kept = { folder: null, version: '' };
  const log = createFakeLog([]);
  const forge = createGithubForge({ ...at, token, clock });
  const journal = createJournal({ state, clock, log, kept });
  let branches = 0;
  return {
    ...world,
    ports: { state, files: createAgentFiles(kept), journal, forge, clock },
    gitUrl: server.repositoryUrl('aura/agents'),
    workflowToken: () => token.token(),
    /** Opens a pull request that leaves these files; its number. */
    async propose(files: Files, fork: string | null = null): Promise<number> {
      branches += 1;
      const name = `change-${branches}`;
      await commitFiles(repository, name, files, 'main');
      if (fork !== null) {
        await repository.git(['update-ref', `refs/forks/${fork}/${name}`, `refs/heads/${name}`]);
        await repository.git(['update-ref', '-d', `refs/heads/${name}`]);
        await repository.noticeChanges();
      }
      const head = fork === null ? name : `${fork}:${name}`;
      const repo = { owner: 'aura', repo: 'agents' };
      const asked = { ...repo, head, base: 'main', title: name };
      return (await world.operator.rest.pulls.create(asked)).data.number;
    },
    async comments(number: number) {
      const query = { owner: 'aura', repo: 'agents', issue_number: number };
      return (await world.operator.rest.issues.listComments(query)).data;
    },
    async close() {
      await state.close();
      await server.close();
      await world.close();
    },
  };
}
