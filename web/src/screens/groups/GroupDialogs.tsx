import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { groupQuery } from "~/components/choices";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useDraft } from "~/components/useDraft";
import { useOrganization } from "~/shell/organization";
import { useGroupsChanged } from "./queries";
import { groupRoute } from "./routes";

const LONGEST_NAME = 80;

interface Props {
  group: Schema<"Group">;
  opened: boolean;
  onClose: () => void;
}

export function RenameGroupDialog({ group, opened, onClose }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const client = useQueryClient();
  const form = useDraft({
    thing: group,
    opened,
    draftOf: ({ name }) => ({ name }),
    reload: () => client.fetchQuery({ ...groupQuery(organization.id, group.id), staleTime: 0 }),
  });
  const { name } = form.draft;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("rename.title", { name: group.name })}
      submitLabel={t("rename.submit")}
      disabled={name.trim() === "" || name.trim() === group.name}
      fields={["name"]}
      submit={() =>
        form.save(({ version }) =>
          unwrap(
            api.PATCH("/v1/organizations/{organization}/groups/{group}", {
              params: { path: { organization: organization.id, group: group.id } },
              body: { name: name.trim(), version },
            }),
          ),
        )
      }
      onDone={(renamed) => {
        toastDone(t("rename.done", { name: renamed.name }));
        void changed();
      }}
    >
      {(reasonFor) => (
        <TextInput
          label={t("column.name")}
          description={t("rename.hint")}
          required
          withAsterisk={false}
          autoComplete="off"
          maxLength={LONGEST_NAME}
          value={name}
          onChange={(event) => form.set({ name: event.currentTarget.value })}
          error={reasonFor("name") ?? form.noteFor("name")}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}

export function DeleteGroupDialog({ group, opened, onClose }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id, group.id);
  const navigate = groupRoute.useNavigate();
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("delete.title", { name: group.name })}
      confirmLabel={t("delete.action")}
      danger
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/groups/{group}", {
            params: { path: { organization: organization.id, group: group.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("delete.done", { name: group.name }));
        void navigate({
          to: "/organizations/$organization/groups",
          params: { organization: organization.id },
          search: {},
        });
        void changed();
      }}
    >
      {t("delete.text", { count: group.members })}
    </ConfirmDialog>
  );
}
