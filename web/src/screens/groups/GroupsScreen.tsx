import { Button } from "@mantine/core";
import { IconUsersPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { useOrganization } from "~/shell/organization";
import { CreateGroupDialog } from "./CreateGroupDialog";
import { useGroups } from "./queries";
import { groupsRoute } from "./routes";

export function GroupsScreen() {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const { q, create } = groupsRoute.useSearch();
  const navigate = groupsRoute.useNavigate();
  const list = useGroups(organization.id, q);
  const columns = useColumns();
  const mayManage = organization.may("manage_groups");
  const button = mayManage && (
    <Button
      leftSection={<IconUsersPlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: (before) => ({ ...before, create: true }) })}
    >
      {t("create.action")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        actions={button}
        name="groups"
        list={list}
        columns={columns}
        rowId={(group) => group.id}
        rowName={(group) => group.name}
        filters={
          <SearchField
            label={t("search")}
            value={q ?? ""}
            onChange={(typed) => void navigate({ search: typed ? { q: typed } : {}, replace: true })}
          />
        }
        filtered={q !== undefined}
        onClearFilters={() => void navigate({ search: {} })}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: button }}
      />
      {mayManage && (
        <CreateGroupDialog
          opened={create === true}
          onClose={() => void navigate({ search: q ? { q } : {}, replace: true })}
        />
      )}
    </>
  );
}

function useColumns(): ListColumn<Schema<"Group">>[] {
  const { t, i18n } = useTranslation("groups");
  const organization = useOrganization();
  const number = new Intl.NumberFormat(i18n.language);
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      cell: (group) => (
        <TextLink
          to="/organizations/$organization/groups/$group"
          params={{ organization: organization.id, group: group.id }}
          inherit
        >
          {group.name}
        </TextLink>
      ),
    },
    { id: "members", header: t("column.members"), cell: (group) => number.format(group.members) },
    {
      id: "licenses",
      header: t("column.licenses"),
      cell: (group) => group.licenses.map((license) => license.product.name).join(", ") || "–",
    },
    {
      id: "created",
      header: t("column.created"),
      cell: (group) => <DateTime value={group.created_at} />,
    },
  ];
}
