import type { WriteStream } from "node:tty";
import type { Terminal } from "./terminal.ts";

/** Node leaves isTTY and columns out where there is no terminal. */
type Stream = Pick<WriteStream, "write" | "on"> & { readonly isTTY?: boolean; readonly columns?: number };

/** Where nobody says how wide lines may be. */
const COLUMNS_DEFAULT = 80;

/** The terminal of this process. */
export function processTerminal({
  stdout,
  stderr,
  environment,
}: {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Omit<Terminal, "json"> {
  const isLive = stdout.isTTY === true && stderr.isTTY === true && environment["TERM"] !== "dumb";
  for (const stream of [stdout, stderr]) stream.on("error", ignoreGoneReader);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isLive,
    // https://no-color.org: present and not empty means no.
    hasColor: isLive && (environment["NO_COLOR"] ?? "") === "",
    // Some terminals say that they are 0 wide.
    columns: () => stdout.columns || COLUMNS_DEFAULT,
  };
}

/** `muster ... | head` reads what it wants and goes (EPIPE); so does a window that is closed (EIO). The command goes on. */
function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
}
