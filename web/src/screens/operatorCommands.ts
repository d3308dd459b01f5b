/** What the operators' screens add to the command palette. Loaded when the palette is first opened. */

import type { OperatorCommandSource } from "~/shell/commands";
import { operatorDomainsCommands } from "./operator-domains/commands";
import { operatorOrganizationsCommands } from "./operator-organizations/commands";
import { operatorProductsCommands } from "./operator-products/commands";

export const operatorCommandSources: readonly OperatorCommandSource[] = [
  operatorOrganizationsCommands,
  operatorProductsCommands,
  operatorDomainsCommands,
];
