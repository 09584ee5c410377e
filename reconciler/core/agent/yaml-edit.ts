/**
 * Edits of a YAML text that leave every byte as it was which they need not change: comments, blanks,
 * line ends, quotes, the order of keys. Each is a splice at the place that the parser names. Whether
 * the result says what was asked for is checked, and where it does not (a form that is not foreseen
 * here), the whole is rewritten, which loses blanks and keeps comments.
 */
import { type Document, parseDocument } from 'yaml';
import { Failure } from '../failure.ts';
import { canonicalJson } from './digest.ts';
import { differs, spliced, splicesOf, style, type YamlEdit } from './yaml-splices.ts';

export type { YamlEdit };

/**
 * Throws `Bug` where the text is no YAML, or has no map where the path leads.
 *
 * @param editsOf is given what the text says now
 */
export function editYaml<Value>(
  text: string,
  editsOf: (value: Value) => readonly YamlEdit[],
): string {
  const document = parsed(text);
  // Of several about one key the last counts.
  const asked = new Map(
    editsOf(document.toJS() as Value).map((edit) => [edit.path.join('/'), edit]),
  );
  const edits = [...asked.values()].filter((edit) => differs(document, edit));
  if (edits.length === 0) return text;
  // All at once, which is right where none is in another's way; else one after the other.
  const splices = () => edits.flatMap((edit) => splicesOf(text, edit, document));
  const atOnce = orNull(() => spliced(text, splices()));
  const wanted = wantedJson(document, edits);
  if (atOnce !== null && says(atOnce, wanted)) return atOnce;
  const inTurn = orNull(() => splicedInTurn(text, edits));
  return inTurn !== null && says(inTurn, wanted) ? inTurn : document.toString(style);
}

/** null where a part of the text has no place that is known. */
function orNull(make: () => string | null): string | null {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

/** Makes the document what is wanted. */
function wantedJson(document: Document.Parsed, edits: readonly YamlEdit[]): string {
  for (const { path, value } of edits) setAnew(document, path, value);
  return canonicalJson(document.toJS());
}

function says(text: string, wanted: string): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && canonicalJson(document.toJS()) === wanted;
}

/** null where a splice has left no YAML: the next has no place to be made at. */
function splicedInTurn(text: string, edits: readonly YamlEdit[]): string | null {
  let edited = text;
  for (const edit of edits) {
    for (let steps = 0; steps <= stepsMax; steps += 1) {
      const document = parseDocument(edited);
      if (document.errors.length > 0) return null;
      const [first] = differs(document, edit) ? splicesOf(edited, edit, document) : [];
      const next = first === undefined ? edited : spliced(edited, [first]);
      if (next === null || next === edited) break;
      edited = next;
    }
  }
  return edited;
}
/** Keys of one value: far above any that is written. */
const stepsMax = 200;

function parsed(text: string): Document.Parsed {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new Failure('Bug', 'a file that is no YAML was about to be edited');
  return document;
}

function setAnew(document: Document.Parsed, path: readonly string[], value: unknown): void {
  if (value === undefined) document.deleteIn(path);
  else if (value === null || typeof value !== 'object') document.setIn(path, value);
  else document.setIn(path, document.createNode(value, { flow: path.at(-1) !== 'config' }));
}
