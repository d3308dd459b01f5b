import { Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useTeamChanged } from "./queries";
import { RoleField } from "./RoleField";

const NOBODY: Schema<"NewManager"> = { email: "", first_name: "", last_name: "", role: "limited_manager" };

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function InviteManagerDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const changed = useTeamChanged(organization.id);
  const [manager, setManager] = useState(NOBODY);
  const set = (part: Partial<typeof NOBODY>) => setManager((before) => ({ ...before, ...part }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("invite.title")}
      submitLabel={t("invite.submit")}
      fields={Object.keys(NOBODY)}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/team", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: manager,
          }),
        )
      }
      onDone={(invited) => {
        toastDone(t("invite.done", { email: invited.email }));
        setManager(NOBODY);
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("column.email")}
            type="email"
            required
            withAsterisk={false}
            autoComplete="off"
            value={manager.email}
            onChange={(event) => set({ email: event.currentTarget.value })}
            error={reasonFor("email")}
            data-autofocus
          />
          <Group grow align="flex-start" wrap="nowrap">
            <TextInput
              label={t("invite.firstName")}
              required
              withAsterisk={false}
              autoComplete="off"
              value={manager.first_name}
              onChange={(event) => set({ first_name: event.currentTarget.value })}
              error={reasonFor("first_name")}
            />
            <TextInput
              label={t("invite.lastName")}
              autoComplete="off"
              value={manager.last_name}
              onChange={(event) => set({ last_name: event.currentTarget.value })}
              error={reasonFor("last_name")}
            />
          </Group>
          <RoleField value={manager.role} onChange={(role) => set({ role })} error={reasonFor("role")} />
        </>
      )}
    </FormDialog>
  );
}
