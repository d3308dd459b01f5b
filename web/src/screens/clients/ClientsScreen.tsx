import { Anchor, Button, Group, Tooltip } from "@mantine/core";
import { IconBuildingPlus, IconLogin2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { SeatBar } from "~/components/SeatBar";
import { StateBadge } from "~/components/StateBadge";
import { OrganizationMark } from "~/shell/OrganizationMark";
import { useOrganization } from "~/shell/organization";
import { CreateClientDialog } from "./CreateClientDialog";
import classes from "./clients.module.css";
import { useClients } from "./queries";
import { clientsRoute } from "./routes";

export function ClientsScreen() {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const { q, create } = clientsRoute.useSearch();
  const navigate = clientsRoute.useNavigate();
  const list = useClients(organization.id, q);
  const columns = useColumns();
  const mayManage = organization.may("manage_clients") && organization.provider === null;
  const button = mayManage && (
    <Button
      leftSection={<IconBuildingPlus size={18} stroke={1.8} />}
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
        name="clients"
        list={list}
        columns={columns}
        rowId={(client) => client.id}
        rowName={(client) => client.name}
        rowActions={(client) => <ConsoleLink client={client} />}
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
        <CreateClientDialog
          opened={create === true}
          onClose={() => void navigate({ search: q ? { q } : {}, replace: true })}
        />
      )}
    </>
  );
}

/** Leads into the client's own console. */
function ConsoleLink({ client }: { client: Schema<"Client"> }) {
  const { t } = useTranslation("clients");
  return (
    <Tooltip label={t("console")}>
      <ButtonLink
        variant="subtle"
        color="gray"
        size="compact-md"
        to="/organizations/$organization"
        params={{ organization: client.id }}
        aria-label={t("consoleOf", { name: client.name })}
      >
        <IconLogin2 size={18} stroke={1.8} />
      </ButtonLink>
    </Tooltip>
  );
}

function useColumns(): ListColumn<Schema<"Client">>[] {
  const { t, i18n } = useTranslation("clients");
  const organization = useOrganization();
  const number = new Intl.NumberFormat(i18n.language);
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      cell: (client) => (
        <Group gap="sm" wrap="nowrap">
          <OrganizationMark name={client.name} logo={client.branding.logo_url} size={30} />
          <TextLink
            to="/organizations/$organization/clients/$client"
            params={{ organization: organization.id, client: client.id }}
            inherit
          >
            {client.name}
          </TextLink>
          {client.closed_at && <StateBadge tone="off">{t("closed")}</StateBadge>}
        </Group>
      ),
    },
    {
      id: "seats",
      header: t("column.seats"),
      cell: (client) => (
        <div className={classes.seats}>
          <SeatBar seats={{ ...client.seats, sublicensed: 0 }} />
        </div>
      ),
    },
    {
      id: "learners",
      header: t("column.learners"),
      cell: (client) => number.format(client.learners),
    },
    {
      id: "activity",
      header: t("column.activity"),
      cell: (client) =>
        client.last_activity ? <DateTime value={client.last_activity} style="distance" /> : t("never"),
    },
    {
      id: "landing",
      header: t("column.landing"),
      optional: true,
      cell: (client) =>
        client.closed_at ? (
          "–"
        ) : (
          <Anchor href={client.landing_page} target="_blank" rel="noreferrer" inherit>
            {client.landing_page.replace(/^https?:\/\//, "")}
          </Anchor>
        ),
    },
    {
      id: "created",
      header: t("column.created"),
      optional: true,
      cell: (client) => <DateTime value={client.created_at} />,
    },
  ];
}
