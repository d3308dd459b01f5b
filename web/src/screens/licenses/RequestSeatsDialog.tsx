import { NumberInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useLicensesChanged } from "./queries";

const SUGGESTED = 10;
const LONGEST_MESSAGE = 2000;

interface Props {
  license: License;
  opened: boolean;
  onClose: () => void;
}

export function RequestSeatsDialog({ license, opened, onClose }: Props) {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const changed = useLicensesChanged(organization.id);
  const [seats, setSeats] = useState<number | string>(SUGGESTED);
  const [message, setMessage] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("request.title", { product: license.product.name })}
      submitLabel={t("request.submit")}
      fields={["seats", "message"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/licenses/{license}/seat-requests", {
            params: {
              path: { organization: organization.id, license: license.id },
              header: { "Idempotency-Key": key },
            },
            body: { seats: Number(seats), message },
          }),
        )
      }
      onDone={() => {
        toastDone(t("request.done"));
        setSeats(SUGGESTED);
        setMessage("");
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <NumberInput
            label={t("request.seats")}
            description={t("request.seatsHint", { total: license.seats.total })}
            min={1}
            allowDecimal={false}
            allowNegative={false}
            required
            withAsterisk={false}
            value={seats}
            onChange={setSeats}
            error={reasonFor("seats")}
            data-autofocus
          />
          <Textarea
            label={t("request.message")}
            description={t("request.messageHint")}
            autosize
            minRows={3}
            maxLength={LONGEST_MESSAGE}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={reasonFor("message")}
          />
        </>
      )}
    </FormDialog>
  );
}
