/**
 * Escapes foreign text for GitHub's Markdown, so that it shows as it is: no line break, tag, code
 * span, table cell, formula, link, mention or reference.
 *
 * GitHub looks for mentions, references and addresses after Markdown was rendered, where a backslash
 * has no effect: a space of no width breaks them.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]<>|#@&~$]/g, '\\$&')
    .replaceAll(/[@#]|GH-(?=\d)|:(?=\/\/)|www(?=\.)/gi, `$&${noWidth}`);
}

const noWidth = '\u200b';

/** A code span. Nothing can be escaped in it, so that backticks are removed. */
export function markdownCode(text: string): string {
  const code = oneLine(text).replaceAll(/`+/g, ' ');
  return `\`${code}\``;
}

/** Without control characters and those that change the direction of text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll(/\p{Cf}+/gu, '');
}
