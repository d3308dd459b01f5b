import { IconBuildingCommunity, IconBuildingPlus } from "@tabler/icons-react";
import { api, unwrap } from "~/api/client";
import type { OperatorCommandSource } from "~/shell/commands";

const FOUND = 6;

export const operatorOrganizationsCommands: OperatorCommandSource = {
  area: "operator",
  heading: "organizations.title",
  actions: ({ t }) => [
    {
      id: "operator-organizations-create",
      label: t("create.title"),
      icon: IconBuildingPlus,
      run: "/operator/organizations?create=true",
    },
  ],
  search: async (query, { t, signal }) => {
    const { items } = await unwrap(
      api.GET("/v1/operator/organizations", { params: { query: { q: query, limit: FOUND } }, signal }),
    );
    return items.map((one) => ({
      id: `operator-organization-${one.id}`,
      label: one.name,
      description: one.provider_name
        ? t("organizations.of", { provider: one.provider_name })
        : t("organizations.own"),
      icon: IconBuildingCommunity,
      run: `/operator/organizations/${one.id}`,
    }));
  },
};
