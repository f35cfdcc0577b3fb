import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnLoadResult, Plugin, PluginBuild } from "esbuild";
import { factsOf, type SdkFacts } from "./service-facts.ts";
import { withLiteralKeys, withModeledErrors, withoutRegistrations } from "./shake.ts";

/**
 * Makes of the AWS SDK what a function needs of it: its commands, schemas and exceptions as they are, as far as they are
 * used, and a small client (client/aws-client.ts) in place of its own.
 */
export function sdkPlugin(): Plugin {
  const facts = rememberFacts();
  return {
    name: "aws-sdk",
    setup: (build) => {
      loadClients(build, facts);
      loadErrors(build, facts);
      build.onResolve({ filter: /^@smithy\/core\/(client|endpoints)$/ }, ({ importer }) =>
        importer.endsWith("/dist-es/commandBuilder.js") ? { path: client("command.ts") } : undefined,
      );
      leaveOutEventStreams(build);
    },
  };
}

type Facts = (path: string) => Promise<SdkFacts>;

/** One answer per client: a build has many modules of each. */
function rememberFacts(): Facts {
  const known = new Map<string, Promise<SdkFacts>>();
  return async (path) => {
    const packageName = packageOf(path);
    const facts = known.get(packageName) ?? clientNameOf(path).then((name) => factsOf(packageName, name));
    known.set(packageName, facts);
    return facts;
  };
}

function loadClients(build: PluginBuild, facts: Facts): void {
  build.onLoad({ filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/\w+Client\.js$/ }, async ({ path }) => {
    const name = await clientNameOf(path);
    return module(path, clientModule(name, await facts(path)));
  });
}

/** A module in place of the SDK's own, which has the client's class alone. */
function clientModule(name: string, { protocol, settings, ...facts }: SdkFacts): string {
  const make = {
    awsJson1_0: () => json("1.0", settings),
    awsJson1_1: () => json("1.1", settings),
    awsQuery: () => query("AwsQueryProtocol", settings),
    ec2Query: () => query("AwsEc2QueryProtocol", settings),
  }[protocol];
  const { imports, expression } = make();
  return `
    import { AwsClient } from ${JSON.stringify(client("aws-client.ts"))};
    ${imports}
    const facts = ${JSON.stringify(facts)};
    export class ${name} extends AwsClient {
      constructor(config) {
        super(config, facts, ${expression});
      }
    }`;
}

function json(version: string, { serviceTarget, defaultNamespace }: SdkFacts["settings"]) {
  const options = { version, target: serviceTarget, namespace: defaultNamespace };
  return {
    imports: `import { JsonProtocol } from ${JSON.stringify(client("json-protocol.ts"))};`,
    expression: `new JsonProtocol(${JSON.stringify(options)})`,
  };
}

function query(protocol: string, { defaultNamespace, xmlNamespace, version }: SdkFacts["settings"]) {
  const options = JSON.stringify({ defaultNamespace, xmlNamespace, version });
  return {
    imports: `import { ${protocol} } from "@aws-sdk/core/protocols";
    import { errorTypeRegistries } from "./schemas/schemas_0";`,
    expression: `new ${protocol}({ ...${options}, errorTypeRegistries })`,
  };
}

/** EC2 has no exceptions of its own to leave out. */
function loadErrors(build: PluginBuild, facts: Facts): void {
  const hasExceptions = async (path: string) => (await facts(path)).protocol !== "ec2Query";
  build.onLoad({ filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
    const source = withLiteralKeys(await readFile(path, "utf8"));
    return module(path, (await hasExceptions(path)) ? withoutRegistrations(source) : source);
  });
  build.onLoad({ filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/models\/errors\.js$/ }, async ({ path }) => {
    const source = await readFile(path, "utf8");
    return module(path, (await hasExceptions(path)) ? withModeledErrors(source, client("modeled-error.ts")) : source);
  });
}

/** The protocols would load them when an operation streams; none that Muster calls does. */
function leaveOutEventStreams(build: PluginBuild): void {
  build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({ path, namespace: "left-out" }));
  build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
    contents: `throw new Error(${JSON.stringify(`${path} is left out of Muster's bundles`)});`,
  }));
}

function module(path: string, contents: string): OnLoadResult {
  return { contents, resolveDir: dirname(path), loader: "js" };
}

function client(file: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), "client", file);
}

/** `@aws-sdk/client-ec2` of a path inside of it. */
function packageOf(path: string): string {
  const [, name] = /\/node_modules\/(@aws-sdk\/client-[\w-]+)\/dist-es\//.exec(path) ?? [];
  if (name === undefined) throw new Error(`${path} is in no client of the AWS SDK`);
  return name;
}

/** The class that the package's index exports as its client. */
async function clientNameOf(path: string): Promise<string> {
  const root = path.slice(0, path.indexOf("/dist-es/"));
  const [, name] =
    /^export \* from "\.\/(\w+Client)";$/m.exec(await readFile(`${root}/dist-es/index.js`, "utf8")) ?? [];
  if (name === undefined) throw new Error(`${root} exports no client: the SDK's modules have another form now`);
  return name;
}
