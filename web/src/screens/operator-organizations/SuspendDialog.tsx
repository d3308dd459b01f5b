import { Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { type OrganizationDetail, useOrganizationsChanged } from "./queries";

const LONGEST_REASON = 2000;

interface Props {
  organization: OrganizationDetail;
  opened: boolean;
  onClose: () => void;
}

/** Asks for the reason, which the managers are told, and for the short name. */
export function SuspendDialog({ organization, opened, onClose }: Props) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("suspend.title", { name: organization.name })}
      submitLabel={t("suspend.action")}
      danger
      fields={["reason"]}
      disabled={typed.trim().toLowerCase() !== organization.slug || reason.trim() === ""}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/organizations/{organization}/suspend", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: { reason },
          }),
        )
      }
      onDone={() => {
        toastDone(t("suspend.done", { name: organization.name }));
        setReason("");
        setTyped("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Text>{t("suspend.text")}</Text>
          <Textarea
            label={t("suspend.reason")}
            description={t("suspend.reasonHint")}
            autosize
            minRows={2}
            required
            withAsterisk={false}
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={reasonFor("reason")}
            data-autofocus
          />
          <TextInput
            label={t("components:confirm.type", { word: organization.slug })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </>
      )}
    </FormDialog>
  );
}
