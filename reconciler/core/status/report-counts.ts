/** Summarizes a list of words or reasons with their counts, the most frequent first. */

const reasonsShown = 3;

/** `3 create, 1 retire` */
export function countedText(words: readonly string[]): string {
  return countsOf(words)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

/** `its server is off (12); its labels drifted (3); other reasons (2)` */
export function reasonsText(reasons: readonly string[]): string {
  const counts = countsOf(reasons.map(shared));
  const shown = counts.slice(0, reasonsShown).map(([reason, count]) => `${reason} (${count})`);
  const rest = counts.slice(reasonsShown).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest === 0 ? [] : [`other reasons (${rest})`])].join('; ');
}

function countsOf(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** A reason without ids, times and numbers, so that similar reasons are counted together. */
function shared(reason: string): string {
  return reason
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replaceAll(/agt-[0-9a-z]{12}/g, '…')
    .replaceAll(/\b[0-9a-f]{10,}\b/g, '…')
    .replaceAll(/\b\d{3,}\b/g, '…');
}
