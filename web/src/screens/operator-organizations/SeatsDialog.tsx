import { NumberInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { OrderField } from "./OrderField";
import { type OrganizationDetail, useOrganizationsChanged } from "./queries";

const ROUTES = { add: "top-up", take: "shrink" } as const;

interface Props {
  organization: OrganizationDetail;
  license: License;
  way: keyof typeof ROUTES;
  opened: boolean;
  onClose: () => void;
}

/** More seats of a license, or fewer; those in use cannot be taken. */
export function SeatsDialog({ organization, license, way, opened, onClose }: Props) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const [seats, setSeats] = useState<number | string>("");
  const [order, setOrder] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t(`seats.${way}.title`, { product: license.product.name })}
      submitLabel={t(`seats.${way}.submit`)}
      fields={["seats", "order_id"]}
      submit={(key) =>
        unwrap(
          api.POST(`/v1/operator/organizations/{organization}/licenses/{license}/${ROUTES[way]}`, {
            params: {
              path: { organization: organization.id, license: license.id },
              header: { "Idempotency-Key": key },
            },
            body: { order_id: order, seats: Number(seats) },
          }),
        )
      }
      onDone={(now) => {
        toastDone(t("seats.done", { product: now.product.name, count: now.seats.total }));
        setSeats("");
        setOrder("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <NumberInput
            label={t("seats.count")}
            description={t("seats.countHint", {
              total: license.seats.total,
              count: license.seats.available,
            })}
            min={1}
            max={way === "take" ? license.seats.available : undefined}
            allowDecimal={false}
            allowNegative={false}
            required
            withAsterisk={false}
            value={seats}
            onChange={setSeats}
            error={reasonFor("seats")}
            data-autofocus
          />
          <OrderField value={order} onChange={setOrder} error={reasonFor("order_id")} />
        </>
      )}
    </FormDialog>
  );
}
