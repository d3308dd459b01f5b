import { Button, Group, NativeSelect } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { useCounted } from "~/components/list/counted";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { ProblemBeside } from "~/components/ProblemBeside";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import {
  deliveryCountsQuery,
  useDeliveries,
  useIntegrationsChanged,
  type Webhook,
  type WebhookDelivery,
} from "../queries";
import { webhookRoute } from "../routes";
import { DeliveryDialog } from "./DeliveryDialog";
import { DeliveryStateBadge } from "./WebhookState";

const STATES: readonly Schema<"DeliveryState">[] = ["pending", "delivered", "failed"];
/** How far the API counts deliveries. */
const MOST_COUNTED = 1_000;
const PENDING_MS = 3_000;

interface Props {
  webhook: Webhook;
  title: string;
  actions: ReactNode;
  intro: ReactNode;
}

/** The log of a webhook's deliveries, each with its attempts; any of them can be sent once more. */
export function Deliveries({ webhook, title, actions, intro }: Props) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = webhookRoute.useNavigate();
  const { state } = webhookRoute.useSearch();
  const list = useDeliveries(organization.id, webhook.id, state);
  const { data: counts } = useQuery(deliveryCountsQuery(organization.id, webhook.id));
  const counted = useCounted();
  const [shown, setShown] = useState<string | null>(null);
  const delivery = list.rows.find((one) => one.id === shown) ?? null;
  useRefreshed(
    organization.id,
    list.rows.some((one) => one.state === "pending"),
  );
  const show = (next: Schema<"DeliveryState"> | undefined) =>
    void navigate({ search: next ? { state: next } : {}, replace: true });
  const canResend = organization.may("manage_programs") && webhook.enabled;
  return (
    <>
      <ListPage
        title={title}
        lead={t("deliveries.lead")}
        actions={actions}
        intro={intro}
        name="webhook-deliveries"
        list={list}
        columns={useColumns()}
        rowId={(one) => one.id}
        rowName={(one) => one.type}
        rowActions={(one) => (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              variant="subtle"
              size="xs"
              onClick={() => setShown(one.id)}
              aria-label={t("deliveries.showOf", { type: one.type })}
            >
              {t("deliveries.show")}
            </Button>
            {canResend && <Redeliver webhook={webhook} delivery={one} />}
          </Group>
        )}
        filters={
          <NativeSelect
            aria-label={t("deliveries.filter")}
            value={state ?? ""}
            onChange={(event) => {
              const { value } = event.currentTarget;
              show(STATES.find((one) => one === value));
            }}
            data={[
              { value: "", label: t("deliveries.all") },
              ...STATES.map((one) => ({
                value: one,
                label: counted(
                  t(`deliveries.state.${one}`),
                  one === "delivered" ? undefined : counts?.[one],
                  MOST_COUNTED,
                ),
              })),
            ]}
          />
        }
        filtered={state !== undefined}
        onClearFilters={() => show(undefined)}
        empty={{ title: t("deliveries.empty.title"), text: t("deliveries.empty.text") }}
      />
      <DeliveryDialog delivery={delivery} onClose={() => setShown(null)} />
    </>
  );
}

/** Load the log anew while something in it is under way. */
function useRefreshed(organization: string, pending: boolean): void {
  const changed = useIntegrationsChanged(organization, "webhooks");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function is another one each time, and does the same
  useEffect(() => {
    if (!pending) return;
    const timer = setInterval(() => void changed(), PENDING_MS);
    return () => clearInterval(timer);
  }, [pending, organization]);
}

function Redeliver({ webhook, delivery }: { webhook: Webhook; delivery: WebhookDelivery }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "webhooks");
  const command = useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/webhooks/{webhook}/deliveries/{delivery}/redeliver", {
          params: {
            path: { organization: organization.id, webhook: webhook.id, delivery: delivery.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: () => toastDone(t("deliveries.redelivered")),
    onSettled: changed,
  });
  return (
    <ProblemBeside error={command.error} onClose={command.reset}>
      <Button
        variant="subtle"
        size="xs"
        leftSection={<IconRefresh size={14} />}
        loading={command.isPending}
        onClick={() => command.mutate(undefined)}
        aria-label={t("deliveries.redeliverOf", { type: delivery.type })}
      >
        {t("deliveries.redeliver")}
      </Button>
    </ProblemBeside>
  );
}

function useColumns(): ListColumn<WebhookDelivery>[] {
  const { t } = useTranslation("integrations");
  return [
    { id: "type", header: t("deliveries.column.event"), isName: true, cell: (one) => one.type },
    {
      id: "state",
      header: t("deliveries.column.state"),
      cell: (one) => <DeliveryStateBadge state={one.state} />,
    },
    {
      id: "answer",
      header: t("deliveries.column.answer"),
      cell: (one) => <Answer delivery={one} />,
    },
    {
      id: "attempts",
      header: t("deliveries.column.attempts"),
      align: "end",
      cell: (one) => one.attempts.length,
    },
    {
      id: "created",
      header: t("deliveries.column.created"),
      cell: (one) => <DateTime value={one.created_at} style="datetime" />,
    },
    {
      id: "next",
      header: t("deliveries.column.next"),
      optional: true,
      cell: (one) => (one.next_attempt_at ? <DateTime value={one.next_attempt_at} style="distance" /> : "–"),
    },
  ];
}

/** What the receiver answered last. */
function Answer({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation("integrations");
  const last = delivery.attempts.at(-1);
  if (!last) return "–";
  return last.status === null ? t("deliveries.noAnswer") : last.status;
}
