/** Where a command writes. Results go to standard output, progress to standard error. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Lines may be drawn over: somebody looks at them. */
  readonly isLive: boolean;
  /** For people who did not say no to it. */
  readonly hasColor: boolean;
  /** Characters of a line, now: windows change. */
  readonly columns: () => number;
  /** One JSON object on standard output instead of text. */
  readonly json: boolean;
}

const ESCAPE = "\u001b";

/** Styles that fall away where nobody would see them. */
export function styles(terminal: Pick<Terminal, "hasColor">) {
  const style = (code: number) => (text: string) =>
    terminal.hasColor && text !== "" ? `${ESCAPE}[${code}m${text}${ESCAPE}[0m` : text;
  return { bold: style(1), dim: style(2), red: style(31), green: style(32), yellow: style(33), cyan: style(36) };
}

/** Moves up `lines` lines and clears everything below. */
export function rewind(lines: number): string {
  return lines === 0 ? "" : `${ESCAPE}[${lines}A${ESCAPE}[0J`;
}
