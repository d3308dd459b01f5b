import { IconChartBar, IconListDetails } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const reportsCommands: CommandSource = {
  area: "reports",
  actions: ({ organization, t }) => [
    {
      id: "reports-quarter",
      label: t("commands.quarter"),
      icon: IconChartBar,
      run: `/organizations/${organization.id}/reports?range=quarter`,
    },
    {
      id: "reports-activity",
      label: t("commands.activity"),
      icon: IconListDetails,
      run: `/organizations/${organization.id}/reports/activity`,
    },
  ],
};
