/** `aura bundle`: copies both branches of the agents repository to the bucket, and back. */
import { writeFile } from 'node:fs/promises';
import { Failure } from '../../../core/failure.ts';
import { backUp, bundlePrefix, bundles } from '../../../flows/backup/back-up.ts';
import { policyOnMain } from '../../../flows/shared/read-catalog.ts';
import type { Ports } from '../../../ports/ports.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';

type BundleOptions = {
  readonly list?: true;
  readonly fetch?: string;
  readonly name?: string;
  readonly fleet?: string;
};

export async function bundle(context: VerbContext, options: BundleOptions): Promise<ExitCode> {
  if (options.name !== undefined && options.fetch === undefined)
    throw new UsageError('--name belongs to --fetch');
  if (options.list === true || options.fetch !== undefined) return lookAt(context, options);
  const { env, out } = context;
  return withPorts(env, ['state', 'archive', 'bundler', 'clock'], async (ports) => {
    const made = await backUp(ports, (await policyOnMain(ports)).fleet);
    out.text(`${made.key}: ${made.bytes} bytes, read back as they were sent.`);
    out.document({ ok: true, ...made });
    return exitCodes.fine;
  });
}

/** Needs no repository, because it is used when that is lost. */
async function lookAt({ env, out }: VerbContext, options: BundleOptions): Promise<ExitCode> {
  return withPorts(env, ['archive'], async (ports) => {
    const { archive } = ports;
    const all = await bundlesOf(archive, options.fleet);
    if (options.fetch === undefined) {
      const lines = all.map(({ key, modified }) => `${key}  ${modified}`);
      out.text(lines.length === 0 ? 'There are no bundles.' : lines.join('\n'));
      out.document({ ok: true, bundles: all });
      return exitCodes.fine;
    }
    const { fetch: file, name } = options;
    const wanted = name === undefined ? all[0] : all.find(({ key }) => key.endsWith(name));
    const content = wanted === undefined ? null : await archive.get(wanted.key);
    if (wanted === undefined || content === null)
      throw new Failure(
        'NotFound',
        `the bucket has no ${name ?? 'bundle'}: \`aura bundle --list\``,
      );
    // It contains ids of customers.
    await writeFile(file, content, { mode: 0o600 });
    out.text(`${wanted.key} is in ${file}.`);
    out.document({ ok: true, key: wanted.key, file, bytes: content.length });
    return exitCodes.fine;
  });
}

async function bundlesOf(archive: Ports['archive'], fleet: string | undefined) {
  if (fleet !== undefined) return bundles(archive, fleet);
  const objects = (await archive.list('')).filter(({ key }) => key.endsWith('.bundle'));
  const fleets = [...new Set(objects.map(({ key }) => key.split('/')[0] ?? ''))];
  const [only = ''] = fleets;
  if (fleets.length > 1)
    throw new UsageError(`the bucket has bundles of ${fleets.sort().join(', ')}: say --fleet`);
  return objects.filter(({ key }) => key.startsWith(bundlePrefix(only))).toReversed();
}
