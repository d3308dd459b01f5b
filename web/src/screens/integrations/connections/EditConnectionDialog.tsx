import { PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { toastDone } from "~/components/toasts";
import { useDraft } from "~/components/useDraft";
import { useOrganization } from "~/shell/organization";
import { type Connection, connectionQuery, useIntegrationsChanged } from "../queries";
import { givesOf, grantOf } from "./grant";
import { DomainsField } from "./NewConnectionDialog";

interface Props {
  connection: Connection;
  opened: boolean;
  onClose: () => void;
}

const draftOf = (connection: Connection) => ({
  name: connection.name,
  domains: connection.domains.map((one) => one.domain),
  grant: givesOf(connection.grant),
  client_secret: "",
});

/** What can be changed about a connection. */
export function EditConnectionDialog({ connection, opened, onClose }: Props) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "sso-connections");
  const client = useQueryClient();
  const form = useDraft({
    thing: connection,
    opened,
    draftOf,
    reload: () => client.fetchQuery({ ...connectionQuery(organization.id, connection.id), staleTime: 0 }),
    describe: (field, { domains }) =>
      field === "domains" ? domains.join(", ") : field === "grant" ? "" : undefined,
  });
  const { draft, set } = form;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("connections.edit.title", { name: connection.name })}
      submitLabel={t("save")}
      size="lg"
      fields={["name", "client_secret", "domains", "grant"]}
      submit={() =>
        form.save(({ changes: { grant, ...changes }, version }) =>
          unwrap(
            api.PATCH("/v1/organizations/{organization}/sso-connections/{connection}", {
              params: { path: { organization: organization.id, connection: connection.id } },
              body: { ...changes, ...(grant && { grant: grantOf(grant) }), version },
            }),
          ),
        )
      }
      onDone={() => {
        toastDone(t("connections.edit.done"));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("connections.field.name")}
            description={t("connections.hint.name")}
            required
            withAsterisk={false}
            maxLength={80}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name") ?? form.noteFor("name")}
            data-autofocus
          />
          <DomainsField
            value={draft.domains}
            onChange={(domains) => set({ domains })}
            error={reasonFor("domains") ?? form.noteFor("domains")}
          />
          <GivesField
            label={t("connections.field.grant")}
            description={t("connections.hint.grant")}
            organization={organization.id}
            value={draft.grant}
            onChange={(grant) => set({ grant })}
            error={reasonFor("grant") ?? form.noteFor("grant")}
          />
          <PasswordInput
            label={t("connections.edit.secret")}
            description={t("connections.edit.secretHint")}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": t("connections.showSecret") }}
            value={draft.client_secret}
            onChange={(event) => set({ client_secret: event.currentTarget.value })}
            error={reasonFor("client_secret")}
          />
        </>
      )}
    </FormDialog>
  );
}
