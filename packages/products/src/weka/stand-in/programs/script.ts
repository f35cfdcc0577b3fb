import type { CommandResult, ProgramHost, RunOptions } from "@muster/core";

/** Ends a program as `exit` ends a script. */
class ScriptExit extends Error {
  override readonly name = "ScriptExit";
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** As the scripts' lib.sh: seconds that a hook waits for another one on the same node. */
const LOCK_WAIT_SECONDS = 600;

/** What every hook's script has in common, as a program has it. */
export class Script {
  readonly host: ProgramHost;
  readonly name: string;
  /** Variables that it has exported. */
  readonly exported: Record<string, string> = {};

  constructor(host: ProgramHost, name: string) {
    this.host = host;
    this.name = name;
  }

  /** A parameter of the document, which must be there. */
  parameter(name: string): string {
    const value = this.host.environment[`SSM_${name}`];
    if (value !== undefined && value !== "") return value;
    return this.die(
      `SSM_${name} is not set: parameters come as environment variables, which needs SSM agent 3.3.2746.0 or newer on this instance`,
    );
  }

  /** Ends the hook with one clear sentence. */
  die(sentence: string): never {
    throw new ScriptExit(1, `weka ${this.name}: ${sentence}`);
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return this.host.run(argv, { ...options, environment: { ...this.exported, ...options.environment } });
  }

  /** Runs a command that must work: its failure ends the script, as `set -e` does. */
  async must(argv: readonly string[], options?: RunOptions): Promise<string> {
    const result = await this.run(argv, options);
    if (result.exitCode !== 0) {
      throw new ScriptExit(
        result.exitCode,
        // The script shows the end of its log, where the command's own words are.
        `weka ${this.name}: ended with exit code ${result.exitCode} at ${argv[0] ?? ""}\n${result.stderr}`.trimEnd(),
      );
    }
    return result.stdout;
  }

  async succeeds(argv: readonly string[], options?: RunOptions): Promise<boolean> {
    return (await this.run(argv, options)).exitCode === 0;
  }

  /** Until it says true; false when it never did. */
  async retry(tries: number, pauseSeconds: number, attempt: () => Promise<boolean>): Promise<boolean> {
    for (let count = 1; ; count++) {
      if (await attempt()) return true;
      if (count >= tries) return false;
      await this.host.sleep(pauseSeconds);
    }
  }

  /** What an attempt says that is repeated while it says nothing. */
  async retryFor<T>(
    tries: number,
    pauseSeconds: number,
    attempt: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    let found: T | undefined;
    await this.retry(tries, pauseSeconds, async () => {
      found = await attempt();
      return found !== undefined;
    });
    return found;
  }

  async needJq(): Promise<void> {
    if (this.host.hasTool("jq")) return;
    if (await this.retry(10, 15, () => this.succeeds(["dnf", "install", "-y", "jq"]))) return;
    this.die("dnf could not install jq");
  }

  /** What the instance metadata service says; undefined when it does not answer. */
  async imds(path: string): Promise<string | undefined> {
    const quietly = ["curl", "--silent", "--show-error", "--fail", "--max-time", "5"];
    const header = ["--request", "PUT", "--header", "X-aws-ec2-metadata-token-ttl-seconds: 300"];
    const token = await this.run([...quietly, ...header, "http://169.254.169.254/latest/api/token"]);
    if (token.exitCode !== 0) return undefined;
    const said = await this.run([...quietly, "--config", "-", `http://169.254.169.254/latest/meta-data/${path}`], {
      stdin: `header = "X-aws-ec2-metadata-token: ${token.stdout.trimEnd()}"\n`,
    });
    return said.exitCode === 0 ? said.stdout.trimEnd() : undefined;
  }

  async metadata(path: string): Promise<string> {
    const said = await this.retryFor(10, 3, () => this.imds(path));
    return said ?? this.die(`the instance metadata service does not say ${path}`);
  }

  /** The text of a secret, read with the instance's own role. */
  async secret(id: string): Promise<string | undefined> {
    return this.retryFor(10, 6, async () => {
      const where = ["--region", this.parameter("region"), "--secret-id", id];
      const answer = await this.run([
        "aws",
        "secretsmanager",
        "get-secret-value",
        ...where,
        "--query",
        "SecretString",
        "--output",
        "text",
      ]);
      return answer.exitCode === 0 ? answer.stdout.trimEnd() : undefined;
    });
  }
}

/** Runs a hook's program as its script would run: one JSON result, or an exit code and a sentence. */
export async function runScript(
  host: ProgramHost,
  hook: { name: string; needs: readonly string[] },
  body: (script: Script) => Promise<Readonly<Record<string, unknown>>>,
): Promise<CommandResult> {
  const script = new Script(host, hook.name);
  try {
    for (const name of hook.needs) script.parameter(name);
    if (!(await host.lock("weka", LOCK_WAIT_SECONDS))) {
      script.die(`another hook has been running on this node for ${LOCK_WAIT_SECONDS} seconds`);
    }
    await script.needJq();
    return { exitCode: 0, stdout: `${JSON.stringify(await body(script))}\n`, stderr: "" };
  } catch (error) {
    if (!(error instanceof ScriptExit)) throw error;
    return { exitCode: error.exitCode, stdout: "", stderr: `${error.message}\n` };
  }
}
