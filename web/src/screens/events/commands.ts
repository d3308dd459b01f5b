import { IconMailX } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const eventsCommands: CommandSource = {
  area: "events",
  actions: ({ organization, t }) => [
    {
      id: "events-failed",
      label: t("commands.failed"),
      icon: IconMailX,
      run: `/organizations/${organization.id}/events?type=invite.delivery_failed`,
    },
  ],
};
