import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ConfirmTyped } from "~/components/ConfirmTyped";
import { DateTime } from "~/components/DateTime";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { SecretDialog } from "~/components/SecretDialog";
import { StateBadge } from "~/components/StateBadge";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type ApiKey, apiKeysQuery, useIntegrationsChanged } from "../queries";
import { integrationsRoute } from "../routes";
import { Section } from "../Section";
import { NewKeyDialog } from "./NewKeyDialog";

/** The API keys, the dialog for another, and the one that shows it this once. */
export function KeysSection() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const keys = useQuery(apiKeysQuery(organization.id));
  const search = integrationsRoute.useSearch();
  const navigate = integrationsRoute.useNavigate();
  const [created, setCreated] = useState<Schema<"CreatedApiKey"> | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <Section
      title={t("keys.title")}
      lead={t("keys.lead")}
      action={
        <Button
          variant="default"
          leftSection={<IconPlus size={18} stroke={1.8} />}
          onClick={() => void navigate({ search: { new: "api-key" } })}
        >
          {t("keys.new")}
        </Button>
      }
    >
      <ListSection
        title={t("keys.title")}
        fixedColumns
        name="api-keys"
        list={wholeList(keys)}
        columns={useColumns()}
        rowId={(key) => key.id}
        rowName={(key) => key.name}
        rowActions={(key) => (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            onClick={() => setRevoking(key)}
            aria-label={t("keys.revoke.of", { name: key.name })}
          >
            {t("keys.revoke.action")}
          </Button>
        )}
        empty={{ title: t("keys.empty.title"), text: t("keys.empty.text") }}
        total={keys.data?.items.length}
      />
      <NewKeyDialog
        opened={search.new === "api-key"}
        onClose={() => void navigate({ search: {}, replace: true })}
        onCreated={setCreated}
      />
      <SecretDialog
        secret={created ? (created.key ?? t("keys.secret.lost")) : null}
        title={t("keys.secret.title", { name: created?.name })}
        onClose={() => setCreated(null)}
      >
        {t("keys.secret.text")}
      </SecretDialog>
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </Section>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "api-keys");
  return (
    <ConfirmTyped
      opened={apiKey !== null}
      onClose={onClose}
      title={t("keys.revoke.title", { name: apiKey?.name })}
      word={apiKey?.name ?? ""}
      confirmLabel={t("keys.revoke.action")}
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/api-keys/{key}", {
            params: { path: { organization: organization.id, key: apiKey?.id ?? "" } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("keys.revoke.done", { name: apiKey?.name }));
        void changed();
      }}
    >
      {t("keys.revoke.text")}
    </ConfirmTyped>
  );
}

function useColumns(): ListColumn<ApiKey>[] {
  const { t } = useTranslation("integrations");
  return [
    { id: "name", header: t("keys.column.name"), isName: true, cell: (key) => key.name },
    {
      id: "scopes",
      header: t("keys.column.scopes"),
      cell: (key) => key.scopes.map((scope) => t(`keys.scope.${scope}`)).join(", "),
    },
    {
      id: "used",
      header: t("keys.column.used"),
      cell: (key) =>
        key.last_used_at ? <DateTime value={key.last_used_at} style="distance" /> : t("keys.never"),
    },
    { id: "ends", header: t("keys.column.ends"), cell: (key) => <End apiKey={key} /> },
    { id: "created", header: t("keys.column.created"), cell: (key) => <DateTime value={key.created_at} /> },
    { id: "by", header: t("keys.column.by"), cell: (key) => key.created_by_name ?? key.created_by },
  ];
}

function End({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation("integrations");
  if (apiKey.expires_at === null) return t("keys.noEnd");
  if (apiKey.expired) return <StateBadge tone="off">{t("keys.expired")}</StateBadge>;
  return <DateTime value={apiKey.expires_at} end />;
}
