import { IconTicket } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const codesCommands: CommandSource = {
  area: "codes",
  actions: ({ organization, t }) =>
    organization.may("manage_codes")
      ? [
          {
            id: "codes-new",
            label: t("new.title"),
            icon: IconTicket,
            run: `/organizations/${organization.id}/codes?new=one`,
          },
        ]
      : [],
};
