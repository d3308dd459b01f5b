import { Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { clientQuery } from "~/components/choices";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useDraft } from "~/components/useDraft";
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
  const queries = useQueryClient();
  const form = useDraft({
    thing: client,
    opened,
    draftOf: ({ name, slug }) => ({ name, slug }),
    reload: () => queries.fetchQuery({ ...clientQuery(organization.id, client.id), staleTime: 0 }),
  });
  const { draft, set } = form;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("edit.title", { name: client.name })}
      submitLabel={t("edit.submit")}
      disabled={!form.isChanged}
      fields={["name", "slug"]}
      submit={() =>
        form.save(({ changes, version }) =>
          unwrap(
            api.PATCH("/v1/organizations/{organization}", {
              params: { path: { organization: client.id } },
              body: { ...changes, version },
            }),
          ),
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
            error={reasonFor("name") ?? form.noteFor("name")}
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
            error={reasonFor("slug") ?? form.noteFor("slug")}
          />
          <div role="status">
            {draft.slug !== client.slug && <Text className={classes.warning}>{t("edit.warning")}</Text>}
          </div>
        </>
      )}
    </FormDialog>
  );
}
