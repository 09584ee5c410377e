/**
 * Answers as JSON. What a type, a place or an image is stands in every server of a page, and is
 * most of its bytes: such parts are written once and copied after that.
 */

const written = new WeakMap<object, string>();

/** Flags a part that never changes; its text is made now. */
export function constant<Part extends object>(part: Part): Part {
  written.set(part, JSON.stringify(part));
  return part;
}

export function writeJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, pieces);
  return pieces.join('');
}

/** Pieces that are joined once: adding up strings leaves a piece of garbage at each step. */
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

/** `"name":`; the same few hundred stand in every answer. */
function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (nameTexts.size < nameTextsMax) nameTexts.set(name, text);
  return text;
}
