import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TabLink, Tabs, whereCurrent } from "~/components/Tabs";
import { countOf, type InviteFilters, readFilters, SHOWN } from "./filters";
import { inviteCountsQuery } from "./queries";
import { invitesRoute } from "./routes";

/** What the invites have come to, each with its number; those that need something stand out. */
export function InviteTabs({ filters, home }: { filters: InviteFilters; home: string }) {
  const { t, i18n } = useTranslation("invites");
  const { data: counts } = useQuery(inviteCountsQuery(home, filters.client));
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Tabs label={t("tabs.label")} shape="pills">
      {[undefined, ...SHOWN].map((shown) => {
        const count = counts && shown ? countOf(shown, counts) : undefined;
        return (
          <TabLink
            key={shown ?? "all"}
            from={invitesRoute.fullPath}
            search={readFilters({ ...filters, show: shown })}
            count={count === undefined ? undefined : number.format(count)}
            asks={(shown === "expired" || shown === "bounced") && (count ?? 0) > 0}
            {...whereCurrent(filters.show === shown)}
          >
            {t(`tabs.${shown ?? "all"}`)}
          </TabLink>
        );
      })}
    </Tabs>
  );
}
