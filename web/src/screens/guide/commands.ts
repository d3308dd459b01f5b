import { IconMap2 } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const guideCommands: CommandSource = {
  area: "guide",
  actions: ({ organization, t }) => [
    {
      id: "guide",
      label: t("title"),
      icon: IconMap2,
      run: `/organizations/${organization.id}/guide`,
    },
  ],
};
