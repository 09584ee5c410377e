/** Text from outside in Markdown: it cannot end its line, open a tag, a code span or a table cell, or mention a user. */

export function markdownText(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>|#@]/g, (character) => `\\${character}`);
}

/** Between backticks nothing can be escaped: a backtick goes. */
export function markdownCode(text: string): string {
  return `\`${text.replaceAll(/[`\r\n]+/g, ' ')}\``;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
