import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { CreateOrganizationDialog } from "./CreateOrganizationDialog";
import { OrganizationState } from "./OrganizationState";
import { useOrganizations } from "./queries";
import { operatorOrganizationsRoute } from "./routes";

/** All organizations of this Usher, for those who run it. */
export function OperatorOrganizationsScreen() {
  const { t } = useTranslation("operator");
  const { q, create } = operatorOrganizationsRoute.useSearch();
  const navigate = operatorOrganizationsRoute.useNavigate();
  const list = useOrganizations(q);
  const button = (
    <Button
      leftSection={<IconPlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: (before) => ({ ...before, create: true }) })}
    >
      {t("create.action")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("organizations.title")}
        lead={t("organizations.lead")}
        actions={button}
        name="operator-organizations"
        list={list}
        columns={useColumns()}
        rowId={(organization) => organization.id}
        rowName={(organization) => organization.name}
        filters={
          <SearchField
            label={t("organizations.search")}
            value={q ?? ""}
            onChange={(typed) => void navigate({ search: typed ? { q: typed } : {}, replace: true })}
          />
        }
        filtered={q !== undefined}
        onClearFilters={() => void navigate({ search: {} })}
        empty={{ title: t("organizations.empty"), text: t("organizations.emptyText"), action: button }}
      />
      <CreateOrganizationDialog
        opened={create === true}
        onClose={() => void navigate({ search: q ? { q } : {}, replace: true })}
        onCreated={(organization) =>
          void navigate({
            to: "/operator/organizations/$organization",
            params: { organization: organization.id },
          })
        }
      />
    </>
  );
}

function useColumns(): ListColumn<Schema<"OperatedOrganization">>[] {
  const { t } = useTranslation("operator");
  return [
    {
      id: "name",
      header: t("organizations.name"),
      isName: true,
      cell: (organization) => (
        <>
          <TextLink
            to="/operator/organizations/$organization"
            params={{ organization: organization.id }}
            inherit
            c="inherit"
          >
            {organization.name}
          </TextLink>
          {organization.provider_name && (
            <Text size="xs" c="dimmed" fw={400}>
              {t("organizations.of", { provider: organization.provider_name })}
            </Text>
          )}
        </>
      ),
    },
    { id: "slug", header: t("organizations.slug"), cell: (organization) => organization.slug },
    {
      id: "kind",
      header: t("organizations.kind"),
      cell: (organization) => t(organization.provider ? "organizations.client" : "organizations.own"),
    },
    {
      id: "state",
      header: t("organizations.state"),
      cell: (organization) => <OrganizationState organization={organization} />,
    },
    { id: "time_zone", header: t("organizations.timeZone"), cell: (one) => one.time_zone, optional: true },
    {
      id: "created_at",
      header: t("organizations.createdAt"),
      cell: (organization) => <DateTime value={organization.created_at} />,
    },
  ];
}
