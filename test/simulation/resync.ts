/** Stand-in for intake and the scheduled resync: every file as its subscription asks. */
import { type DesireInput, desire } from '../../reconciler/core/billing/desire.ts';
import { agentPath } from '../../reconciler/core/desired/agent.ts';
import { catalogOf, idNo } from '../builders/world.ts';
import { createFakeRepository } from '../fakes/repository.ts';
import type { FakeWorld } from '../fakes/world.ts';

const catalog = catalogOf();

export async function resync(world: FakeWorld): Promise<void> {
  const repository = createFakeRepository(world.git);
  for (const one of world.stripe.subscriptions.values()) {
    const n = Number(one.id.replace(/\D/g, ''));
    const path = agentPath(idNo(n));
    const text = world.git.text(path);
    const removal = text === null ? await repository.lastRemoval(path) : null;
    const before = removal === null ? null : await repository.textAt(removal.parent, path);
    const input: DesireInput = {
      file: text === null ? null : { path, oid: '', text },
      subscription: one,
      catalog,
      policy: world.policy,
      nowMs: world.time.now(),
      removal: removal === null ? null : { ...removal, text: before },
    };
    const wanted = desire(input);
    if (wanted.kind === 'write')
      world.git.add('main', { subject: wanted.subject, edits: { [path]: wanted.text } });
    if (wanted.kind !== 'restore') continue;
    for (const commit of wanted.commits) {
      const edits = Object.fromEntries(commit.edits.map((one) => [one.path, one.text]));
      world.git.add('main', { ...commit, edits });
    }
  }
}
