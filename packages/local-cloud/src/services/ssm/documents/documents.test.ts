import {
  AddTagsToResourceCommand,
  CreateDocumentCommand,
  DeleteDocumentCommand,
  DescribeDocumentCommand,
  GetDocumentCommand,
  ListDocumentsCommand,
  ListTagsForResourceCommand,
  SendCommandCommand,
  UpdateDocumentCommand,
  UpdateDocumentDefaultVersionCommand,
  type CreateDocumentCommandInput,
} from "@aws-sdk/client-ssm";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { refusalOf } from "../../ec2/testing/test-cloud.ts";
import {
  createDocument,
  createNodeCloud,
  documentText,
  send,
  startNodes,
  step,
  type NodeCloud,
} from "../testing/node-cloud.ts";

const create = (cloud: NodeCloud, input: Partial<CreateDocumentCommandInput>) =>
  cloud.ssmClient.send(
    new CreateDocumentCommand({ Name: "muster-test", Content: documentText(), DocumentType: "Command", ...input }),
  );

const parameter = (definition: object) => documentText({ parameters: { name: definition } });

describe("CreateDocument", () => {
  it("answers with what it has understood", async () => {
    const cloud = createNodeCloud();
    const Content = documentText({ parameters: { name: { type: "String", description: "who", default: "me" } } });
    const answer = await cloud.clock.run(create(cloud, { Content, TargetType: "/AWS::EC2::Instance" }));
    expect(answer.DocumentDescription).toEqual({
      Name: "muster-test",
      Owner: "123456789012",
      CreatedDate: new Date(Date.UTC(2026, 10, 20, 12, 0, 0)),
      Status: "Creating",
      DocumentVersion: "1",
      LatestVersion: "1",
      DefaultVersion: "1",
      Parameters: [{ Name: "name", Type: "String", Description: "who", DefaultValue: "me" }],
      PlatformTypes: ["Linux", "MacOS"],
      DocumentType: "Command",
      SchemaVersion: "2.2",
      DocumentFormat: "JSON",
      TargetType: "/AWS::EC2::Instance",
      Hash: createHash("sha256").update(Content).digest("hex"),
      HashType: "Sha256",
      Tags: [],
    });
  });

  it("reads YAML too", async () => {
    const cloud = createNodeCloud();
    const Content = stringify(JSON.parse(documentText({ steps: [step("hello")] })));
    await cloud.clock.run(create(cloud, { Content, DocumentFormat: "YAML" }));
    const answer = await cloud.clock.run(cloud.ssmClient.send(new GetDocumentCommand({ Name: "muster-test" })));
    expect(answer).toMatchObject({ Content, DocumentFormat: "YAML", Status: "Active" });
  });

  it.each<[string, Partial<CreateDocumentCommandInput>, string, RegExp]>([
    ["a name that starts like those of AWS", { Name: "AWS-RunShellScript2" }, "ValidationException", /reserved prefix/],
    ["a name of Amazon's", { Name: "amazon-thing" }, "ValidationException", /reserved prefix/],
    ["a name with spaces", { Name: "my document" }, "ValidationException", /at 'name'/],
    ["more than 64 KB", { Content: " ".repeat(65_537) }, "MaxDocumentSizeExceeded", /64 KB/],
    ["what is no JSON", { Content: "{" }, "InvalidDocumentContent", /not valid JSON/],
    [
      "a schema version that is a number",
      { Content: '{"schemaVersion":2.2,"mainSteps":[]}' },
      "InvalidDocumentContent",
      /schemaVersion/,
    ],
    ["no steps", { Content: documentText({ steps: [] }) }, "InvalidDocumentContent", /no steps/],
    [
      "two steps of one name",
      { Content: documentText({ steps: [step("a"), step("a")] }) },
      "InvalidDocumentContent",
      /two steps/,
    ],
    [
      "a step name with a dash",
      { Content: documentText({ steps: [step("a-b")] }) },
      "InvalidDocumentContent",
      /step name a-b/,
    ],
    [
      "a member that steps do not have",
      { Content: documentText({ steps: [step("a", { retries: 3 })] }) },
      "InvalidDocumentContent",
      /retries/,
    ],
    [
      "another action",
      { Content: documentText({ steps: [{ ...step("a"), action: "aws:runDocument" }] }) },
      "NotImplemented",
      /aws:runDocument/,
    ],
    ["another schema", { Content: '{"schemaVersion":"1.2","mainSteps":[]}' }, "NotImplemented", /1\.2/],
    ["another type", { DocumentType: "Automation" }, "NotImplemented", /Automation/],
    [
      "a parameter that is not defined",
      { Content: documentText({ steps: [step("a", {}, { runCommand: ["{{ nobody }}"] })] }) },
      "InvalidDocumentContent",
      /nobody/,
    ],
    [
      "a parameter type that Command documents lack",
      { Content: parameter({ type: "Boolean" }) },
      "InvalidDocumentContent",
      /Boolean/,
    ],
    [
      "a list as default of a String",
      { Content: parameter({ type: "String", default: ["a"] }) },
      "InvalidDocumentContent",
      /default/,
    ],
    [
      "a pattern that is none",
      { Content: parameter({ type: "String", allowedPattern: "(" }) },
      "InvalidDocumentContent",
      /regular expression/,
    ],
    [
      "a parameter name with a dash",
      { Content: documentText({ parameters: { "a-b": { type: "String" } } }) },
      "InvalidDocumentContent",
      /a-b/,
    ],
    [
      "a precondition on something else",
      { Content: documentText({ steps: [step("a", { precondition: { StringEquals: ["x", "y"] } })] }) },
      "InvalidDocumentContent",
      /precondition/,
    ],
  ])("refuses %s", async (_what, input, code, message) => {
    const cloud = createNodeCloud();
    const refusal = await refusalOf(cloud, create(cloud, input));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  it("refuses a second document of the name, and the 501st", async () => {
    const cloud = createNodeCloud();
    await cloud.clock.run(create(cloud, {}));
    expect(await refusalOf(cloud, create(cloud, {}))).toEqual({
      code: "DocumentAlreadyExists",
      status: 400,
      message: "Document with same name muster-test already exists",
    });
    for (let number = 2; number <= 500; number++) await cloud.clock.run(create(cloud, { Name: `muster-${number}` }));
    expect((await refusalOf(cloud, create(cloud, { Name: "muster-501" }))).code).toBe("DocumentLimitExceeded");
  });
});

describe("versions of a document", () => {
  const update = (cloud: NodeCloud, stepName: string, DocumentVersion = "$LATEST") =>
    cloud.ssmClient.send(
      new UpdateDocumentCommand({
        Name: "muster-test",
        Content: documentText({ steps: [step(stepName)] }),
        DocumentVersion,
      }),
    );

  it("are made of the latest, run when they are named, and become the default when told so", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("one")] });
    const updated = await cloud.clock.run(update(cloud, "two"));
    expect(updated.DocumentDescription).toMatchObject({
      DocumentVersion: "2",
      LatestVersion: "2",
      DefaultVersion: "1",
    });
    const ids = await startNodes(cloud, 1);
    for (const DocumentVersion of [undefined, "$DEFAULT", "$LATEST", "1", "2"]) {
      await send(cloud, { InstanceIds: ids, ...(DocumentVersion === undefined ? {} : { DocumentVersion }) });
      await cloud.clock.advance(1_000);
    }
    expect(cloud.runtime.steps.map((one) => one.stepName)).toEqual(["one", "one", "two", "one", "two"]);
    await cloud.clock.run(
      cloud.ssmClient.send(new UpdateDocumentDefaultVersionCommand({ Name: "muster-test", DocumentVersion: "2" })),
    );
    const described = await cloud.clock.run(cloud.ssmClient.send(new DescribeDocumentCommand({ Name: "muster-test" })));
    expect(described.Document).toMatchObject({ DocumentVersion: "2", DefaultVersion: "2", Status: "Active" });
  });

  it("are refused when they change nothing, or not the latest", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("one")] });
    expect((await refusalOf(cloud, update(cloud, "one"))).code).toBe("DuplicateDocumentContent");
    await cloud.clock.run(update(cloud, "two", "1"));
    expect((await refusalOf(cloud, update(cloud, "three", "1"))).code).toBe("InvalidDocumentVersion");
  });

  it("can be deleted except for the default, and the document as a whole", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("one")] });
    await cloud.clock.run(update(cloud, "two"));
    const remove = (DocumentVersion?: string) =>
      cloud.ssmClient.send(
        new DeleteDocumentCommand({
          Name: "muster-test",
          ...(DocumentVersion === undefined ? {} : { DocumentVersion }),
        }),
      );
    expect((await refusalOf(cloud, remove("1"))).code).toBe("InvalidDocumentOperation");
    await cloud.clock.run(remove("2"));
    await cloud.clock.run(remove());
    expect(await refusalOf(cloud, remove())).toMatchObject({
      code: "InvalidDocument",
      message: "Document with name muster-test does not exist.",
    });
  });
});

