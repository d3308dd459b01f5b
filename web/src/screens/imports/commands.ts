import { IconTableImport } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const importsCommands: CommandSource = {
  area: "imports",
  actions: ({ organization, t }) =>
    organization.may("invite")
      ? [
          {
            id: "imports-new",
            label: t("new.title"),
            icon: IconTableImport,
            run: `/organizations/${organization.id}/imports?new=true`,
          },
        ]
      : [],
};
