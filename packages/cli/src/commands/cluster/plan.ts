import { EXIT, type Command } from "../../command.ts";
import { readSpecFile } from "../../spec-file.ts";
import { forecastText } from "../../terminal/forecast-text.ts";

export const clusterPlan: Command = {
  name: "cluster plan",
  summary: "Forecast a cluster: steps, limits, dollars, minutes; touches nothing",
  arguments: [{ name: "FILE", description: "Spec, YAML or JSON" }],
  options: {},
  run: async ({ arguments: [file = ""], api, terminal }) => {
    const forecast = await api.plan(await readSpecFile(file));
    terminal.out(terminal.json ? `${JSON.stringify(forecast, undefined, 2)}\n` : forecastText(forecast, terminal));
    return forecast.canDeploy ? EXIT.done : EXIT.failed;
  },
};
