import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License } from "~/api/types";
import { dayAfter, dayIn, lastMomentBefore } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOpening } from "~/components/useOpening";
import { OrderField } from "./OrderField";
import { type OrganizationDetail, useOrganizationsChanged } from "./queries";

interface Props {
  organization: OrganizationDetail;
  license: License;
  opened: boolean;
  onClose: () => void;
}

/** A later end of a license, which its accesses, invites and sublicenses follow. */
export function ExtendDialog({ organization, license, opened, onClose }: Props) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const present = dayIn(lastMomentBefore(new Date(license.valid_until)), organization.time_zone);
  const [lastDay, setLastDay] = useState(present);
  const [order, setOrder] = useState("");
  useOpening(opened, () => setLastDay(present));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("extend.title", { product: license.product.name })}
      submitLabel={t("extend.submit")}
      fields={["valid_until", "order_id"]}
      disabled={lastDay <= present}
      submit={() =>
        unwrap(
          api.PATCH("/v1/operator/organizations/{organization}/licenses/{license}", {
            params: { path: { organization: organization.id, license: license.id } },
            body: { order_id: order, valid_until: dayAfter(lastDay) },
          }),
        )
      }
      onDone={() => {
        toastDone(t("extend.done", { product: license.product.name }));
        setOrder("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            type="date"
            label={t("extend.lastDay")}
            description={t("extend.hint", { zone: organization.time_zone })}
            min={dayAfter(present)}
            required
            withAsterisk={false}
            value={lastDay}
            onChange={(event) => setLastDay(event.currentTarget.value)}
            error={reasonFor("valid_until")}
            data-autofocus
          />
          <OrderField value={order} onChange={setOrder} error={reasonFor("order_id")} />
        </>
      )}
    </FormDialog>
  );
}
