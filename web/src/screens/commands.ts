/** What the screens add to the command palette. Loaded when the palette is first opened. */

import type { CommandSource } from "~/shell/commands";
import { accountCommands } from "./account/commands";
import { clientsCommands } from "./clients/commands";
import { codesCommands } from "./codes/commands";
import { eventsCommands } from "./events/commands";
import { groupsCommands } from "./groups/commands";
import { guideCommands } from "./guide/commands";
import { importsCommands } from "./imports/commands";
import { integrationsCommands } from "./integrations/commands";
import { invitesCommands } from "./invites/commands";
import { joinPageCommands } from "./join-page/commands";
import { learnersCommands } from "./learners/commands";
import { licensesCommands } from "./licenses/commands";
import { reportsCommands } from "./reports/commands";
import { requestsCommands } from "./requests/commands";
import { settingsCommands } from "./settings/commands";
import { teamCommands } from "./team/commands";

export const commandSources: readonly CommandSource[] = [
  licensesCommands,
  invitesCommands,
  learnersCommands,
  groupsCommands,
  importsCommands,
  codesCommands,
  joinPageCommands,
  clientsCommands,
  teamCommands,
  reportsCommands,
  eventsCommands,
  requestsCommands,
  settingsCommands,
  integrationsCommands,
  guideCommands,
  accountCommands,
];
