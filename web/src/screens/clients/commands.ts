import { IconBuildingCommunity, IconBuildingPlus } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";
import { fetchClients } from "./queries";

const FOUND = 6;

export const clientsCommands: CommandSource = {
  area: "clients",
  actions: ({ organization, t }) =>
    organization.may("manage_clients") && organization.provider === null
      ? [
          {
            id: "clients-create",
            label: t("create.title"),
            icon: IconBuildingPlus,
            run: `/organizations/${organization.id}/clients?create=true`,
          },
        ]
      : [],
  search: async (query, { organization, t, signal }) => {
    if (!organization.hasClients) return [];
    const { items } = await fetchClients(organization.id, { q: query, limit: FOUND }, signal);
    return items.map((client) => ({
      id: `client-${client.id}`,
      label: client.name,
      description: client.closed_at ? t("closed") : t("one"),
      icon: IconBuildingCommunity,
      run: `/organizations/${organization.id}/clients/${client.id}`,
    }));
  },
};
