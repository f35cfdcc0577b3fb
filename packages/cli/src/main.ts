#!/usr/bin/env node
import { processHost } from "./process-host.ts";
import { runCli } from "./run-cli.ts";
import { processTerminal } from "./terminal/process-terminal.ts";

const { argv, env: environment, stdout, stderr } = process;
process.exitCode = await runCli(argv.slice(2), processTerminal({ stdout, stderr, environment }), processHost(process));
