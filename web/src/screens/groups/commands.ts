import { IconUsers, IconUsersPlus } from "@tabler/icons-react";
import { api, unwrap } from "~/api/client";
import type { CommandSource } from "~/shell/commands";

const FOUND = 6;

export const groupsCommands: CommandSource = {
  area: "groups",
  actions: ({ organization, t }) =>
    organization.may("manage_groups")
      ? [
          {
            id: "groups-create",
            label: t("create.title"),
            icon: IconUsersPlus,
            run: `/organizations/${organization.id}/groups?create=true`,
          },
        ]
      : [],
  search: async (query, { organization, t, signal }) => {
    const { items } = await unwrap(
      api.GET("/v1/organizations/{organization}/groups", {
        params: { path: { organization: organization.id }, query: { q: query, limit: FOUND } },
        signal,
      }),
    );
    return items.map((group) => ({
      id: `group-${group.id}`,
      label: group.name,
      description: t("members.count", { count: group.members }),
      icon: IconUsers,
      run: `/organizations/${organization.id}/groups/${group.id}`,
    }));
  },
};
