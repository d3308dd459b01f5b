import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { SecretDialog } from "~/components/SecretDialog";
import { useOrganization } from "~/shell/organization";
import { type Webhook, webhooksQuery } from "../queries";
import { integrationsRoute } from "../routes";
import { Section } from "../Section";
import { NewWebhookDialog } from "./WebhookDialogs";
import { WebhookState } from "./WebhookState";

/** The webhooks, and the dialog for another. */
export function WebhooksSection() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const webhooks = useQuery(webhooksQuery(organization.id));
  const search = integrationsRoute.useSearch();
  const navigate = integrationsRoute.useNavigate();
  const [created, setCreated] = useState<Schema<"WebhookWithSecret"> | null>(null);
  const columns = useColumns();
  const mayManage = organization.may("manage_programs");
  const open = () => void navigate({ search: { new: "webhook" } });
  return (
    <Section
      title={t("webhooks.title")}
      lead={t("webhooks.lead")}
      action={
        mayManage && (
          <Button variant="default" leftSection={<IconPlus size={18} stroke={1.8} />} onClick={open}>
            {t("webhooks.new")}
          </Button>
        )
      }
    >
      <ListSection
        title={t("webhooks.title")}
        fixedColumns
        name="webhooks"
        list={wholeList(webhooks)}
        columns={columns}
        rowId={(webhook) => webhook.id}
        rowName={nameOf}
        empty={{ title: t("webhooks.empty.title"), text: t("webhooks.empty.text") }}
        total={webhooks.data?.items.length}
      />
      {mayManage && (
        <NewWebhookDialog
          opened={search.new === "webhook"}
          onClose={() => void navigate({ search: {}, replace: true })}
          onCreated={setCreated}
        />
      )}
      <SecretDialog
        secret={created?.secret ?? null}
        title={t("webhooks.secret.title")}
        onClose={() => {
          setCreated(null);
          if (!created) return;
          void navigate({
            to: "/organizations/$organization/webhooks/$webhook",
            params: { organization: organization.id, webhook: created.id },
          });
        }}
      >
        {t("webhooks.secret.text")}
      </SecretDialog>
    </Section>
  );
}

const nameOf = (webhook: Webhook) => webhook.description || webhook.url;

function useColumns(): ListColumn<Webhook>[] {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("webhooks.column.name"),
      isName: true,
      cell: (webhook) => (
        <>
          <TextLink
            to="/organizations/$organization/webhooks/$webhook"
            params={{ organization: organization.id, webhook: webhook.id }}
            inherit
            c="inherit"
            style={{ overflowWrap: "anywhere" }}
          >
            {nameOf(webhook)}
          </TextLink>
          {webhook.description && (
            <Text size="xs" c="dimmed" fw={400} style={{ overflowWrap: "anywhere" }}>
              {webhook.url}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "events",
      header: t("webhooks.column.events"),
      cell: (webhook) =>
        webhook.events === null
          ? t("webhooks.events.all")
          : t("webhooks.events.count", { count: webhook.events.length }),
    },
    {
      id: "state",
      header: t("webhooks.column.state"),
      cell: (webhook) => <WebhookState webhook={webhook} />,
    },
    {
      id: "created",
      header: t("webhooks.column.created"),
      cell: (webhook) => <DateTime value={webhook.created_at} />,
    },
    {
      id: "by",
      header: t("webhooks.column.by"),
      cell: (webhook) => webhook.created_by_name ?? webhook.created_by,
    },
  ];
}
