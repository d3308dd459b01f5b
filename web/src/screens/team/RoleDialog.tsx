import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Manager } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { nameOf } from "./names";
import { useTeamChanged } from "./queries";
import { RoleField } from "./RoleField";

interface Props {
  manager: Manager;
  opened: boolean;
  onClose: () => void;
}

export function RoleDialog({ manager, opened, onClose }: Props) {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const changed = useTeamChanged(organization.id);
  const [role, setRole] = useState(manager.role);
  const name = nameOf(manager);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("role.title", { name })}
      submitLabel={t("role.submit")}
      disabled={role === manager.role}
      fields={["role"]}
      submit={() =>
        unwrap(
          api.PATCH("/v1/organizations/{organization}/team/{manager}", {
            params: { path: { organization: organization.id, manager: manager.id } },
            body: { role },
          }),
        )
      }
      onDone={(saved) => {
        toastDone(t("role.done", { name, role: t(`role.${saved.role}`) }));
        void changed();
      }}
    >
      {(reasonFor) => <RoleField value={role} onChange={setRole} error={reasonFor("role")} />}
    </FormDialog>
  );
}
