import { PasswordInput, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { type Gives, NOTHING } from "~/components/gives/gives";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type Connection, useIntegrationsChanged } from "../queries";
import { domainsIn } from "./domains";
import { grantOf } from "./grant";

const EMPTY = {
  name: "",
  issuer: "",
  client_id: "",
  client_secret: "",
  domains: [] as string[],
  gives: NOTHING as Gives,
};

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: (connection: Connection) => void;
}

/** The connection to a provider that speaks OpenID Connect; its own screen says what to enter there. */
export function NewConnectionDialog({ opened, onClose, onCreated }: Props) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "sso-connections");
  const [draft, setDraft] = useState(EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setDraft((before) => ({ ...before, ...part }));
  const { gives, ...rest } = draft;
  const text = (field: "name" | "issuer" | "client_id") => ({
    label: t(`connections.field.${field}`),
    description: t(`connections.hint.${field}`),
    required: true,
    withAsterisk: false,
    autoComplete: "off",
    spellCheck: false,
    value: draft[field],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [field]: event.currentTarget.value }),
  });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("connections.new")}
      submitLabel={t("connections.create")}
      size="lg"
      fields={["name", "issuer", "client_id", "client_secret", "domains", "grant"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/sso-connections", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: { ...rest, grant: grantOf(gives) },
          }),
        )
      }
      onDone={(connection) => {
        toastDone(t("connections.created", { name: connection.name }));
        setDraft(EMPTY);
        onCreated(connection);
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput {...text("name")} error={reasonFor("name")} maxLength={80} data-autofocus />
          <TextInput {...text("issuer")} error={reasonFor("issuer")} inputMode="url" />
          <TextInput {...text("client_id")} error={reasonFor("client_id")} />
          <PasswordInput
            label={t("connections.field.client_secret")}
            description={t("connections.hint.client_secret")}
            required
            withAsterisk={false}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": t("connections.showSecret") }}
            value={draft.client_secret}
            onChange={(event) => set({ client_secret: event.currentTarget.value })}
            error={reasonFor("client_secret")}
          />
          <DomainsField
            value={draft.domains}
            onChange={(domains) => set({ domains })}
            error={reasonFor("domains")}
          />
          <GivesField
            label={t("connections.field.grant")}
            description={t("connections.hint.grant")}
            organization={organization.id}
            value={gives}
            onChange={(changedGives) => set({ gives: changedGives })}
            error={reasonFor("grant")}
          />
        </>
      )}
    </FormDialog>
  );
}

interface DomainsProps {
  value: string[];
  onChange: (domains: string[]) => void;
  error?: string;
}

/** The domains of the people's addresses; what is pasted with commas or spaces becomes several. */
export function DomainsField({ value, onChange, error }: DomainsProps) {
  const { t } = useTranslation("integrations");
  return (
    <TagsInput
      label={t("connections.field.domains")}
      description={t("connections.hint.domains")}
      placeholder={value.length === 0 ? "acme.example" : ""}
      splitChars={[",", " ", ";"]}
      acceptValueOnBlur
      value={value}
      onChange={(domains) => onChange(domainsIn(domains))}
      error={error}
    />
  );
}