describe("ListDocuments", () => {
  it("finds by owner, prefix and tag", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { name: "muster-weka-join" });
    await createDocument(cloud, { name: "muster-weka-drain" });
    await createDocument(cloud, { name: "other-thing" });
    await cloud.clock.run(
      cloud.ssmClient.send(
        new AddTagsToResourceCommand({
          ResourceType: "Document",
          ResourceId: "other-thing",
          Tags: [{ Key: "a", Value: "b" }],
        }),
      ),
    );
    const names = async (Key: string, Values: string[]) =>
      (
        await cloud.clock.run(cloud.ssmClient.send(new ListDocumentsCommand({ Filters: [{ Key, Values }] })))
      ).DocumentIdentifiers?.map((document) => document.Name);
    expect(await names("Owner", ["Self"])).toEqual(["muster-weka-drain", "muster-weka-join", "other-thing"]);
    expect(await names("Owner", ["Amazon"])).toEqual(["AWS-RunShellScript"]);
    expect(await names("Name", ["muster-weka"])).toEqual(["muster-weka-drain", "muster-weka-join"]);
    expect(await names("tag:a", ["b"])).toEqual(["other-thing"]);
    const tags = await cloud.clock.run(
      cloud.ssmClient.send(new ListTagsForResourceCommand({ ResourceType: "Document", ResourceId: "other-thing" })),
    );
    expect(tags.TagList).toEqual([{ Key: "a", Value: "b" }]);
  });
});

describe("AWS-RunShellScript", () => {
  it("runs the lines that it is given, and cannot be changed", async () => {
    const cloud = createNodeCloud();
    const ids = await startNodes(cloud, 1);
    await cloud.clock.run(
      cloud.ssmClient.send(
        new SendCommandCommand({
          DocumentName: "AWS-RunShellScript",
          InstanceIds: ids,
          Parameters: { commands: ["uptime", "df -h"] },
        }),
      ),
    );
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps).toMatchObject([{ stepName: "aws:runShellScript", script: "uptime\ndf -h" }]);
    const remove = cloud.ssmClient.send(new DeleteDocumentCommand({ Name: "AWS-RunShellScript" }));
    expect((await refusalOf(cloud, remove)).code).toBe("ValidationException");
  });
});
