/** Shows the current steps: a few lines that are redrawn on a terminal, else a line for each. */
import type { StepEntered } from '../../../flows/reconcile/apply/attempt.ts';
import type { Output } from './output.ts';

export type Progress = {
  step(entered: StepEntered): void;
  /** Clears the display. */
  end(): void;
};

/** How many agents are shown, those with the newest steps. */
const shownMax = 10;
const redrawMs = 1000;

export function createProgress(out: Output): Progress {
  if (!out.live || out.json) {
    return {
      step: ({ at, agent, change, step }) => out.note(`${at} ${agent} ${change}: ${step}`),
      end: () => {},
    };
  }
  return createLiveProgress(out);
}

function createLiveProgress(out: Output): Progress {
  const last = new Map<string, { readonly text: string; readonly sinceMs: number }>();
  let drawn = 0;
  const erase = () => {
    // Moves the cursor up and clears what was drawn.
    if (drawn > 0) out.raw(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const lines = [...last.values()].slice(-shownMax).map(({ text, sinceMs }) => {
      const seconds = Math.round((performance.now() - sinceMs) / 1000);
      return out.paint('dim', `  ${text} ${seconds} s`);
    });
    if (lines.length > 0) out.raw(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  return {
    step({ agent, change, step }) {
      last.delete(agent);
      last.set(agent, { text: `${agent} ${change}: ${step}`, sinceMs: performance.now() });
      draw();
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}
