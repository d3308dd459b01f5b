import { NumberInput, Select, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License, Schema } from "~/api/types";
import { now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { licensesQuery } from "~/components/licenses";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { useClientsChanged } from "./queries";
import { givable } from "./seats";

const SUGGESTED = 10;

interface Props {
  client: Schema<"Client">;
  given: readonly License[];
  opened: boolean;
  onClose: () => void;
}

/** Gives a client seats of a license of which it has none yet, and says what stays with the provider. */
export function GiveSeatsDialog({ client, given, opened, onClose }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const changed = useClientsChanged(organization.id);
  const licenses = useQuery({ ...licensesQuery(organization.id), enabled: opened, staleTime: 0 });
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState<number | string | null>(null);
  const offered = givable(licenses.data?.items ?? [], given, now());
  const license = offered.find(({ id }) => id === chosen) ?? offered[0];
  const seats = typed ?? (license ? Math.min(SUGGESTED, license.seats.available) : "");
  const left = license ? license.seats.available - Number(seats) : 0;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("give.title", { name: client.name })}
      submitLabel={t("give.submit")}
      disabled={!license || Number(seats) < 1}
      fields={["license", "seats"]}
      submit={async (key) => {
        try {
          return await unwrap(
            api.POST("/v1/organizations/{organization}/clients/{client}/sublicenses", {
              params: {
                path: { organization: organization.id, client: client.id },
                header: { "Idempotency-Key": key },
              },
              body: { license: license?.id ?? "", seats: Number(seats) },
            }),
          );
        } finally {
          void changed(client.id); // after a refusal, too: somebody else was quicker
        }
      }}
      onDone={(sublicense) => {
        const { total } = sublicense.seats;
        toastDone(t("give.done", { name: client.name, product: sublicense.product.name, count: total }));
        setChosen(null);
        setTyped(null);
      }}
    >
      {(reasonFor) => {
        if (licenses.isPending) return <Skeleton height={120} />;
        if (!licenses.data) return <ProblemAlert error={licenses.error} />;
        if (offered.length === 0) return <Text>{t("give.nothing")}</Text>;
        return (
          <>
            <Select
              label={t("give.license")}
              withScrollArea={false}
              allowDeselect={false}
              data={offered.map(({ id, product, seats: { available } }) => ({
                value: id,
                label: t("give.option", { product: product.name, count: available }),
              }))}
              value={license?.id ?? null}
              onChange={setChosen}
              error={reasonFor("license")}
              data-autofocus
            />
            {license && (
              <NumberInput
                label={t("give.seats")}
                description={t("give.hint", { count: license.seats.available })}
                min={1}
                max={license.seats.available}
                clampBehavior="none"
                allowDecimal={false}
                allowNegative={false}
                required
                withAsterisk={false}
                value={seats}
                onChange={setTyped}
                error={reasonFor("seats")}
              />
            )}
            <Text size="sm" role="status">
              {license && left >= 0 && t("give.after", { count: left })}
            </Text>
          </>
        );
      }}
    </FormDialog>
  );
}
