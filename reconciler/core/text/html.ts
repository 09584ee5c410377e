/** HTML from templates: every value is escaped, unless it was made by a template itself. */

/** Made by `html` or `trusted` only. */
export type Html = { readonly markup: string };
type Value = Html | string | number | null | readonly Html[];

export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = texts.map(
    (text, place) => text + (place < values.length ? shown(values[place] ?? null) : ''),
  );
  return { markup: parts.join('') };
}

/** A constant of ours, such as a stylesheet. Never text from elsewhere. */
export function trusted(markup: string): Html {
  return { markup };
}

function shown(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
