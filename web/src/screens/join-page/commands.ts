import { IconWorld } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const joinPageCommands: CommandSource = {
  area: "join-page",
  actions: ({ organization, t }) =>
    organization.may("manage_join_page")
      ? [
          {
            id: "join-page-settings",
            label: t("settings.title"),
            icon: IconWorld,
            run: `/organizations/${organization.id}/join-page?edit=true`,
          },
        ]
      : [],
};
