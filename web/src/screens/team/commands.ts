import { IconUserPlus } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const teamCommands: CommandSource = {
  area: "team",
  actions: ({ organization, t }) =>
    organization.may("manage_team")
      ? [
          {
            id: "team-invite",
            label: t("invite.title"),
            icon: IconUserPlus,
            run: `/organizations/${organization.id}/team?invite=true`,
          },
        ]
      : [],
};
