/** What a tier of tests came to, several of them added up, and the report that ends a run. */
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

/**
 * A skip whose reason opens with one of these words (`hosts: needs root`) becomes a failure; the
 * word `all` means every skip.
 */
export function requiring(outcome: Outcome, required: readonly string[]): Outcome {
  const isRequired = (skip: Skipped) =>
    required.includes('all') || required.some((word) => skip.why.startsWith(`${word}:`));
  const failed = outcome.skipped.filter(isRequired).map((skip) => ({
    where: skip.where,
    name: skip.name,
    text: `was skipped, and AURA_REQUIRE wants it: ${skip.why}`,
  }));
  return {
    passed: outcome.passed,
    failed: [...outcome.failed, ...failed],
    skipped: outcome.skipped.filter((skip) => !isRequired(skip)),
  };
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
