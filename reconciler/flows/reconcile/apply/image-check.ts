/**
 * Checks, once for each image and run, whether the servers that a plan creates can be made from it:
 * a wrong one would be noticed after the old server of a replacement is gone.
 */
import { asFailure, Failure } from '../../../core/failure.ts';
import { isChangeThat, type KindThat } from '../../../core/fleet/change-kinds.ts';
import type { ObservedImage } from '../../../core/fleet/fleet-resources.ts';
import type { Offer, Offers } from '../../../core/fleet/observed.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { offerOf } from '../../../core/stack/choice.ts';
import { imageMisfit } from '../../../core/stack/prepared-image.ts';
import type { ApplyPorts, Outcome } from './attempt.ts';

type Makes = Change & { kind: KindThat<'makes'> };

/** The outcome of a change whose server cannot be made from its image; null for all others. */
export async function checkImages(
  { cloud }: Pick<ApplyPorts, 'cloud'>,
  changes: readonly Change[],
): Promise<(change: Change) => Outcome | null> {
  const makers = changes.filter((change): change is Makes => isChangeThat(change, 'makes'));
  if (makers.length === 0) return () => null;
  let read: Read;
  try {
    read = await readImages(cloud, makers);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.errorClass === 'bug') throw thrown;
    return (change) => (isChangeThat(change, 'makes') ? { kind: 'deferred', failure } : null);
  }
  const { offers, images } = read;
  return (change) => {
    if (!isChangeThat(change, 'makes')) return null;
    const offer = offerIn(offers, change);
    const { image } = change.choice;
    const { serverType, location } = change.choice;
    const why =
      offer === null
        ? `Hetzner does not list ${serverType} in ${location}`
        : imageMisfit(image, images.get(image) ?? [], offer);
    return why === null ? null : { kind: 'deferred', failure: new Failure('InvalidInput', why) };
  };
}

type Read = {
  readonly offers: Offers;
  readonly images: ReadonlyMap<string, readonly ObservedImage[]>;
};

async function readImages(cloud: ApplyPorts['cloud'], makers: readonly Makes[]): Promise<Read> {
  const images = new Map<string, readonly ObservedImage[]>();
  for (const { choice } of makers)
    if (!images.has(choice.image)) images.set(choice.image, await cloud.images(choice.image));
  return { offers: await cloud.offers(), images };
}

function offerIn(offers: Offers, { choice }: Makes): Offer | null {
  return offerOf(offers, choice.serverType, choice.location);
}
