import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Account } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Machine images. */
export function imageReader(runtime: AwsRuntime): Pick<Account, "image" | "newestImage"> {
  const ec2 = runtime.client(EC2Client);
  const ssm = runtime.client(SSMClient);
  return {
    image: async (id) => {
      // By filter: naming one that is not there would be an error instead of an empty list.
      const Filters = [{ Name: "image-id", Values: [id] }];
      const answer = await call(runtime, "ec2:DescribeImages", () => ec2.send(new DescribeImagesCommand({ Filters })));
      const found = answer.Images?.[0];
      if (found === undefined) return undefined;
      const { Architecture = "", State = "", RootDeviceName = "" } = found;
      return {
        id,
        architecture: Architecture,
        state: State,
        rootDeviceName: RootDeviceName,
        requiresImdsV2: found.ImdsSupport === "v2.0",
      };
    },
    newestImage: async (architecture) => {
      // AWS's public parameter with the newest Amazon Linux 2023. https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
      const Name = `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${architecture}`;
      const answer = await call(runtime, "ssm:GetParameter", () => ssm.send(new GetParameterCommand({ Name })));
      return answer.Parameter?.Value ?? "";
    },
  };
}
