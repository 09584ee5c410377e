/**
 * Converts a file's content between bytes and text without a loss. A byte that is not UTF-8 becomes
 * a lone surrogate (U+DC00 and the byte), which no well-formed text has, and becomes that byte
 * again when the text is written. So an invalid file can be restored byte for byte.
 */

/**
 * Replaces the content of a path that is not a plain file. No bytes give this text and no object
 * has this oid, so that the path is read as an invalid file and not as an absent one.
 */
export const notPlainFile = { oid: `120000${'0'.repeat(34)}`, text: '\ud800' } as const;

export function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? withOddBytes(bytes) : text;
}

export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  // Every second part is an invalid byte.
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, place) =>
      place % 2 === 1 ? Buffer.of(part.charCodeAt(0) - oddByteBase) : Buffer.from(part),
    ),
  );
}

type NoText = {
  /** 1-based; 0 for the file as a whole */
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** Why a content is not text; null if it is. */
export function whyNoText(text: string): NoText | null {
  if (text.isWellFormed()) return null;
  if (text === notPlainFile.text) {
    const message = 'is a link, a submodule or a folder: only plain files are read';
    return { line: 0, column: 0, message };
  }
  const at = text.search(/\p{Surrogate}/u);
  const before = text.slice(0, at).split('\n');
  const byte = (text.charCodeAt(at) - oddByteBase).toString(16).toUpperCase();
  const message = `is not UTF-8: byte 0x${byte} is no part of a character`;
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

const oddByteBase = 0xdc00;

function withOddBytes(bytes: Buffer): string {
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', from, at) + String.fromCharCode(oddByteBase + (bytes[at] ?? 0));
    at += 1;
    from = at;
  }
  return text + bytes.toString('utf8', from);
}

/** First byte up to, second byte from and up to, bytes: table 3-7 of the Unicode Standard. */
const forms = [
  [0x7f, 0, 0, 1],
  [0xc1, 0, 0, 0],
  [0xdf, 0x80, 0xbf, 2],
  [0xe0, 0xa0, 0xbf, 3],
  [0xec, 0x80, 0xbf, 3],
  [0xed, 0x80, 0x9f, 3],
  [0xef, 0x80, 0xbf, 3],
  [0xf0, 0x90, 0xbf, 4],
  [0xf3, 0x80, 0xbf, 4],
  [0xf4, 0x80, 0x8f, 4],
] as const;

/** Number of bytes of the character that begins at `at`; 0 if none does. */
function characterLength(bytes: Buffer, at: number): number {
  const form = forms.find(([last]) => (bytes[at] ?? 0) <= last);
  if (form === undefined) return 0;
  const [, from, to, length] = form;
  for (let place = 1; place < length; place += 1) {
    const byte = bytes[at + place] ?? 0;
    const isSecond = place === 1;
    if (byte < (isSecond ? from : 0x80) || byte > (isSecond ? to : 0xbf)) return 0;
  }
  return length;
}
