/// <reference path="./.sst/platform/config.d.ts" />

/** Muster as an SST v4 app. What it consists of is data in packages/manifest; infra/ maps it to AWS, one file per concern. */
export default $config({
  app: ({ stage }) => ({
    name: "muster",
    home: "aws",
    // Clusters of production matter: its table stays when the app goes, and `sst remove` is refused.
    removal: stage === "production" ? "retain" : "remove",
    protect: stage === "production",
    providers: {
      aws: {
        region: (process.env["AWS_REGION"] ?? "us-east-1") as aws.Region,
        defaultTags: { tags: { app: "muster", stage } },
      },
    },
    // Packages read no linked resources, and need no types of them.
    types: { ignore: ["packages"] },
  }),
  run: async () => {
    const { createStack } = await import("./infra/stack.ts");
    return createStack();
  },
});
