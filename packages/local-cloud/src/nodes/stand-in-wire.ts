/**
 * What a stand-in command and the embedded cloud say to each other over the loopback socket. The request is a run of
 * texts, each ended by a NUL byte, which no argument or variable can contain: key, command, number of arguments, the
 * arguments, one text for each variable (`x` and its value when it is set, else empty), and standard input in base64. The
 * answer is three lines: exit code, standard error, standard output; texts in them are written for printf's `%b`. A long
 * standard output follows as it is, until the connection ends.
 */
export interface StandInRequest {
  readonly key: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** A request of more bytes is refused: arguments are short, and what goes through standard input is one cluster's JSON. */
export const REQUEST_BYTES_MAX = 64 * 1024 * 1024;

/** Up to here standard output is part of the answer's third line: bash reads lines byte by byte. */
const INLINE_BYTES_MAX = 1_024;

/** The request in these bytes; undefined while some of it is missing. */
export function readRequest(bytes: Buffer, variables: readonly string[]): StandInRequest | undefined {
  const texts: string[] = [];
  let wanted = FIXED_TEXTS;
  for (let start = 0; texts.length < wanted;) {
    const end = bytes.indexOf(0, start);
    if (end < 0) return undefined;
    texts.push(bytes.toString("utf8", start, end));
    start = end + 1;
    if (texts.length === FIXED_TEXTS) wanted += Number(texts[2]) + variables.length + 1;
  }
  const [key = "", command = "", count = "0"] = texts;
  const args = texts.slice(FIXED_TEXTS, FIXED_TEXTS + Number(count));
  const values = texts.slice(FIXED_TEXTS + args.length, -1);
  const set = variables.flatMap((name, index): [string, string][] => {
    const value = values[index] ?? "";
    return value.startsWith("x") ? [[name, value.slice(1)]] : [];
  });
  const stdin = Buffer.from(texts.at(-1) ?? "", "base64").toString("utf8");
  return { key, command, args, environment: Object.fromEntries(set), stdin };
}

const FIXED_TEXTS = 3;

/** The answer's bytes. */
export function writeAnswer(result: { exitCode: number; stdout: string; stderr: string }): Buffer {
  const isInline = Buffer.byteLength(result.stdout) <= INLINE_BYTES_MAX;
  const head = `${result.exitCode}\n${forPrintf(result.stderr)}\n${isInline ? `=${forPrintf(result.stdout)}` : "@"}\n`;
  return Buffer.from(isInline ? head : head + result.stdout);
}

/** A text that printf's `%b` turns back into itself, on one line. */
function forPrintf(text: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- control bytes are what must be escaped
  return text.replace(/[\\\u0000-\u001f\u007f]/g, (character) =>
    character === "\\" ? "\\\\" : `\\0${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/** The script that stands for a command: it asks the embedded cloud, prints what it is told, and ends so. */
export function standInScript(options: { bash: string; command: string; variables: readonly string[] }): string {
  const variables = options.variables.map((name) => `"\${${name}+x}\${${name}-}"`).join(" ");
  return `#!${options.bash}
# Stands for ${options.command}: it asks the embedded cloud, which this node runs in.
given=""
${STDIN_TESTS[options.command] ?? STDIN_TEST}
port="\${MUSTER_STAND_IN%%:*}"
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 126
printf '%s\\0' "\${MUSTER_STAND_IN#*:}" ${options.command} "$#" "$@" ${variables} "$given" >&3
IFS= read -r code <&3 || { echo "${options.command}: the embedded cloud does not answer" >&2; exit 126; }
IFS= read -r errors <&3
IFS= read -r output <&3
[ -z "$errors" ] || printf '%b' "$errors" >&2
case "$output" in
  =?*) printf '%b' "\${output#=}" ;;
  @) cat <&3 ;;
esac
exit "$code"
`;
}

// Standard input is read where an argument says so: a command in a loop must not eat what the loop reads.
const STDIN_TEST = `for argument in "$@"; do
  if [ "$argument" = - ]; then given=$(base64); fi
done`;

// jq reads it unless it is told not to.
const STDIN_TESTS: Readonly<Record<string, string>> = {
  jq: `reads=yes
for argument in "$@"; do
  case "$argument" in --null-input | -n | -n? | -?n) reads="" ;; esac
done
if [ -n "$reads" ]; then given=$(base64); fi`,
};
