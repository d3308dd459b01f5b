import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge } from "~/components/StateBadge";
import type { Webhook } from "../queries";

/** Whether events are sent, or why they are not. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  if (webhook.enabled) return <StateBadge tone="ok">{t("webhooks.state.on")}</StateBadge>;
  if (webhook.disabled_because === "gone") {
    return <StateBadge tone="failed">{t("webhooks.state.gone")}</StateBadge>;
  }
  return <StateBadge tone="off">{t("webhooks.state.paused")}</StateBadge>;
}

const TONES = { pending: "waiting", delivered: "ok", failed: "failed" } as const;

export function DeliveryStateBadge({ state }: { state: Schema<"DeliveryState"> }) {
  const { t } = useTranslation("integrations");
  return <StateBadge tone={TONES[state]}>{t(`deliveries.state.${state}`)}</StateBadge>;
}
