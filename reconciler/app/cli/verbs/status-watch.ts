/**
 * `aura status --watch`: reads and shows the table again every few seconds. On a terminal it
 * replaces the one before, cut to the height of the terminal; elsewhere it is printed where it has
 * changed. After a reading that failed, the table before is shown with the cause.
 */
import { asFailure } from '../../../core/failure.ts';
import { type Output, oneLine, type TerminalSize } from '../text/output.ts';

const everyMs = 5000;

/** @param wait returns false once the watch has to end */
export async function watchText(
  out: Output,
  read: () => Promise<string>,
  wait: (ms: number) => Promise<boolean>,
): Promise<void> {
  let [text, printed] = ['', ''];
  do {
    let problem: string | null = null;
    try {
      text = await read();
    } catch (thrown) {
      problem = out.paint('red', `aura: ${oneLine(asFailure(thrown).message)}`);
    }
    const size = out.size();
    if (size !== null) await out.stream(screenOf(text, problem, size));
    else {
      if (problem !== null) out.note(problem);
      if (text !== printed) await out.stream(`${text}\n`);
      printed = text;
    }
  } while (await wait(everyMs));
}

const homeAndClear = '\u001b[H\u001b[2J';

function screenOf(text: string, problem: string | null, { rows }: TerminalSize): string {
  const below = problem === null ? [] : [problem];
  const lines = text.split('\n');
  // One row for the cursor.
  const room = Math.max(1, rows - 1 - below.length);
  const hidden = lines.length - room + 1;
  const shown = hidden <= 1 ? lines : [...lines.slice(0, room - 1), `${hidden} more lines`];
  return `${homeAndClear}${[...shown, ...below].join('\n')}\n`;
}
