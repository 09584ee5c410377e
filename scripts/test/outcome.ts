/** The outcome of a tier of tests, the sum of several, and the report that ends a run. */
export type Failed = {
  /** the file, or the tier's name */
  readonly where: string;
  readonly name: string;
  readonly text: string;
};
export type Skipped = { readonly where: string; readonly name: string; readonly why: string };
export type Outcome = {
  readonly passed: number;
  readonly failed: readonly Failed[];
  readonly skipped: readonly Skipped[];
};

export const nothingRan: Outcome = { passed: 0, failed: [], skipped: [] };

export function added(a: Outcome, b: Outcome): Outcome {
  return {
    passed: a.passed + b.passed,
    failed: [...a.failed, ...b.failed],
    skipped: [...a.skipped, ...b.skipped],
  };
}

/** What a machine may lack. The reason of a skip opens with one of them: `hosts: needs root`. */
export const skipKinds = ['clients', 'terraform', 'python', 'hosts', 'browser'] as const;

/** The words of `AURA_REQUIRE`. Throws for one that requires nothing. */
export function requiredKinds(text: string): readonly string[] {
  const words = text.split(',').filter((word) => word !== '');
  const known: readonly string[] = [...skipKinds, 'all'];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length === 0) return words;
  throw new Error(`AURA_REQUIRE names ${unknown.join(', ')}; it takes ${known.join(', ')}`);
}

/**
 * Skips of a required kind become failures; the word `all` means every skip. A skip without a kind
 * is always a failure, because no requirement could report it.
 */
export function requiring(outcome: Outcome, required: readonly string[]): Outcome {
  const kept: Skipped[] = [];
  const failed: Failed[] = [];
  for (const skip of outcome.skipped) {
    const { where, name, why } = skip;
    const kind = skipKinds.find((word) => why.startsWith(`${word}: `));
    if (kind === undefined)
      failed.push({ where, name, text: `was skipped, and its reason names no kind: ${why}` });
    else if (required.includes('all') || required.includes(kind))
      failed.push({ where, name, text: `was skipped, and AURA_REQUIRE requires it: ${why}` });
    else kept.push(skip);
  }
  return { passed: outcome.passed, failed: [...outcome.failed, ...failed], skipped: kept };
}

/** Its last line stands alone: `N passed, M failed, K skipped`. */
export function summary(outcome: Outcome): string {
  const { passed, failed, skipped } = outcome;
  const lines: string[] = [];
  if (failed.length > 0) lines.push('failed:', ...failed.map(nameLine));
  if (skipped.length > 0)
    lines.push('skipped:', ...skipped.map((skip) => `${nameLine(skip)}: ${skip.why}`));
  lines.push(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return lines.join('\n');
}

function nameLine({ where, name }: { readonly where: string; readonly name: string }): string {
  return `  ${where} › ${name}`;
}
