import { useTranslation } from "react-i18next";
import type { Organization } from "~/api/types";
import { StateBadge } from "~/components/StateBadge";

/** Whether an organization is in use, suspended, or closed. */
export function OrganizationState({
  organization,
}: {
  organization: Pick<Organization, "closed_at" | "suspension">;
}) {
  const { t } = useTranslation("operator");
  if (organization.closed_at) return <StateBadge tone="off">{t("organizations.closed")}</StateBadge>;
  if (organization.suspension) return <StateBadge tone="failed">{t("organizations.suspended")}</StateBadge>;
  return <StateBadge tone="ok">{t("organizations.active")}</StateBadge>;
}
