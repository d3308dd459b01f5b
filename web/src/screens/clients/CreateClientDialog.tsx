import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { reloadIdentity } from "~/shell/identity";
import { useOrganization } from "~/shell/organization";
import { useClientsChanged } from "./queries";
import { clientsRoute } from "./routes";
import { slugFor } from "./slug";

const LONGEST_NAME = 80;
const LONGEST_SLUG = 48;

/** `slug` is null as long as it follows the name. */
const NOTHING = { name: "", slug: null as string | null, manager: false, email: "", first: "", last: "" };

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Names a client and its landing page, and invites its first manager where it is to have one; then leads to it. */
export function CreateClientDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const changed = useClientsChanged(organization.id);
  const navigate = clientsRoute.useNavigate();
  const [draft, setDraft] = useState(NOTHING);
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  const slug = draft.slug ?? slugFor(draft.name);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("create.title")}
      submitLabel={t("create.submit")}
      fields={["name", "slug", "email", "first_name", "last_name"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/clients", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: {
              name: draft.name,
              slug,
              ...(draft.manager && {
                first_manager: { email: draft.email, first_name: draft.first, last_name: draft.last },
              }),
            },
          }),
        )
      }
      onDone={(client) => {
        toastDone(t("create.done", { name: client.name }));
        setDraft(NOTHING);
        void changed();
        // The switcher and the palette look for clients where there are some.
        if (!organization.hasClients) void reloadIdentity();
        void navigate({
          to: "/organizations/$organization/clients/$client",
          params: { organization: organization.id, client: client.id },
          search: {},
        });
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
            description={t("create.slugHint", { address: `${location.host}/c/${slug}` })}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            maxLength={LONGEST_SLUG}
            value={slug}
            onChange={(event) => set({ slug: event.currentTarget.value })}
            error={reasonFor("slug")}
          />
          <Checkbox
            label={t("create.manager")}
            description={t("create.managerHint")}
            checked={draft.manager}
            onChange={(event) => set({ manager: event.currentTarget.checked })}
          />
          {draft.manager && (
            <>
              <TextInput
                label={t("create.email")}
                type="email"
                required
                withAsterisk={false}
                autoComplete="off"
                value={draft.email}
                onChange={(event) => set({ email: event.currentTarget.value })}
                error={reasonFor("email")}
              />
              <TextInput
                label={t("create.firstName")}
                required
                withAsterisk={false}
                autoComplete="off"
                maxLength={LONGEST_NAME}
                value={draft.first}
                onChange={(event) => set({ first: event.currentTarget.value })}
                error={reasonFor("first_name")}
              />
              <TextInput
                label={t("create.lastName")}
                autoComplete="off"
                maxLength={LONGEST_NAME}
                value={draft.last}
                onChange={(event) => set({ last: event.currentTarget.value })}
                error={reasonFor("last_name")}
              />
            </>
          )}
        </>
      )}
    </FormDialog>
  );
}
