/**
 * Renders answers as JSON. Types, locations and images repeat in every server of a page and are
 * most of its bytes, so their text is rendered once and reused.
 */

const written = new WeakMap<object, string>();

/** Registers a part that never changes, and renders its text. */
export function constant<Part extends object>(part: Part): Part {
  written.set(part, JSON.stringify(part));
  return part;
}

export function writeJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, pieces);
  return pieces.join('');
}

/** Pieces are joined once, because repeated concatenation creates garbage. */
function write(value: unknown, pieces: string[]): void {
  if (typeof value !== 'object' || value === null) {
    pieces.push(JSON.stringify(value) ?? 'null');
    return;
  }
  const text = written.get(value);
  if (text !== undefined) {
    pieces.push(text);
    return;
  }
  if (Array.isArray(value)) {
    pieces.push('[');
    for (let at = 0; at < value.length; at += 1) {
      if (at > 0) pieces.push(',');
      write(value[at], pieces);
    }
    pieces.push(']');
    return;
  }
  let separator = '{';
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    pieces.push(separator, nameText(name));
    write(field, pieces);
    separator = ',';
  }
  pieces.push(separator === '{' ? '{}' : '}');
}

const nameTexts = new Map<string, string>();
const nameTextsMax = 1000;

/** `"name":`; cached, because the same few hundred names repeat in every answer. */
function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (nameTexts.size < nameTextsMax) nameTexts.set(name, text);
  return text;
}
