import { parseDocument } from "yaml";
import { AWS_ERRORS, FUNCTION_ERRORS } from "../../statemachines/testing/known-errors.ts";
import type { SourceFile } from "./source-files.ts";

/**
 * What is wrong with the names and comments in the definitions of the workflows, each as a sentence: an error that
 * nothing raises is never caught, and says so on no day but the worst one.
 */
export function wrongInMachines(files: readonly SourceFile[]): string[] {
  return machinesIn(files).flatMap((machine) => [
    ...wrongErrorNames(machine),
    ...doubleNames(machine),
    ...undocumented(machine),
  ]);
}

export function machinesIn(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter(({ path }) => /^statemachines\/[^/]+\/machine\.asl\.json$/.test(path));
}

type Raw = Readonly<Record<string, unknown>>;

/**
 * The names that AWS documents, without States.Runtime, which nothing retries or catches.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const STATES_ERRORS: readonly string[] = [
  "States.ALL",
  "States.BranchFailed",
  "States.DataLimitExceeded",
  "States.ExceedToleratedFailureThreshold",
  "States.HeartbeatTimeout",
  "States.Http.Socket",
  "States.IntrinsicFailure",
  "States.ItemReaderFailed",
  "States.NoChoiceMatched",
  "States.ParameterPathFailure",
  "States.Permissions",
  "States.QueryEvaluationError",
  "States.ResultPathMatchFailure",
  "States.ResultWriterFailed",
  "States.TaskFailed",
  "States.Timeout",
];

function wrongErrorNames({ path, text }: SourceFile): string[] {
  return statesOf(parse(text)).flatMap(([name, state]) => {
    const known = new Set([...STATES_ERRORS, ...errorsOf(state)]);
    return [...objectsIn(state["Retry"]), ...objectsIn(state["Catch"])]
      .flatMap(({ ErrorEquals: names }) => (Array.isArray(names) ? names.map(String) : []))
      .filter((error) => !known.has(error))
      .map((error) => `${path}: nothing in "${name}" fails with ${error}`);
  });
}

/** The errors, besides those of the language, that can come out of a state. */
function errorsOf(state: Raw): readonly string[] {
  if (state["Type"] === "Fail") return [String(state["Error"])];
  const inner = statesOf(state).flatMap(([, nested]) => errorsOf(nested));
  const service = /^arn:aws:states:::(\w+):/.exec(String(state["Resource"]))?.[1] ?? "";
  // What fails inside another machine is in the cause of States.TaskFailed: its name is never seen.
  return [...inner, ...(AWS_ERRORS[service] ?? []), ...(service === "lambda" ? FUNCTION_ERRORS : [])];
}

/** A state name says where an execution is: it stands for one state in the whole machine. JSON keeps the last of two. */
function doubleNames({ path, text }: SourceFile): string[] {
  const names = statesOf(parse(text)).map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...new Set(twice.map((name) => `${path}: two states are called "${name}"`)),
    ...parseDocument(text).errors.map(({ message }) => `${path}: ${message.split("\n")[0]}`),
  ];
}

/** The first thing that the console shows of a machine is its comment: it says what to start it with. */
function undocumented({ path, text }: SourceFile): string[] {
  const machine = parse(text);
  const first = statesOf(machine).find(([name]) => name === machine["StartAt"])?.[1];
  const comments = [machine["Comment"], first?.["Comment"]].filter((comment) => typeof comment === "string");
  if (typeof machine["Comment"] !== "string") return [`${path}: the machine has no Comment`];
  const input = /\{.+\}/.exec(comments.join(" "))?.[0];
  if (input === undefined) return [`${path}: no Comment shows the input`];
  const read = [...text.matchAll(/\$states\.context\.Execution\.Input\.(\w+)/g)].map(([, field = ""]) => field);
  return [...new Set(read)]
    .filter((field) => !new RegExp(`\\b${field}\\b`).test(input))
    .map((field) => `${path}: no Comment shows ${field}, which the machine reads from its input`);
}

/** All states of a block, and of the blocks in them. */
function statesOf(block: Raw): readonly (readonly [name: string, state: Raw])[] {
  const blocks = [block, block["ItemProcessor"], ...objectsIn(block["Branches"])].filter(isRaw);
  return blocks
    .flatMap((inner) => Object.entries(isRaw(inner["States"]) ? inner["States"] : {}))
    .flatMap(([name, state]) => (isRaw(state) ? [[name, state] as const, ...statesOf(state)] : []));
}

function objectsIn(list: unknown): readonly Raw[] {
  return Array.isArray(list) ? list.filter(isRaw) : [];
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Raw {
  return JSON.parse(text) as Raw;
}
