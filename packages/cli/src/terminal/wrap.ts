import { stripVTControlCharacters } from "node:util";

/**
 * A text in lines of at most `width` characters. The first begins with `lead`, the others are indented as far. A word that
 * is longer than a line (a URL, an ARN) keeps a line of its own, whole: people copy it.
 */
export function wrap(text: string, { width, lead }: { width: number; lead: string }): string[] {
  const indent = " ".repeat(lead.length);
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** A line that is not wider than that: what is too long loses its end, and its colours with it. */
export function clip(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${plain.slice(0, Math.max(0, width - 1))}…`;
}
