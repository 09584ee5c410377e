/** JSON as people write it in policy files: with comments and trailing commas. */

/** Throws a SyntaxError for invalid HuJSON. */
export function parseHuJson(text: string): unknown {
  return JSON.parse(standardised(text));
}

/** The tokens that matter, in matching order; all other text is copied. */
const pieces = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\]}]|[^"/\]}]+|["/]/g;

/** The same as plain JSON: comments become a space, trailing commas go. */
function standardised(text: string): string {
  let plain = '';
  for (const [piece] of text.matchAll(pieces)) {
    const isComment = piece.startsWith('//') || piece.startsWith('/*');
    if (isComment) plain += ' ';
    else if (piece === ']' || piece === '}') plain = withoutComma(plain) + piece;
    else plain += piece;
  }
  return plain;
}

/** A comma after a value; after a bracket or a comma it is an error and is kept. */
function withoutComma(plain: string): string {
  const end = plain.trimEnd();
  if (!end.endsWith(',')) return plain;
  const before = end.slice(0, -1).trimEnd();
  return /[[{,:]$/.test(before) ? plain : before;
}
