import { Checkbox, Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { dayAfter, dayIn, now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { OrderField } from "./OrderField";
import { grantableProductsQuery, type OrganizationDetail, useOrganizationsChanged } from "./queries";

const YEAR_DAYS = 365;
const DAY_MS = 24 * 3600 * 1000;

interface Draft {
  product: string | null;
  seats: number | string;
  firstDay: string;
  lastDay: string;
  startsOn: string;
  flex: boolean;
  order: string;
}

/** A year from today, which is what most orders are about. */
function emptyIn(timeZone: string): Draft {
  const today = now();
  return {
    product: null,
    seats: "",
    firstDay: dayIn(today, timeZone),
    lastDay: dayIn(new Date(today.getTime() + (YEAR_DAYS - 1) * DAY_MS), timeZone),
    startsOn: "",
    flex: false,
    order: "",
  };
}

interface Props {
  organization: OrganizationDetail;
  opened: boolean;
  onClose: () => void;
}

/** A license of a product, by an order. */
export function GrantDialog({ organization, opened, onClose }: Props) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const products = useQuery({ ...grantableProductsQuery, enabled: opened });
  const [draft, setDraft] = useState(() => emptyIn(organization.time_zone));
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const product = products.data?.find((one) => one.id === draft.product);
  const isSubscription = product?.kind === "subscription";
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("grant.title", { name: organization.name })}
      submitLabel={t("licenses.grant")}
      size="lg"
      fields={["product", "seats", "valid_from", "valid_until", "starts_at", "flex", "order_id"]}
      disabled={draft.product === null}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/organizations/{organization}/licenses", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: {
              product: draft.product ?? "",
              seats: Number(draft.seats),
              valid_from: draft.firstDay,
              valid_until: dayAfter(draft.lastDay),
              flex: draft.flex,
              order_id: draft.order,
              ...(isSubscription && draft.startsOn && { starts_at: draft.startsOn }),
            },
          }),
        )
      }
      onDone={(license) => {
        toastDone(t("grant.done", { product: license.product.name, count: license.seats.total }));
        setDraft(emptyIn(organization.time_zone));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Group grow align="flex-start">
            <Select
              label={t("licenses.product")}
              placeholder={t("grant.choose")}
              searchable
              withScrollArea={false}
              styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
              nothingFoundMessage={t("grant.nothing")}
              data={(products.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={draft.product}
              onChange={(chosen) => set({ product: chosen })}
              error={reasonFor("product")}
              data-autofocus
            />
            <NumberInput
              label={t("seats.count")}
              min={1}
              allowDecimal={false}
              allowNegative={false}
              required
              withAsterisk={false}
              value={draft.seats}
              onChange={(seats) => set({ seats })}
              error={reasonFor("seats")}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              type="date"
              label={t("grant.firstDay")}
              description={t("grant.zone", { zone: organization.time_zone })}
              required
              withAsterisk={false}
              value={draft.firstDay}
              onChange={(event) => set({ firstDay: event.currentTarget.value })}
              error={reasonFor("valid_from")}
            />
            <TextInput
              type="date"
              label={t("extend.lastDay")}
              description={t("grant.zone", { zone: organization.time_zone })}
              min={draft.firstDay}
              required
              withAsterisk={false}
              value={draft.lastDay}
              onChange={(event) => set({ lastDay: event.currentTarget.value })}
              error={reasonFor("valid_until")}
            />
          </Group>
          {isSubscription && (
            <TextInput
              type="date"
              label={t("grant.startsOn")}
              description={t("grant.startsOnHint")}
              min={draft.firstDay}
              max={draft.lastDay}
              value={draft.startsOn}
              onChange={(event) => set({ startsOn: event.currentTarget.value })}
              error={reasonFor("starts_at")}
            />
          )}
          <Checkbox
            label={t("grant.flex")}
            description={t("grant.flexHint")}
            checked={draft.flex}
            onChange={(event) => set({ flex: event.currentTarget.checked })}
            error={reasonFor("flex")}
          />
          <OrderField
            value={draft.order}
            onChange={(order) => set({ order })}
            error={reasonFor("order_id")}
          />
        </>
      )}
    </FormDialog>
  );
}
