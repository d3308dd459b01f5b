import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { dayAfter, dayIn, now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { useOrganization } from "~/shell/organization";
import classes from "../integrations.module.css";
import { useIntegrationsChanged } from "../queries";
import { SCOPES, type Scope } from "./scopes";

const NOTHING = { name: "", scopes: ["read"] as Scope[], lastDay: "" };

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: (key: Schema<"CreatedApiKey">) => void;
}

export function NewKeyDialog({ opened, onClose, onCreated }: Props) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "api-keys");
  const [draft, setDraft] = useState(NOTHING);
  const set = (part: Partial<typeof NOTHING>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("keys.new")}
      submitLabel={t("keys.create")}
      size="lg"
      fields={["name", "scopes", "expires_at"]}
      disabled={draft.scopes.length === 0}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/api-keys", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: {
              name: draft.name,
              scopes: draft.scopes,
              expires_at: draft.lastDay ? dayAfter(draft.lastDay) : null,
            },
          }),
        )
      }
      onDone={(created) => {
        setDraft(NOTHING);
        onCreated(created);
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("keys.field.name")}
            description={t("keys.field.nameHint")}
            required
            withAsterisk={false}
            autoComplete="off"
            maxLength={80}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name")}
            data-autofocus
          />
          <Checkbox.Group
            label={t("keys.field.scopes")}
            description={t("keys.field.scopesHint")}
            value={draft.scopes}
            onChange={(scopes) => set({ scopes: scopes as Scope[] })}
            error={reasonFor("scopes")}
          >
            <div className={classes.scopes}>
              {SCOPES.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={t(`keys.scope.${scope}`)}
                  description={t(`keys.scopeOf.${scope}`)}
                />
              ))}
            </div>
          </Checkbox.Group>
          <TextInput
            type="date"
            label={t("keys.field.ends")}
            description={t("keys.field.endsHint", { zone: organization.time_zone })}
            maw="16rem"
            min={dayIn(now(), organization.time_zone)}
            value={draft.lastDay}
            onChange={(event) => set({ lastDay: event.currentTarget.value })}
            error={reasonFor("expires_at")}
          />
        </>
      )}
    </FormDialog>
  );
}
