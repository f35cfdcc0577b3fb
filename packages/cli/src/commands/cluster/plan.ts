import { API_OPTION, EXIT, type Command } from "../../command.ts";
import { readSpecFile } from "../../spec-file.ts";
import { forecastText } from "../../terminal/forecast-text.ts";
import { writeJson } from "../../terminal/json.ts";

export const clusterPlan: Command = {
  name: "cluster plan",
  summary: "Forecast a cluster: steps, limits, dollars, minutes",
  arguments: [{ name: "FILE", description: "Spec, YAML or JSON; nothing is touched" }],
  options: API_OPTION,
  run: async ({ arguments: [file = ""], api, terminal }) => {
    const forecast = await api().plan(readSpecFile(file));
    if (terminal.json) writeJson(terminal, forecast);
    else terminal.out(forecastText(forecast, terminal));
    return forecast.canDeploy ? EXIT.done : EXIT.failed;
  },
};
