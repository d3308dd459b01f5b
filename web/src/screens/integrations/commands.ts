import { IconKey, IconShieldLock, IconWebhook } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";

export const integrationsCommands: CommandSource = {
  area: "integrations",
  actions: ({ organization, t }) => {
    const screen = `/organizations/${organization.id}/integrations`;
    return [
      ...(organization.may("manage_sso")
        ? [
            {
              id: "new-connection",
              label: t("connections.new"),
              icon: IconShieldLock,
              run: `${screen}?new=connection`,
            },
          ]
        : []),
      ...(organization.may("manage_programs")
        ? [
            { id: "new-webhook", label: t("webhooks.new"), icon: IconWebhook, run: `${screen}?new=webhook` },
            { id: "new-api-key", label: t("keys.new"), icon: IconKey, run: `${screen}?new=api-key` },
          ]
        : []),
    ];
  },
};
