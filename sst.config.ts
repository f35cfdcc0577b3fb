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
        region: requiredRegion() as aws.Region,
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

/** Said, and not guessed: an upgrade of the wrong region would be a second installation. */
function requiredRegion(): string {
  const { AWS_REGION: region } = process.env;
  if (region === undefined || region === "")
    throw new Error("in which region? AWS_REGION=eu-west-1 npx sst deploy --stage production");
  return region;
}
