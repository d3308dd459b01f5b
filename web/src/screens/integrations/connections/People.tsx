import { Button, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import classes from "../integrations.module.css";
import { type Connection, useIntegrationsChanged, useLinkedPeople } from "../queries";
import { connectionRoute } from "../routes";

type Linked = Schema<"LinkedPerson">;

/** Who signed in through a connection; an address that somebody else has now is unlinked from its former owner. */
export function People({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const { q } = connectionRoute.useSearch();
  const navigate = connectionRoute.useNavigate();
  const list = useLinkedPeople(organization.id, connection.id, q);
  const [unlinking, setUnlinking] = useState<Linked | null>(null);
  const search = (next: string) =>
    void navigate({ search: (before) => ({ ...before, q: next || undefined }), replace: true });
  return (
    <section className={classes.section} aria-labelledby="people">
      <div>
        <Title order={2} size="h3" id="people">
          {t("connections.people.title")}
        </Title>
        <Text size="sm" c="dimmed" maw="46rem">
          {t("connections.people.lead")}
        </Text>
      </div>
      <ListSection
        title={t("connections.people.title")}
        fixedColumns
        name="sso-people"
        list={list}
        columns={useColumns()}
        rowId={(one) => one.person}
        rowName={(one) => one.email}
        rowActions={
          organization.may("manage_sso")
            ? (one) => (
                <Button
                  variant="subtle"
                  size="xs"
                  aria-label={t("connections.people.unlinkOne", { email: one.email })}
                  onClick={() => setUnlinking(one)}
                >
                  {t("connections.people.unlink")}
                </Button>
              )
            : undefined
        }
        filters={<SearchField label={t("connections.people.search")} value={q ?? ""} onChange={search} />}
        filtered={q !== undefined}
        onClearFilters={() => search("")}
        empty={{ title: t("connections.people.empty"), text: t("connections.people.emptyText") }}
      />
      <UnlinkDialog connection={connection} linked={unlinking} onClose={() => setUnlinking(null)} />
    </section>
  );
}

function useColumns(): ListColumn<Linked>[] {
  const { t } = useTranslation("integrations");
  return [
    { id: "email", header: t("connections.people.email"), isName: true, cell: (one) => one.email },
    {
      id: "since",
      header: t("connections.people.since"),
      cell: (one) => <DateTime value={one.since} style="datetime" />,
    },
    {
      id: "as",
      header: t("connections.people.as"),
      cell: (one) => t(one.enrolled ? "connections.people.learner" : "connections.people.manager"),
    },
  ];
}

interface UnlinkProps {
  connection: Connection;
  linked: Linked | null;
  onClose: () => void;
}

function UnlinkDialog({ connection, linked, onClose }: UnlinkProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "sso-connections");
  // What it says stays while it disappears.
  const [last, setLast] = useState(linked);
  if (linked && linked !== last) setLast(linked);
  if (!last) return null;
  const { email, person } = last;
  return (
    <ConfirmDialog
      opened={linked !== null}
      onClose={onClose}
      title={t("connections.people.unlinkTitle", { email })}
      confirmLabel={t("connections.people.unlink")}
      danger
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/sso-connections/{connection}/people/{linked}", {
            params: { path: { organization: organization.id, connection: connection.id, linked: person } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("connections.people.unlinked", { email }));
        void changed();
      }}
    >
      {t("connections.people.unlinkText", { email })}
    </ConfirmDialog>
  );
}
