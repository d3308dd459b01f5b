import { IconMessagePlus } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";
import { ASKED } from "./draft";

export const requestsCommands: CommandSource = {
  area: "requests",
  actions: ({ organization, t }) =>
    organization.may("file_requests")
      ? ASKED.filter((asked) => asked !== "seats" || organization.provider === null).map((asked) => ({
          id: `requests-new-${asked}`,
          label: t(`new.command.${asked}`),
          icon: IconMessagePlus,
          run: `/organizations/${organization.id}/requests?new=${asked}`,
        }))
      : [],
};
