/** Proposes an image for the catalog, by a pull request that changes this one field. */
import { editYaml } from '../../../core/agent/yaml-edit.ts';
import { markdownText } from '../../../core/text/markdown.ts';
import type { Ports } from '../../../ports/ports.ts';
import { proposeOne } from '../../commands/write-one.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';

const head = 'aura/image';
const catalogPath = 'catalog.yaml';

type Image = {
  /** of the snapshot */
  readonly id: string;
  readonly base: string;
  /** what is installed */
  readonly contents: string;
};

/** The URL of the pull request; null where the catalog names the image already. */
export async function proposeImage(
  ports: Pick<Ports, 'state' | 'clock' | 'forge'>,
  { id, base, contents }: Image,
): Promise<string | null> {
  const written = await proposeOne(ports, head, async (main) => {
    const { catalog } = await readCatalogAndPolicy(main);
    const text = (await main.read(catalogPath))?.text ?? '';
    if (catalog.image === id) return { kind: 'unchanged', why: 'the catalog names it already' };
    const edited = editYaml(text, () => [{ path: ['image'], value: id }]);
    const draft = {
      subject: `Make new servers from image ${id}`,
      body: bodyOf({ before: catalog.image, base, contents }),
      trailers: [['Aura-Cause', 'image']] as const,
      edits: [{ path: catalogPath, text: edited }],
    };
    return { kind: 'write', draft, lost: null, notes: [] };
  });
  return written.kind === 'proposed' ? written.url : null;
}

function bodyOf({
  before,
  base,
  contents,
}: {
  readonly before: string;
  readonly base: string;
  readonly contents: string;
}): string {
  return [
    `A snapshot of ${base} with the software of a host, instead of image ${before}:`,
    '',
    ...contents.split(', ').map((part) => `- ${markdownText(part)}`),
    '',
    'It applies to new revisions. Servers that exist keep the image that they were made from.',
  ].join('\n');
}
