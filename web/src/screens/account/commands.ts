import { IconUserCircle } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const accountCommands: CommandSource = {
  area: "account",
  actions: ({ organization, t }) => [
    {
      id: "account",
      label: t("title"),
      description: t("command"),
      icon: IconUserCircle,
      run: `/organizations/${organization.id}/account`,
    },
  ],
};
