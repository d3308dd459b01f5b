import { Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { StateBadge, type Tone } from "~/components/StateBadge";
import { useLeaving } from "./leaving";

type Invite = Pick<Schema<"Invite">, "id" | "state" | "expired" | "delivery" | "expires_at" | "answered_at">;

const ANSWERED: Record<"accepted" | "declined" | "withdrawn", Tone> = {
  accepted: "ok",
  declined: "off",
  withdrawn: "off",
};

const isUndelivered = ({ delivery }: Pick<Invite, "delivery">) =>
  delivery === "bounced" || delivery === "complained";

/** The state of an invite; one that needs something says what. */
export function StateOfInvite({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const leaving = useLeaving();
  if (leaving.has(invite.id)) return <StateBadge tone="off">{t("state.leaving")}</StateBadge>;
  if (invite.state !== "pending") {
    return (
      <>
        <StateBadge tone={ANSWERED[invite.state]}>{t(`state.${invite.state}`)}</StateBadge>
        {invite.answered_at && (
          <Hint>
            <DateTime value={invite.answered_at} />
          </Hint>
        )}
      </>
    );
  }
  if (isUndelivered(invite)) {
    return (
      <>
        <StateBadge tone="failed">{t(`state.${invite.delivery}`)}</StateBadge>
        <Hint>{t(`hint.${invite.delivery}`)}</Hint>
      </>
    );
  }
  if (invite.expired) {
    return (
      <>
        <StateBadge tone="attention">{t("state.expired")}</StateBadge>
        <Hint>{t("hint.expired")}</Hint>
      </>
    );
  }
  return (
    <>
      <StateBadge tone="waiting">{t("state.pending")}</StateBadge>
      <Hint>
        <Trans
          t={t}
          i18nKey="hint.pending"
          components={{ date: <DateTime value={invite.expires_at} style="distance" /> }}
        />
      </Hint>
    </>
  );
}

function Hint({ children }: { children: React.ReactNode }) {
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {children}
    </Text>
  );
}
