import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
  PutParameterRequest,
  PutParameterResult,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../../kernel/aws-error.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import type { SsmCore } from "../core.ts";
import { parameterNotFound } from "../errors.ts";
import { invalidRequest, notImplemented, refuseOthers, required } from "../input.ts";
import type { ParameterRecord } from "./parameter-store.ts";

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html and API_GetParameters.html
/** Names in one call. */
const NAMES_MAX = 10;
/** Characters of a standard parameter. */
const VALUE_MAX = 4_096;
const VERSIONS_MAX = 100;
const NAME = "[a-zA-Z0-9_.\\-/]{1,1011}";

/** Strings only: SecureString would need a key service. */
export function putParameter(core: SsmCore, input: PutParameterRequest): PutParameterResult {
  refuseOthers("PutParameter", input, ["Name", "Value", "Type", "Overwrite", "Description", "DataType", "Tier"]);
  const name = required(input.Name, "name");
  const value = required(input.Value, "value");
  checkConstraints([
    { at: "name", value: name, pattern: NAME },
    { at: "value", value, max: VALUE_MAX },
  ]);
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw invalidRequest(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`);
  }
  const type = input.Type ?? "String";
  if (type === "SecureString") throw notImplemented("PutParameter Type SecureString");
  if ((input.Tier ?? "Standard") !== "Standard") throw notImplemented(`PutParameter Tier ${input.Tier}`);
  if ((input.DataType ?? "text") !== "text") throw notImplemented(`PutParameter DataType ${input.DataType}`);
  const known = core.parameters.parameters.get(name);
  if (known !== undefined && input.Overwrite !== true) {
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const parameter = known ?? { name, versions: [], dataType: "text", isPublic: false };
  if (parameter.versions.length >= VERSIONS_MAX) {
    throw new AwsError(
      "ParameterMaxVersionLimitExceeded",
      `The parameter has reached its limit of ${VERSIONS_MAX} versions.`,
    );
  }
  core.parameters.parameters.set(name, parameter);
  parameter.versions.push({ value, type, modifiedAt: core.clock.now() });
  return { Version: parameter.versions.length, Tier: "Standard" };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter(core: SsmCore, input: GetParameterRequest): GetParameterResult {
  const found = core.parameters.find(required(input.Name, "name"));
  if (found === undefined) throw parameterNotFound();
  return { Parameter: render(core, found) };
}

/** Names that are not found are told, and fail nothing. */
export function getParameters(core: SsmCore, input: GetParametersRequest): GetParametersResult {
  const names = required(input.Names, "names");
  checkConstraints([{ at: "names", value: names, max: NAMES_MAX }]);
  const found = names.map((name) => ({ name, parameter: core.parameters.find(name) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [render(core, parameter)])),
    InvalidParameters: found.filter(({ parameter }) => parameter === undefined).map(({ name }) => name),
  };
}

function render(
  core: SsmCore,
  found: { parameter: ParameterRecord; version: number; selector: string | undefined },
): Parameter {
  const { parameter, version, selector } = found;
  const content = parameter.versions[version - 1];
  const path = parameter.name.startsWith("/") ? parameter.name : `/${parameter.name}`;
  return {
    Name: parameter.name,
    Type: content?.type,
    Value: content?.value,
    Version: version,
    ...(selector === undefined ? {} : { Selector: selector }),
    LastModifiedDate: new Date(content?.modifiedAt ?? 0),
    ARN: `arn:aws:ssm:${core.context.region}:${parameter.isPublic ? "" : core.context.account}:parameter${path}`,
    DataType: parameter.dataType,
  };
}
