import { useTranslation } from "react-i18next";
import { StateBadge } from "~/components/StateBadge";
import type { Connection } from "../queries";

/** Whether people can sign in through a connection, or what is still missing. */
export function ConnectionState({ connection }: { connection: Pick<Connection, "enabled" | "domains"> }) {
  const { t } = useTranslation("integrations");
  if (!connection.enabled) return <StateBadge tone="off">{t("connections.state.off")}</StateBadge>;
  const confirmed = connection.domains.filter((domain) => domain.confirmed).length;
  if (confirmed === 0) return <StateBadge tone="waiting">{t("connections.state.waiting")}</StateBadge>;
  if (confirmed < connection.domains.length) {
    return <StateBadge tone="attention">{t("connections.state.partly")}</StateBadge>;
  }
  return <StateBadge tone="ok">{t("connections.state.on")}</StateBadge>;
}
