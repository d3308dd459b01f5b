import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Organization } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { useCursorList } from "~/components/list/cursorList";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { StateBadge } from "~/components/StateBadge";

const PAGE = 100;

/** All organizations of this Usher, for those who run it. */
export function OperatorOrganizationsScreen() {
  const { t } = useTranslation("operator");
  const list = useCursorList({
    queryKey: ["operator", "organizations"],
    fetchPage: (cursor, signal) =>
      unwrap(api.GET("/v1/operator/organizations", { params: { query: { cursor, limit: PAGE } }, signal })),
  });
  return (
    <ListPage
      title={t("organizations.title")}
      lead={t("organizations.lead")}
      name="operator-organizations"
      list={list}
      columns={useColumns()}
      rowId={(organization) => organization.id}
      rowName={(organization) => organization.name}
      empty={{ title: t("organizations.empty"), text: t("organizations.emptyText") }}
    />
  );
}

function useColumns(): ListColumn<Organization>[] {
  const { t } = useTranslation("operator");
  return [
    {
      id: "name",
      header: t("organizations.name"),
      isName: true,
      cell: (organization) => (
        <TextLink
          to="/organizations/$organization"
          params={{ organization: organization.id }}
          inherit
          c="inherit"
        >
          {organization.name}
        </TextLink>
      ),
    },
    { id: "slug", header: t("organizations.slug"), cell: (organization) => organization.slug },
    {
      id: "kind",
      header: t("organizations.kind"),
      cell: (organization) =>
        organization.closed_at ? (
          <StateBadge tone="off">{t("organizations.closed")}</StateBadge>
        ) : (
          t(organization.provider ? "organizations.client" : "organizations.own")
        ),
    },
    { id: "time_zone", header: t("organizations.timeZone"), cell: (one) => one.time_zone, optional: true },
    {
      id: "created_at",
      header: t("organizations.createdAt"),
      cell: (organization) => <DateTime value={organization.created_at} timeZone={organization.time_zone} />,
    },
  ];
}
