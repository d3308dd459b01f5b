import { Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import classes from "../integrations.module.css";
import type { WebhookDelivery } from "../queries";
import { DeliveryStateBadge } from "./WebhookState";

interface Props {
  delivery: WebhookDelivery | null;
  onClose: () => void;
}

/** A delivery with its attempts, and what the receiver answered to each. */
export function DeliveryDialog({ delivery, onClose }: Props) {
  const { t } = useTranslation("integrations");
  return (
    <Modal
      opened={delivery !== null}
      onClose={onClose}
      title={delivery?.type}
      size="lg"
      closeButtonProps={{ "aria-label": t("components:dialog.close") }}
    >
      {delivery && <Details delivery={delivery} />}
    </Modal>
  );
}

function Details({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation("integrations");
  const attempts = delivery.attempts.map((attempt, index) => ({ ...attempt, number: index + 1 })).reverse();
  return (
    <Stack>
      <Group justify="space-between">
        <DeliveryStateBadge state={delivery.state} />
        <CopyButton value={delivery.id} label={t("deliveries.copyId")} />
      </Group>
      {delivery.next_attempt_at && (
        <Text size="sm">
          {t("deliveries.nextAttempt")} <DateTime value={delivery.next_attempt_at} style="distance" />
        </Text>
      )}
      {attempts.length === 0 && <Text c="dimmed">{t("deliveries.noAttempts")}</Text>}
      <ol className={classes.attempts} reversed>
        {attempts.map((attempt) => (
          <li key={attempt.number}>
            <Group justify="space-between">
              <Text fw={600}>{t("deliveries.attempt", { number: attempt.number })}</Text>
              <Text size="sm" c="dimmed">
                <DateTime value={attempt.at} style="datetime" />
              </Text>
            </Group>
            <Text size="sm">
              {attempt.status === null
                ? t("deliveries.noAnswer")
                : t("deliveries.answered", { status: attempt.status, ms: attempt.milliseconds })}
            </Text>
            {attempt.reason && <Text size="sm">{attempt.reason}</Text>}
            {attempt.excerpt && (
              <Code
                block
                className={classes.excerpt}
                tabIndex={0}
                aria-label={t("deliveries.body")}
                role="region"
              >
                {attempt.excerpt}
              </Code>
            )}
          </li>
        ))}
      </ol>
    </Stack>
  );
}
