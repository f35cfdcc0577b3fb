import { CliError } from "../errors/cli-error.ts";

/** Something answers, and it is not Muster's API; or not one of this version. */
export function notMustersApi(where: string, request: { method: string; path: string }, found: string): CliError {
  return new CliError("NotMustersApi", {
    what: `What answers at ${where} is not Muster's API.`,
    why: `The answer to ${request.method} ${request.path} is not one of Muster's: ${found}.`,
    remedy: "Name the API with --api URL or MUSTER_API: npm start prints its address.",
  });
}
