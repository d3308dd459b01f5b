import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { KindTabs } from "~/components/requests/KindTabs";
import type { Kind } from "~/components/requests/requests";
import { useOrganization } from "~/shell/organization";
import { openCountQuery } from "./queries";

/** The two lists, each with how many of its requests have no answer yet. */
export function OpenTabs({ kind }: { kind: Kind }) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const seats = useQuery(openCountQuery(organization.id, "seats"));
  const support = useQuery(openCountQuery(organization.id, "support"));
  const words = (count: number | undefined) => (count ? t("tabs.open", { count }) : undefined);
  return <KindTabs kind={kind} open={{ seats: words(seats.data), support: words(support.data) }} />;
}
