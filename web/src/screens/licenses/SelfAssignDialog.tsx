import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useLicensesChanged } from "./queries";

interface Props {
  license: License;
  opened: boolean;
  onClose: () => void;
}

/** Asks before a manager takes a seat: it starts at once and cannot be moved. */
export function SelfAssignDialog({ license, opened, onClose }: Props) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const changed = useLicensesChanged(organization.id);
  const product = license.product.name;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("assign.title", { product })}
      confirmLabel={t("assign.action")}
      confirm={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/licenses/{license}/self-assign", {
            params: {
              path: { organization: organization.id, license: license.id },
              header: { "Idempotency-Key": key },
            },
          }),
        )
      }
      onDone={() => {
        toastDone(t("assign.done", { product }));
        void changed();
      }}
    >
      {t("assign.text", { count: license.seats.available })}
    </ConfirmDialog>
  );
}
