/**
 * What is being worked on, while it is: on a terminal a few lines that change in place, elsewhere a
 * line for each step.
 */
import type { StepEntered } from '../../../flows/reconcile/apply/attempt.ts';
import type { Output } from './output.ts';

export type Progress = {
  step(entered: StepEntered): void;
  /** Leaves nothing on the screen. */
  end(): void;
};

/** The agents whose last step is the newest; more would push each other off the screen. */
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
    // Up over what was drawn, and everything from there on away.
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
