import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { LicensePicker } from "./LicensePicker";
import { useGroupsChanged } from "./queries";
import { groupsRoute } from "./routes";

const LONGEST_NAME = 80;

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Names a group and chooses what each new learner of it is given; then leads to it. */
export function CreateGroupDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const navigate = groupsRoute.useNavigate();
  const [name, setName] = useState("");
  const [licenses, setLicenses] = useState<readonly string[]>([]);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("create.title")}
      submitLabel={t("create.submit")}
      fields={["name"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/groups", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: { name, licenses: [...licenses] },
          }),
        )
      }
      onDone={(group) => {
        toastDone(t("create.done", { name: group.name }));
        setName("");
        setLicenses([]);
        void changed();
        void navigate({
          to: "/organizations/$organization/groups/$group",
          params: { organization: organization.id, group: group.id },
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
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={reasonFor("name")}
            data-autofocus
          />
          <LicensePicker label={t("create.licenses")} value={licenses} onChange={setLicenses} />
        </>
      )}
    </FormDialog>
  );
}
