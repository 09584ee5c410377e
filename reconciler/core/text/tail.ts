/** The end of a log in one line, for a message: the newest lines, as far as they fit. */
import { cut } from './cut.ts';
import { withoutSecrets } from './secret-shapes.ts';

const lineMax = 160;
const linesMax = 5;
const tailMax = 400;

export function tailText(log: readonly string[]): string {
  const lines = log
    .map((line) => withoutSecrets(line).trim())
    .filter((line) => line !== '')
    .slice(-linesMax)
    .map((line) => cut(line, lineMax));
  while (lines.length > 1 && lines.join(' | ').length > tailMax) lines.shift();
  return lines.length === 0 ? 'its log is empty' : lines.join(' | ');
}
