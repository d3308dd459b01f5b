import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { countOf, type InviteFilters, readFilters, SHOWN } from "./filters";
import classes from "./InviteTabs.module.css";
import { inviteCountsQuery } from "./queries";
import { invitesRoute } from "./routes";

/** What the invites have come to, each with its number; those that need something stand out. */
export function InviteTabs({ filters, home }: { filters: InviteFilters; home: string }) {
  const { t, i18n } = useTranslation("invites");
  const { data: counts } = useQuery(inviteCountsQuery(home, filters.client));
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <nav className={classes.tabs} aria-label={t("tabs.label")}>
      {[undefined, ...SHOWN].map((shown) => {
        const count = counts && shown ? countOf(shown, counts) : undefined;
        const asks = (shown === "expired" || shown === "bounced") && (count ?? 0) > 0;
        return (
          <Link
            key={shown ?? "all"}
            className={classes.tab}
            from={invitesRoute.fullPath}
            search={readFilters({ ...filters, show: shown })}
            aria-current={filters.show === shown ? "page" : undefined}
            activeProps={{}}
            activeOptions={{ exact: true }}
            data-asks={asks || undefined}
          >
            {t(`tabs.${shown ?? "all"}`)}
            {count !== undefined && <span className={classes.count}>{number.format(count)}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
