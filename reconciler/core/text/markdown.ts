/** Escapes foreign text for Markdown: no line break, tag, code span, table cell or mention. */

export function markdownText(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return line.replaceAll(/[\\`*_{}[\]<>|#@]/g, (character) => `\\${character}`);
}

/** A code span. Nothing can be escaped in it, so that backticks are removed. */
export function markdownCode(text: string): string {
  return `\`${text.replaceAll(/[`\r\n]+/g, ' ')}\``;
}
