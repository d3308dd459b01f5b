import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { ProblemBeside } from "~/components/ProblemBeside";
import { StateBadge } from "~/components/StateBadge";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import classes from "./organization.module.css";
import { type OrganizationDetail, useOrganizationsChanged } from "./queries";
import { Section } from "./Section";

/** The organization's connections to identity providers, with the domains that are to be confirmed. */
export function Connections({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const columns: ListColumn<Schema<"Connection">>[] = [
    { id: "name", header: t("connections.name"), isName: true, cell: (connection) => connection.name },
    {
      id: "domains",
      header: t("connections.domains"),
      cell: (connection) => (
        <ul className={classes.domains}>
          {connection.domains.map((one) => (
            <Domain key={one.domain} connection={connection} domain={one} />
          ))}
        </ul>
      ),
    },
    { id: "issuer", header: t("connections.issuer"), cell: (connection) => connection.issuer },
    {
      id: "state",
      header: t("connections.state"),
      cell: (connection) => (
        <StateBadge tone={connection.enabled ? "ok" : "off"}>
          {t(connection.enabled ? "connections.on" : "connections.off")}
        </StateBadge>
      ),
    },
  ];
  return (
    <Section title={t("connections.title")}>
      <ListSection
        title={t("connections.title")}
        fixedColumns
        name="operator-connections"
        list={wholeList({
          data: { items: organization.sso_connections, next: null },
          isPending: false,
          error: null,
          refetch: () => undefined,
        })}
        columns={columns}
        rowId={(connection) => connection.id}
        rowName={(connection) => connection.name}
        empty={{ title: t("connections.empty"), text: t("connections.emptyText") }}
      />
    </Section>
  );
}

interface DomainProps {
  connection: Schema<"Connection">;
  domain: Schema<"ConnectionDomain">;
}

function Domain({ connection, domain }: DomainProps) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const path = { organization: connection.organization, connection: connection.id, domain: domain.domain };
  const revoke = useCommand({
    run: () =>
      unwrap(
        api.DELETE(
          "/v1/operator/organizations/{organization}/sso-connections/{connection}/domains/{domain}",
          {
            params: { path },
          },
        ),
      ),
    onDone: () => toastDone(t("connections.revoked", { domain: domain.domain })),
    onSettled: changed,
  });
  return (
    <li>
      {domain.domain}
      <StateBadge tone={domain.confirmed ? "ok" : "waiting"}>
        {t(domain.confirmed ? "connections.confirmed" : "connections.waiting")}
      </StateBadge>
      {domain.confirmed && (
        <ProblemBeside error={revoke.error} onClose={revoke.reset}>
          <Button
            variant="subtle"
            size="compact-xs"
            loading={revoke.isPending}
            onClick={() => revoke.mutate()}
            aria-label={t("connections.revokeOf", { domain: domain.domain })}
          >
            {t("connections.revoke")}
          </Button>
        </ProblemBeside>
      )}
    </li>
  );
}
