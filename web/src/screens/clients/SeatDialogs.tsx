import { NumberInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { FormDialog } from "~/components/FormDialog";
import { licensesQuery } from "~/components/licenses";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { moveSeats, useClientsChanged } from "./queries";

interface Props {
  client: Schema<"Client">;
  sublicense: License;
  opened: boolean;
  onClose: () => void;
}

/** Moves seats between the provider's license and the client's, and loads both anew, after a refusal, too. */
function useMove({ client, sublicense }: Pick<Props, "client" | "sublicense">) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const changed = useClientsChanged(organization.id);
  return {
    move: async (seats: number, key: string) => {
      try {
        const path = { organization: organization.id, client: client.id, sublicense: sublicense.id };
        return await moveSeats({ ...path, seats }, key);
      } finally {
        void changed(client.id);
      }
    },
    onDone: ({ seats, product }: License) =>
      toastDone(t("move.done", { name: client.name, product: product.name, count: seats.total })),
  };
}

/** Sets how many seats a client has: more come from the provider's free ones, and fewer go back to them. */
export function MoveSeatsDialog({ client, sublicense, opened, onClose }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const { move, onDone } = useMove({ client, sublicense });
  const licenses = useQuery({ ...licensesQuery(organization.id), enabled: opened });
  const { seats } = sublicense;
  const [total, setTotal] = useState<number | string>(seats.total);
  const [wasOpened, setWasOpened] = useState(opened);
  if (opened !== wasOpened) {
    // Each opening begins with the seats of then.
    setWasOpened(opened);
    setTotal(seats.total);
  }
  const parent = licenses.data?.items.find(({ id }) => id === sublicense.parent);
  const most = seats.total + (parent?.seats.available ?? 0);
  const change = total === "" ? 0 : Number(total) - seats.total;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("move.title", { product: sublicense.product.name, name: client.name })}
      submitLabel={t("move.submit")}
      disabled={change === 0}
      fields={["seats"]}
      submit={(key) => move(change, key)}
      onDone={onDone}
    >
      {(reasonFor) => (
        <>
          <NumberInput
            label={t("move.seats")}
            description={t("move.hint", { assigned: seats.assigned, most })}
            min={seats.assigned}
            max={most}
            clampBehavior="none"
            allowDecimal={false}
            allowNegative={false}
            required
            withAsterisk={false}
            value={total}
            onChange={setTotal}
            error={reasonFor("seats")}
            data-autofocus
          />
          <Text size="sm" role="status">
            {change > 0 && t("move.more", { count: change })}
            {change < 0 && t("move.fewer", { count: -change })}
            {change === 0 && t("move.same")}
          </Text>
        </>
      )}
    </FormDialog>
  );
}

/** Takes all free seats back. */
export function TakeBackDialog({ client, sublicense, opened, onClose }: Props) {
  const { t } = useTranslation("clients");
  const { move, onDone } = useMove({ client, sublicense });
  const free = sublicense.seats.available;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("back.title", { product: sublicense.product.name })}
      confirmLabel={t("back.submit")}
      confirm={(key) => move(-free, key)}
      onDone={onDone}
    >
      {t("back.text", { count: free })}
    </ConfirmDialog>
  );
}
