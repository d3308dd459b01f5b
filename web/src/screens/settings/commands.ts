import { IconBell, IconMailOpened, IconPalette, IconSettings } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const settingsCommands: CommandSource = {
  area: "settings",
  actions: ({ organization, t }) => {
    const at = `/organizations/${organization.id}/settings`;
    return [
      {
        id: "settings-general",
        label: t("tabs.general"),
        description: t("title"),
        icon: IconSettings,
        run: at,
      },
      {
        id: "settings-appearance",
        label: t("tabs.appearance"),
        description: t("title"),
        icon: IconPalette,
        run: `${at}/appearance`,
      },
      {
        id: "settings-emails",
        label: t("tabs.emails"),
        description: t("title"),
        icon: IconMailOpened,
        run: `${at}/emails`,
      },
      {
        id: "settings-notices",
        label: t("tabs.notices"),
        description: t("title"),
        icon: IconBell,
        run: `${at}/notices`,
      },
    ];
  },
};
