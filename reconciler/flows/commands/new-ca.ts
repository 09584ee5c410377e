/**
 * Proposes the public half of a new SSH user CA for `policy.yaml`. Where the policy names none yet,
 * the CA that hosts trust now is named too: without it no run could reach a host any more.
 */

import { explainProblems } from '../../core/agent/document.ts';
import { type Policy, parsePolicy } from '../../core/agent/policy.ts';
import { editYaml } from '../../core/agent/yaml-edit.ts';
import { Failure } from '../../core/failure.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import { withoutComment } from '../../core/fleet/user-ca.ts';
import { isoOf } from '../../core/text/time.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { type Decide, proposeOne } from './write-one.ts';

type CaPorts = Pick<Ports, 'state' | 'journal' | 'clock' | 'forge'>;
type NewCa = {
  /** public half of the new CA */
  readonly made: string;
  /** that of AURA_SSH_CA_KEY; null if it is not set */
  readonly own: string | null;
};

const path = 'policy.yaml';
const head = 'aura/ssh-ca';

/** The URL of the pull request. */
export async function proposeCa(ports: CaPorts, asked: NewCa): Promise<string> {
  const since = isoOf(ports.clock.now());
  const decide: Decide = async (main) => {
    const { policy } = await readCatalogAndPolicy(main);
    const text = (await main.read(path))?.text ?? '';
    const earlier = policy.ssh.ca.length > 0 ? [] : await trustedNow(ports, asked.own);
    const added = [...earlier, asked.made].map((key) => ({
      publicKey: withoutComment(key),
      since,
    }));
    const edited = withCas(text, [...policy.ssh.ca, ...added]);
    const draft = {
      subject: 'Name a new SSH user CA',
      body: bodyOf(added.length > 1),
      trailers: [['Aura-Cause', 'ssh-ca'] as const],
      edits: [{ path, text: edited }],
    };
    return { kind: 'write', draft, lost: null, notes: [] };
  };
  const written = await proposeOne(ports, head, decide);
  if (written.kind === 'proposed') return written.url;
  throw new Failure('Bug', `a new CA was ${written.kind} instead of proposed`);
}

/** The CA of this process. Throws where hosts exist whose CA is not known here. */
async function trustedNow({ journal }: CaPorts, own: string | null): Promise<readonly string[]> {
  if (own !== null) return [own];
  const { records } = await journal.read();
  if (readableRecords(records).every(({ server }) => server === undefined)) return [];
  const message =
    'servers exist and policy.yaml names no CA: set AURA_SSH_CA_KEY to the CA that they trust, so that it is named too';
  throw new Failure('InvalidInput', message);
}

function withCas(text: string, ca: Policy['ssh']['ca']): string {
  const edited = editYaml<{ ssh?: object }>(text, ({ ssh }) => [
    ssh === undefined ? { path: ['ssh'], value: { ca } } : { path: ['ssh', 'ca'], value: ca },
  ]);
  const parsed = parsePolicy(edited);
  if (!parsed.ok) throw new Failure('InvalidInput', explainProblems(parsed.problems));
  return edited;
}

function bodyOf(namesOwn: boolean): string {
  const own = namesOwn
    ? '\n\nThe first key is the CA in use. Its age is not known here: correct `since` if you know it.'
    : '';
  return `Once this is merged, runs configure every host to accept certificates of the new CA too. Then set AURA_SSH_CA_KEY to its private half, and remove the old entry. See docs/runbooks/rotate-the-ssh-ca.md.${own}`;
}
