import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { useOrganization } from "~/shell/organization";
import { type Connection, connectionsQuery } from "../queries";
import { integrationsRoute } from "../routes";
import { Section } from "../Section";
import { ConnectionState } from "./ConnectionState";
import { NewConnectionDialog } from "./NewConnectionDialog";

/** The connections to identity providers, and the dialog for another. */
export function ConnectionsSection() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const connections = useQuery(connectionsQuery(organization.id));
  const search = integrationsRoute.useSearch();
  const navigate = integrationsRoute.useNavigate();
  const mayManage = organization.may("manage_sso");
  return (
    <Section
      title={t("connections.title")}
      lead={t("connections.lead")}
      action={
        mayManage && (
          <Button
            variant="default"
            leftSection={<IconPlus size={18} stroke={1.8} />}
            onClick={() => void navigate({ search: { new: "connection" } })}
          >
            {t("connections.new")}
          </Button>
        )
      }
    >
      <ListSection
        title={t("connections.title")}
        fixedColumns
        name="sso-connections"
        list={wholeList(connections)}
        columns={useColumns()}
        rowId={(connection) => connection.id}
        rowName={(connection) => connection.name}
        empty={{ title: t("connections.empty.title"), text: t("connections.empty.text") }}
        total={connections.data?.items.length}
      />
      {mayManage && (
        <NewConnectionDialog
          opened={search.new === "connection"}
          onClose={() => void navigate({ search: {}, replace: true })}
          onCreated={(connection) =>
            void navigate({
              to: "/organizations/$organization/sso-connections/$connection",
              params: { organization: organization.id, connection: connection.id },
            })
          }
        />
      )}
    </Section>
  );
}

function useColumns(): ListColumn<Connection>[] {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("connections.column.name"),
      isName: true,
      cell: (connection) => (
        <TextLink
          to="/organizations/$organization/sso-connections/$connection"
          params={{ organization: organization.id, connection: connection.id }}
          inherit
          c="inherit"
        >
          {connection.name}
        </TextLink>
      ),
    },
    {
      id: "domains",
      header: t("connections.column.domains"),
      cell: (connection) => connection.domains.map((one) => one.domain).join(", "),
    },
    {
      id: "state",
      header: t("connections.column.state"),
      cell: (connection) => <ConnectionState connection={connection} />,
    },
    { id: "issuer", header: t("connections.column.issuer"), cell: (connection) => connection.issuer },
    {
      id: "created",
      header: t("connections.column.created"),
      cell: (connection) => <DateTime value={connection.created_at} />,
    },
  ];
}
