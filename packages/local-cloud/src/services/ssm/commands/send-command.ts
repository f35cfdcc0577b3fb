import type { SendCommandRequest, SendCommandResult } from "@aws-sdk/client-ssm";
import { randomBetween } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import { Delayed } from "../../../mechanisms/delayed.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { timeoutOf, type ParameterValues } from "../agent/interpolate.ts";
import type { SsmCore } from "../core.ts";
import { hashOf, type DocumentRecord, type DocumentVersionRecord } from "../documents/document-store.ts";
import { DOCUMENT_BYTES_MAX } from "../documents/operations.ts";
import { invalidDocument, maxDocumentSizeExceeded } from "../errors.ts";
import { notImplemented, refuseOthers, required } from "../input.ts";
import { resolveParameters } from "./parameters.ts";
import { checkRates, concurrencyOf, errorsOf, MAX_CONCURRENCY_DEFAULT, MAX_ERRORS_DEFAULT } from "./rate.ts";
import type { CommandRecord, InvocationRecord } from "./records.ts";
import { renderCommand } from "./render-command.ts";
import { resolveTargets } from "./targets.ts";

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
/** Seconds in which a command must have started, both ends allowed. */
const TIMEOUT_SECONDS = { min: 30, max: 2_592_000 } as const;
const TIMEOUT_SECONDS_DEFAULT = 3_600;
const COMMENT_MAX = 100;
const DOCUMENT_NAME = "[a-zA-Z0-9_\\-.:/]{3,128}";
const DOCUMENT_VERSION = "[$]LATEST|[$]DEFAULT|[1-9][0-9]*";

const KNOWN_MEMBERS = [
  "Comment",
  "DocumentHash",
  "DocumentHashType",
  "DocumentName",
  "DocumentVersion",
  "InstanceIds",
  "MaxConcurrency",
  "MaxErrors",
  "Parameters",
  "Targets",
  "TimeoutSeconds",
];

/** Sends a document to nodes. There is no client token: whoever sends twice runs twice. */
export function sendCommand(core: SsmCore, input: SendCommandRequest): SendCommandResult {
  refuseOthers("SendCommand", input, KNOWN_MEMBERS);
  checkShape(input);
  const document = core.documents.get(required(input.DocumentName, "documentName"));
  const version = core.documents.version(document, input.DocumentVersion);
  checkDocument(document, version, input);
  const parameters = input.Parameters ?? {};
  const values = resolveParameters(core, version.content, parameters);
  if (Buffer.byteLength(version.text) + Buffer.byteLength(JSON.stringify(parameters)) > DOCUMENT_BYTES_MAX) {
    throw maxDocumentSizeExceeded();
  }
  const nodes = resolveTargets(core, input);
  const command = makeCommand(core, input, { document, version, values, nodes });
  core.commands.add(command);
  core.dispatcher.send(command);
  return { Command: renderCommand(command) };
}

function checkShape(input: SendCommandRequest): void {
  checkConstraints([
    { at: "documentName", value: input.DocumentName, required: true, pattern: DOCUMENT_NAME },
    { at: "documentVersion", value: input.DocumentVersion, pattern: DOCUMENT_VERSION },
    { at: "timeoutSeconds", value: input.TimeoutSeconds, ...TIMEOUT_SECONDS },
    { at: "comment", value: input.Comment, max: COMMENT_MAX },
  ]);
  checkRates(input.MaxConcurrency ?? MAX_CONCURRENCY_DEFAULT, input.MaxErrors ?? MAX_ERRORS_DEFAULT);
}

function checkDocument(document: DocumentRecord, version: DocumentVersionRecord, input: SendCommandRequest): void {
  // A document that says nothing of its targets runs on nothing.
  if (document.targetType !== "/" && document.targetType !== "/AWS::EC2::Instance") {
    throw invalidDocument(
      `The document ${document.name} has the target type '${document.targetType ?? ""}' and can't run on instances.`,
    );
  }
  if (input.DocumentHash === undefined) return;
  const kind = input.DocumentHashType ?? "Sha256";
  if (kind !== "Sha256") throw notImplemented(`SendCommand DocumentHashType ${kind}`);
  if (input.DocumentHash !== hashOf(version.text)) {
    throw invalidDocument("The document hash does not match the document.");
  }
}

function makeCommand(
  core: SsmCore,
  input: SendCommandRequest,
  made: { document: DocumentRecord; version: DocumentVersionRecord; values: ParameterValues; nodes: readonly string[] },
): CommandRecord {
  const now = core.clock.now();
  const { document, version, values, nodes } = made;
  const timeoutSeconds = input.TimeoutSeconds ?? TIMEOUT_SECONDS_DEFAULT;
  const execution = version.content.steps.reduce((sum, step) => sum + timeoutOf(step, values), 0);
  const isExplicit = (input.InstanceIds ?? []).length > 0;
  const command: CommandRecord = {
    commandId: core.ids.uuid(),
    document,
    version,
    documentVersion: input.DocumentVersion ?? "$DEFAULT",
    documentName: input.DocumentName ?? document.name,
    parameters: input.Parameters ?? {},
    values,
    comment: input.Comment ?? "",
    instanceIds: input.InstanceIds ?? [],
    targets: input.Targets ?? [],
    timeoutSeconds,
    maxConcurrency: input.MaxConcurrency ?? MAX_CONCURRENCY_DEFAULT,
    maxErrors: input.MaxErrors ?? MAX_ERRORS_DEFAULT,
    requestedAt: now,
    startBy: now + timeoutSeconds * 1_000,
    expiresAt: now + (timeoutSeconds + execution) * 1_000,
    shownFrom: now + randomBetween(core.random, core.dials.readLagMs),
    invocations: new Map(),
    queue: [],
    next: 0,
    running: 0,
    window: 0,
    concurrency: concurrencyOf(input.MaxConcurrency ?? MAX_CONCURRENCY_DEFAULT, nodes.length),
    errorsMax: errorsOf(input.MaxErrors ?? MAX_ERRORS_DEFAULT, nodes.length),
    state: "Pending",
    // What a tag finds is counted only when the command starts.
    targetCount: isExplicit ? nodes.length : 0,
    counts: { completed: 0, errors: 0, deliveryTimedOut: 0 },
    cancelExpiry: () => {
      throw new AwsError("InternalServerError", "a command was cancelled before it was sent", { status: 500 });
    },
  };
  for (const instanceId of nodes) {
    const invocation: InvocationRecord = {
      command,
      instanceId,
      view: new Delayed({ state: "Pending", reports: [], startedAt: undefined }, command.shownFrom),
      stop: undefined,
      holdsPlace: false,
    };
    command.invocations.set(instanceId, invocation);
    command.queue.push(invocation);
    core.commands.index(command, instanceId);
  }
  return command;
}
