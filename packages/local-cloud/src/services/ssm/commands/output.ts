/** Characters of standard output and standard error that GetCommandInvocation shows, from the start. */
export const STDOUT_MAX = 24_000;
export const STDERR_MAX = 8_000;
/** Characters of both together in listings. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandPlugin.html */
const PLUGIN_OUTPUT_MAX = 2_500;

// What the agent writes where it cuts (aws/amazon-ssm-agent, iohandler and pluginutil).
const STREAM_CUT = "--output truncated--";
const OUTPUT_CUT = "\n---Output truncated---";
const ERROR_CUT = "\n---Error truncated----";
const ERROR_TITLE = "\n----------ERROR-------\n";

/** The beginning of a stream; the mark that it is not all counts towards the limit. */
export function cutStream(text: string, max: number): string {
  return text.length < max ? text : `${text.slice(0, max - STREAM_CUT.length)}${STREAM_CUT}`;
}

/** Both streams in one text, as listings show them: the longer one is cut, or both when both are long. */
export function combineOutput(stdout: string, stderr: string): string {
  const title = stderr === "" ? "" : ERROR_TITLE;
  const space = PLUGIN_OUTPUT_MAX - title.length;
  if (stdout.length + stderr.length < space) return `${stdout}${title}${stderr}`;
  const half = space / 2;
  if (stdout.length > half && stderr.length > half) {
    const each = Math.floor((space - ERROR_CUT.length - OUTPUT_CUT.length) / 2);
    return `${stdout.slice(0, each)}${OUTPUT_CUT}${title}${stderr.slice(0, each)}${ERROR_CUT}`;
  }
  if (stdout.length < half) {
    return `${stdout}${title}${stderr.slice(0, space - ERROR_CUT.length - stdout.length)}${ERROR_CUT}`;
  }
  return `${stdout.slice(0, space - OUTPUT_CUT.length - stderr.length)}${OUTPUT_CUT}${title}${stderr}`;
}
