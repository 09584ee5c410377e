/** Unreadable content at an agent's path is never overwritten, nor taken for a missing file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { notPlainFile, textOfBytes } from '../../../reconciler/core/agent/file-content.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { idNo } from '../../builders/world.ts';
import { canceled, createIntakeStage } from './intake-stage.ts';

const odd = {
  'a symbolic link': () => notPlainFile.text,
  'a file in Windows-1252': (text: string) =>
    textOfBytes(Buffer.from(text.replace('spec:', 'spec: # Gr\u00f6\u00dfe'), 'latin1')),
} as const;

for (const [what, oddly] of Object.entries(odd))
  describe(`${what} at an agent’s path`, () => {
    it('stays unchanged, whatever Stripe returns, and each event is reported and delivered again', async () => {
      const { world, intake, textOf, commits, eventFor, stripeHas } = createIntakeStage();
      stripeHas(1);
      await intake.handle(eventFor(1));
      const text = oddly(textOf(idNo(1)) ?? '');
      world.git.commit('an unexpected change', { [agentPath(idNo(1))]: text });
      stripeHas(2);
      for (const part of [{}, canceled, { status: 'past_due' as const }]) {
        stripeHas(1, part);
        const events = [intake.handle(eventFor(1)), intake.handle(eventFor(2))];
        const [refused, other] = await Promise.allSettled(events);
        assert.ok(refused?.status === 'rejected' && isFailure(refused.reason, 'InvalidInput'));
        // A person has to repair it: later deliveries cannot.
        assert.equal(refused.reason.errorClass, 'stalled');
        assert.equal(other?.status, 'fulfilled');
      }
      assert.equal(textOf(idNo(1)), text);
      const ofOne = commits().filter(({ paths }) => paths.includes(agentPath(idNo(1))));
      assert.deepEqual(
        ofOne.map(({ author }) => author),
        ['Aura', 'Pat Operator'],
      );
    });
  });
