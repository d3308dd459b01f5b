import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useDraft } from "~/components/useDraft";
import { useOrganization } from "~/shell/organization";
import { useIntegrationsChanged, type Webhook, webhookQuery } from "../queries";
import { EventsField } from "./EventsField";
import type { EventType } from "./eventTypes";

interface Draft {
  url: string;
  description: string;
  events: EventType[] | null;
}

const EMPTY: Draft = { url: "", description: "", events: null };
const FIELDS = ["url", "description", "events"];

interface NewProps {
  opened: boolean;
  onClose: () => void;
  onCreated: (webhook: Schema<"WebhookWithSecret">) => void;
}

export function NewWebhookDialog({ opened, onClose, onCreated }: NewProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "webhooks");
  const [draft, setDraft] = useState(EMPTY);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("webhooks.new")}
      submitLabel={t("webhooks.create")}
      size="lg"
      fields={FIELDS}
      disabled={draft.events?.length === 0}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/webhooks", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: draft,
          }),
        )
      }
      onDone={(webhook) => {
        setDraft(EMPTY);
        onCreated(webhook);
        void changed();
      }}
    >
      {(reasonFor) => <Fields draft={draft} onChange={setDraft} reasonFor={reasonFor} />}
    </FormDialog>
  );
}

interface EditProps {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

const draftOf = ({ url, description, events }: Webhook): Draft => ({ url, description, events });

export function EditWebhookDialog({ webhook, opened, onClose }: EditProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "webhooks");
  const client = useQueryClient();
  const form = useDraft({
    thing: webhook,
    opened,
    draftOf,
    reload: () => client.fetchQuery({ ...webhookQuery(organization.id, webhook.id), staleTime: 0 }),
    describe: (field, { events }) =>
      field === "events" ? (events?.join(", ") ?? t("webhooks.events.all")) : undefined,
  });
  const { draft } = form;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("webhooks.edit.title")}
      submitLabel={t("save")}
      size="lg"
      fields={FIELDS}
      disabled={draft.events?.length === 0}
      submit={() =>
        form.save(({ changes, version }) =>
          unwrap(
            api.PATCH("/v1/organizations/{organization}/webhooks/{webhook}", {
              params: { path: { organization: organization.id, webhook: webhook.id } },
              body: { ...changes, version },
            }),
          ),
        )
      }
      onDone={() => {
        toastDone(t("webhooks.edit.done"));
        void changed();
      }}
    >
      {(reasonFor) => (
        <Fields
          draft={draft}
          onChange={form.set}
          reasonFor={(field) => reasonFor(field) ?? form.noteFor(field)}
        />
      )}
    </FormDialog>
  );
}

interface FieldsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  reasonFor: (field: keyof Draft) => string | undefined;
}

function Fields({ draft, onChange, reasonFor }: FieldsProps) {
  const { t } = useTranslation("integrations");
  return (
    <>
      <TextInput
        label={t("webhooks.field.url")}
        description={t("webhooks.field.urlHint")}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        value={draft.url}
        onChange={(event) => onChange({ ...draft, url: event.currentTarget.value })}
        error={reasonFor("url")}
        data-autofocus
      />
      <TextInput
        label={t("webhooks.field.description")}
        description={t("webhooks.field.descriptionHint")}
        maxLength={200}
        value={draft.description}
        onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
        error={reasonFor("description")}
      />
      <EventsField
        value={draft.events}
        onChange={(events) => onChange({ ...draft, events })}
        error={reasonFor("events")}
      />
    </>
  );
}
