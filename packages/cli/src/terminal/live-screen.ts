import { progressLines, stepLine, type Progress } from "./progress-text.ts";
import { rewind, type Terminal } from "./terminal.ts";

/** Shows look after look: on a live terminal in place; elsewhere a line for each new step; in JSON not at all. */
export function liveScreen(terminal: Terminal): { readonly show: (progress: Progress) => void } {
  let drawn = 0;
  let lastStep: string | undefined;
  return {
    show: (progress) => {
      if (terminal.json) return;
      if (terminal.isLive) {
        const lines = progressLines(progress, terminal);
        terminal.err(rewind(drawn) + lines.map((line) => `${line}\n`).join(""));
        drawn = lines.length;
      } else if (progress.operation.step !== lastStep) {
        terminal.err(`${stepLine(progress)}\n`);
        lastStep = progress.operation.step;
      }
    },
  };
}
