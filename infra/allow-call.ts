import type { DeployedFunction } from "./functions.ts";

/** Lets a service call a function, through its alias and for one source alone. */
export function allowCall(
  name: string,
  { alias }: DeployedFunction,
  from: { readonly service: string; readonly sourceArn: $util.Input<string> },
): aws.lambda.Permission {
  return new aws.lambda.Permission(`${name}Permission`, {
    action: "lambda:InvokeFunction",
    function: alias.functionName,
    qualifier: alias.name,
    principal: from.service,
    sourceArn: from.sourceArn,
  });
}
