/** Counts in words, and summaries of many words or reasons, the most frequent first. */

/** `1 agent`, `2 agents`: a count and its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and 3 more` */
export function firstOf(names: readonly string[], max: number): string {
  const rest = names.length - max;
  return `${names.slice(0, max).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `3 create, 1 retire` */
export function countedText(words: readonly string[]): string {
  return countsOf(words)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

const reasonsShown = 3;

/** `its server is off (12); its labels drifted (3); other reasons (2)` */
export function reasonsText(reasons: readonly string[]): string {
  const counts = countsOf(reasons.map(shared));
  const shown = counts.slice(0, reasonsShown).map(([reason, count]) => `${reason} (${count})`);
  const rest = counts.slice(reasonsShown).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest === 0 ? [] : [`other reasons (${rest})`])].join('; ');
}

function countsOf(words: readonly string[]): readonly (readonly [string, number])[] {
  return [...Map.groupBy(words, (word) => word)]
    .map(([word, all]) => [word, all.length] as const)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** A reason without ids, times and numbers, so that similar reasons are counted together. */
function shared(reason: string): string {
  return reason
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replaceAll(/agt-[0-9a-z]{12}/g, '…')
    .replaceAll(/\b[0-9a-f]{10,}\b/g, '…')
    .replaceAll(/\b\d{3,}\b/g, '…');
}
