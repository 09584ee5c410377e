/**
 * Edits a YAML text without changing unrelated bytes: comments, blanks, line ends, quotes and the
 * order of keys stay. Each edit is a splice at the parser's position. The result is parsed and
 * compared with the requested value; if it differs, the whole text is rendered again, without its
 * blanks.
 */
import { type Document, parseDocument } from 'yaml';
import { Failure } from '../failure.ts';
import { canonicalJson } from './digest.ts';
import { differs, spliced, splicesOf, style, type YamlEdit } from './yaml-splices.ts';

export type { YamlEdit };

/**
 * Throws `Bug` if the text is not YAML, or has no map at the path.
 *
 * @param editsOf is called with the current value
 */
export function editYaml<Value>(
  text: string,
  editsOf: (value: Value) => readonly YamlEdit[],
): string {
  const document = parsed(text);
  // The last edit of a key counts.
  const asked = new Map(
    editsOf(document.toJS() as Value).map((edit) => [edit.path.join('/'), edit]),
  );
  const edits = [...asked.values()].filter((edit) => differs(document, edit));
  if (edits.length === 0) return text;
  // All splices at once; if they overlap, one after the other.
  const splices = () => edits.flatMap((edit) => splicesOf(text, edit, document));
  const atOnce = orNull(() => spliced(text, splices()));
  const wanted = wantedJson(document, edits);
  if (atOnce !== null && says(atOnce, wanted)) return atOnce;
  const inTurn = orNull(() => splicedInTurn(text, edits));
  return inTurn !== null && says(inTurn, wanted) ? inTurn : document.toString(style);
}

/** null if the position of a part of the text is unknown. */
function orNull(make: () => string | null): string | null {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

/** Applies the edits to the document. */
function wantedJson(document: Document.Parsed, edits: readonly YamlEdit[]): string {
  for (const { path, value } of edits) setAnew(document, path, value);
  return canonicalJson(document.toJS());
}

function says(text: string, wanted: string): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && canonicalJson(document.toJS()) === wanted;
}

/** null if a splice leaves invalid YAML, in which the next one has no position. */
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
/** Bounds the splices of one edit; far above the number of keys of any value. */
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
