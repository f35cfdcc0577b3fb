import { describe, expect, it } from "vitest";
import { commands } from "./commands/all.ts";
import { runCommand } from "./testing/run-command.ts";

async function help(line: string): Promise<string> {
  const { exitCode, out, err } = await runCommand(line);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  return out;
}

describe("help", () => {
  it("of everything lists every command", async () => {
    expect(await help("--help")).toMatchInlineSnapshot(`
      "Muster deploys and runs stateful clusters on AWS.

      Usage: muster NOUN VERB [ARGUMENTS] [OPTIONS]

      Commands:
        cluster plan FILE     Forecast a cluster: steps, limits, dollars, minutes
        cluster deploy FILE   Deploy a cluster, and watch until it is ready
        cluster list          List clusters
        cluster get NAME      Show a cluster: tiers, nodes, and what happened last
        cluster watch NAME    Watch a cluster's operation until it has ended
        cluster destroy NAME  Destroy a cluster and its data
        operation get ID      Show an operation: how it stands, or why it failed
        operation cancel ID   Cancel an operation; what it launched is put back
        spec schema           Print the JSON Schema of a spec, for editors
        local start           Start the embedded cloud and deploy a cluster in it

      Options of every command:
        --json  Print one JSON object, for errors too
        --help  Show this help

      Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong.
      More of one command: muster NOUN VERB --help. Version: muster --version
      No cluster yet? muster local start deploys one on this machine.
      "
    `);
  });

  it("of a noun lists what it does", async () => {
    expect(await help("operation --help")).toMatchInlineSnapshot(`
      "Muster deploys and runs stateful clusters on AWS.

      Usage: muster NOUN VERB [ARGUMENTS] [OPTIONS]

      Commands:
        operation get ID     Show an operation: how it stands, or why it failed
        operation cancel ID  Cancel an operation; what it launched is put back

      Options of every command:
        --json  Print one JSON object, for errors too
        --help  Show this help

      Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong.
      More of one command: muster NOUN VERB --help. Version: muster --version
      No cluster yet? muster local start deploys one on this machine.
      "
    `);
  });

  it("of cluster plan", async () => {
    expect(await help("cluster plan --help")).toMatchInlineSnapshot(`
      "Forecast a cluster: steps, limits, dollars, minutes.

      Usage: muster cluster plan FILE [OPTIONS]

      Arguments:
        FILE  Spec, YAML or JSON; nothing is touched

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of cluster deploy", async () => {
    expect(await help("cluster deploy --help")).toMatchInlineSnapshot(`
      "Deploy a cluster, and watch until it is ready.

      Usage: muster cluster deploy FILE [OPTIONS]

      Arguments:
        FILE  Spec, YAML or JSON

      Options:
        --detach               Return at once; the operation goes on
        --idempotency-key KEY  The same key and spec is the same operation, for 24
                               hours
        --api URL              Muster's API (default: MUSTER_API, or
                               http://127.0.0.1:4700)
        --json                 Print one JSON object, for errors too
        --help                 Show this help
      "
    `);
  });

  it("of cluster list", async () => {
    expect(await help("cluster list --help")).toMatchInlineSnapshot(`
      "List clusters.

      Usage: muster cluster list [OPTIONS]

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of cluster get", async () => {
    expect(await help("cluster get --help")).toMatchInlineSnapshot(`
      "Show a cluster: tiers, nodes, and what happened last.

      Usage: muster cluster get NAME [OPTIONS]

      Arguments:
        NAME  Cluster

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of cluster watch", async () => {
    expect(await help("cluster watch --help")).toMatchInlineSnapshot(`
      "Watch a cluster's operation until it has ended.

      Usage: muster cluster watch NAME [OPTIONS]

      Arguments:
        NAME  Cluster

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of cluster destroy", async () => {
    expect(await help("cluster destroy --help")).toMatchInlineSnapshot(`
      "Destroy a cluster and its data.

      Usage: muster cluster destroy NAME [OPTIONS]

      Arguments:
        NAME  Cluster

      Options:
        --confirm NAME  The cluster's name once more: its data is deleted
        --detach        Return at once; the operation goes on
        --api URL       Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json          Print one JSON object, for errors too
        --help          Show this help
      "
    `);
  });

  it("of operation get", async () => {
    expect(await help("operation get --help")).toMatchInlineSnapshot(`
      "Show an operation: how it stands, or why it failed.

      Usage: muster operation get ID [OPTIONS]

      Arguments:
        ID  Operation

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of operation cancel", async () => {
    expect(await help("operation cancel --help")).toMatchInlineSnapshot(`
      "Cancel an operation; what it launched is put back.

      Usage: muster operation cancel ID [OPTIONS]

      Arguments:
        ID  Operation

      Options:
        --api URL  Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)
        --json     Print one JSON object, for errors too
        --help     Show this help
      "
    `);
  });

  it("of spec schema", async () => {
    expect(await help("spec schema --help")).toMatchInlineSnapshot(`
      "Print the JSON Schema of a spec, for editors.

      Usage: muster spec schema [OPTIONS]

      Options:
        --json  Print one JSON object, for errors too
        --help  Show this help
      "
    `);
  });

  it("of local start", async () => {
    expect(await help("local start --help")).toMatchInlineSnapshot(`
      "Start the embedded cloud and deploy a cluster in it.

      Usage: muster local start [OPTIONS]

      Options:
        --spec FILE      Spec to deploy (default: examples/weka-client-backend.yaml)
        --exit           End after the deployment: 0 ready, 1 refused or failed
        --port PORT      AWS protocols, on this machine only (default: 4566)
        --api-port PORT  Muster's API, on this machine only (default: 4700)
        --region REGION  Region that the cloud says it is (default: us-east-1)
        --speed N        Cloud seconds in a real one; 1 is real time (default: 60)
        --nodes MODE     shell: hooks run in real bash; model: in memory (default:
                         shell)
        --json           Print one JSON object, for errors too
        --help           Show this help
      "
    `);
  });

  it.each(commands.map((command) => command.name))("of %s fits into 80 columns", async (name) => {
    const tooWide = (await help(`${name} --help`)).split("\n").filter((line) => line.length > 80);
    expect(tooWide).toEqual([]);
  });

  it("of everything fits into 80 columns", async () => {
    expect((await help("help")).split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(["help cluster plan", "cluster plan -h", "--help cluster plan", "cluster plan --help some-file extra"])(
    "is the same for muster %s",
    async (line) => {
      expect(await help(line)).toBe(await help("cluster plan --help"));
    },
  );

  it("of something that is not there is the help of everything", async () => {
    expect(await help("fleet --help")).toBe(await help("--help"));
  });

  it("is also shown, as an error, to who says nothing", async () => {
    expect(await runCommand("")).toEqual({ exitCode: 2, out: await help("--help"), err: "" });
  });
});

it("says its version", async () => {
  expect(await runCommand("--version")).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^muster \d+\.\d+\.\d+\n$/),
  });
});
