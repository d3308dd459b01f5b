import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "~/components/requests/KindTabs.module.css";
import { useOrganization } from "~/shell/organization";
import { type Kind, openCountQuery } from "./queries";
import { requestsRoute } from "./routes";

/** The two lists, each with how many of its requests have no answer yet. */
export function KindTabs({ kind }: { kind: Kind }) {
  const { t } = useTranslation("requests");
  return (
    <nav className={classes.tabs} aria-label={t("tabs.label")}>
      <Tab of="seats" current={kind} />
      <Tab of="support" current={kind} />
    </nav>
  );
}

function Tab({ of, current }: { of: Kind; current: Kind }) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const { data: open } = useQuery(openCountQuery(organization.id, of));
  return (
    <Link
      className={classes.tab}
      from={requestsRoute.fullPath}
      search={of === "support" ? { kind: "support" } : {}}
      aria-current={of === current ? "page" : undefined}
      activeProps={{}}
      activeOptions={{ exact: true }}
    >
      {t(`tabs.${of}`)}
      {open !== undefined && open > 0 && (
        <span className={classes.count}>{t("tabs.open", { count: open })}</span>
      )}
    </Link>
  );
}
