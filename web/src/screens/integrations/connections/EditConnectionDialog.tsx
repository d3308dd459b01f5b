import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type Connection, useIntegrationsChanged } from "../queries";
import { givesOf, grantOf } from "./grant";
import { DomainsField } from "./NewConnectionDialog";

interface Props {
  connection: Connection;
  opened: boolean;
  onClose: () => void;
}

/** What can be changed about a connection. The dialog begins anew, by its key, where somebody else changed it. */
export function EditConnectionDialog({ connection, opened, onClose }: Props) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "sso-connections");
  const [name, setName] = useState(connection.name);
  const [secret, setSecret] = useState("");
  const [domains, setDomains] = useState(connection.domains.map((one) => one.domain));
  const [gives, setGives] = useState(givesOf(connection.grant));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("connections.edit.title", { name: connection.name })}
      submitLabel={t("save")}
      size="lg"
      fields={["name", "client_secret", "domains", "grant"]}
      submit={() =>
        unwrap(
          api.PATCH("/v1/organizations/{organization}/sso-connections/{connection}", {
            params: { path: { organization: organization.id, connection: connection.id } },
            body: { name, domains, grant: grantOf(gives), ...(secret && { client_secret: secret }) },
          }),
        )
      }
      onDone={() => {
        toastDone(t("connections.edit.done"));
        setSecret("");
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
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={reasonFor("name")}
            data-autofocus
          />
          <DomainsField value={domains} onChange={setDomains} error={reasonFor("domains")} />
          <GivesField
            label={t("connections.field.grant")}
            description={t("connections.hint.grant")}
            organization={organization.id}
            value={gives}
            onChange={setGives}
            error={reasonFor("grant")}
          />
          <PasswordInput
            label={t("connections.edit.secret")}
            description={t("connections.edit.secretHint")}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": t("connections.showSecret") }}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            error={reasonFor("client_secret")}
          />
        </>
      )}
    </FormDialog>
  );
}
