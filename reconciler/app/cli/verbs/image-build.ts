/** `aura image build`: makes a prepared image, and proposes it for the catalog. */
import { impossible } from '../../../core/failure.ts';
import {
  buildImage,
  type ImageBuilt,
  imagePortNames,
} from '../../../flows/reconcile/image/build-image.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import { plain } from '../text/output.ts';

export async function imageBuild(
  { env, out }: VerbContext,
  { base }: { readonly base?: string },
): Promise<ExitCode> {
  const run = ownRun(env);
  return withEffects({ env, out }, imagePortNames, async ({ ports, interruption }) => {
    const built = await buildImage(ports, {
      run,
      base: base ?? null,
      onStep: (step, about) => out.note(plain(`${step}: ${about}`)),
    });
    const { kind, ...more } = built;
    const done = kind === 'refused' ? exitCodes.attention : exitCodes.fine;
    const code = interruption.code(done);
    out.text(plain(textOf(built)));
    out.document({ ok: code === exitCodes.fine, outcome: kind, ...more });
    return code;
  });
}

function textOf(built: ImageBuilt): string {
  switch (built.kind) {
    case 'refused':
      return `No image was built: ${built.message}.`;
    case 'built':
    case 'reused': {
      const { kind, image, contents, proposal } = built;
      const what =
        kind === 'built' ? `Image ${image} was built` : `Image ${image} exists with this content`;
      const then =
        proposal === null
          ? 'The catalog names it already.'
          : `Proposed for the catalog: ${proposal}`;
      return `${what}: ${contents}.\n${then}`;
    }
    default:
      return impossible(built);
  }
}
