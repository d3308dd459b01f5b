import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import classes from "./clients.module.css";
import { useClientsChanged } from "./queries";

const LONGEST_NAME = 80;
const LONGEST_SLUG = 48;

interface Props {
  client: Schema<"Client">;
  opened: boolean;
  onClose: () => void;
}

/** The name of a client, and the address of its landing page. */
export function EditClientDialog({ client, opened, onClose }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const changed = useClientsChanged(organization.id);
  const [draft, setDraft] = useState({ name: client.name, slug: client.slug });
  const [wasOpened, setWasOpened] = useState(opened);
  if (opened !== wasOpened) {
    // Each opening begins with what holds then.
    setWasOpened(opened);
    setDraft({ name: client.name, slug: client.slug });
  }
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("edit.title", { name: client.name })}
      submitLabel={t("edit.submit")}
      disabled={draft.name === client.name && draft.slug === client.slug}
      fields={["name", "slug"]}
      submit={() =>
        unwrap(
          api.PATCH("/v1/organizations/{organization}", {
            params: { path: { organization: client.id } },
            // What was not changed is not sent: somebody else may have.
            body: {
              ...(draft.name !== client.name && { name: draft.name }),
              ...(draft.slug !== client.slug && { slug: draft.slug }),
            },
          }),
        )
      }
      onDone={(saved) => {
        toastDone(t("edit.done", { name: saved.name }));
        void changed(client.id);
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("column.name")}
            required
            withAsterisk={false}
            autoComplete="off"
            maxLength={LONGEST_NAME}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name")}
            data-autofocus
          />
          <TextInput
            label={t("create.slug")}
            description={t("create.slugHint", { address: `${location.host}/c/${draft.slug}` })}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            maxLength={LONGEST_SLUG}
            value={draft.slug}
            onChange={(event) => set({ slug: event.currentTarget.value })}
            error={reasonFor("slug")}
          />
          <div role="status">
            {draft.slug !== client.slug && <Text className={classes.warning}>{t("edit.warning")}</Text>}
          </div>
        </>
      )}
    </FormDialog>
  );
}
