/** What the screens add to the command palette. Loaded when the palette is first opened. */

import type { CommandSource } from "~/shell/commands";
import { codesCommands } from "./codes/commands";
import { importsCommands } from "./imports/commands";
import { joinPageCommands } from "./join-page/commands";
import { licensesCommands } from "./licenses/commands";
import { teamCommands } from "./team/commands";

export const commandSources: readonly CommandSource[] = [
  licensesCommands,
  importsCommands,
  codesCommands,
  joinPageCommands,
  teamCommands,
];
