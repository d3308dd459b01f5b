import { Button, Text } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Manager } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { StateBadge } from "~/components/StateBadge";
import { useIdentity } from "~/shell/identity";
import { useOrganization } from "~/shell/organization";
import { InviteManagerDialog } from "./InviteManagerDialog";
import { ManagerActions } from "./ManagerActions";
import { nameOf } from "./names";
import { teamQuery } from "./queries";
import { teamRoute } from "./routes";

export function TeamScreen() {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const { invite, q } = teamRoute.useSearch();
  const team = useQuery(teamQuery(organization.id, q));
  const columns = useColumns();
  const navigate = teamRoute.useNavigate();
  const search = (typed: string) => void navigate({ search: typed ? { q: typed } : {}, replace: true });
  const mayManage = organization.may("manage_team");
  const button = mayManage && (
    <Button
      leftSection={<IconUserPlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: (before) => ({ ...before, invite: true }) })}
    >
      {t("invite.action")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        actions={button}
        name="team"
        list={wholeList(team)}
        columns={columns}
        rowId={(manager) => manager.id}
        rowName={nameOf}
        rowActions={mayManage ? (manager) => <ManagerActions manager={manager} /> : undefined}
        filters={<SearchField label={t("search")} value={q ?? ""} onChange={search} />}
        filtered={q !== undefined}
        onClearFilters={() => search("")}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: button }}
        total={team.data?.items.length}
      />
      {mayManage && <InviteManagerDialog opened={invite === true} onClose={() => search(q ?? "")} />}
    </>
  );
}

function useColumns(): ListColumn<Manager>[] {
  const { t } = useTranslation("team");
  const { person } = useIdentity();
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      cell: (manager) => (
        <>
          {nameOf(manager)}
          {manager.email === person.email && (
            <Text span size="sm" c="dimmed" fw={400}>
              {" "}
              {t("you")}{" "}
              <TextLink
                to="/organizations/$organization/account"
                params={{ organization: organization.id }}
                inherit
                underline="always"
                aria-label={t("editYourselfLabel")}
              >
                {t("editYourself")}
              </TextLink>
            </Text>
          )}
        </>
      ),
    },
    { id: "email", header: t("column.email"), cell: (manager) => manager.email },
    { id: "role", header: t("column.role"), cell: (manager) => t(`role.${manager.role}`) },
    { id: "state", header: t("column.state"), cell: (manager) => <State manager={manager} /> },
    {
      id: "since",
      header: t("column.since"),
      cell: (manager) => (manager.since ? <DateTime value={manager.since} /> : "–"),
    },
  ];
}

function State({ manager }: { manager: Manager }) {
  const { t } = useTranslation("team");
  if (manager.state === "active") return <StateBadge tone="ok">{t("state.active")}</StateBadge>;
  if (manager.expired) return <StateBadge tone="attention">{t("state.expired")}</StateBadge>;
  return (
    <>
      <StateBadge tone="waiting">{t("state.pending")}</StateBadge>
      {manager.expires_at && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("expires")} <DateTime value={manager.expires_at} style="distance" />
        </Text>
      )}
    </>
  );
}
