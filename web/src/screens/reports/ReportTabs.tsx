import { useTranslation } from "react-i18next";
import { TabLink, Tabs } from "~/components/Tabs";
import { useOrganization } from "~/shell/organization";
import { type ActivityFilters, readFilters } from "./filters";

/** The charts and the people behind them, over the same period and of the same license, group and client. */
export function ReportTabs({ filters }: { filters: ActivityFilters }) {
  const { t } = useTranslation("reports");
  const organization = useOrganization();
  const shared = {
    params: { organization: organization.id },
    search: readFilters({ ...filters }),
    activeOptions: { exact: true, includeSearch: false },
  };
  return (
    <Tabs label={t("tabs.label")}>
      <TabLink to="/organizations/$organization/reports" {...shared}>
        {t("tabs.charts")}
      </TabLink>
      <TabLink to="/organizations/$organization/reports/activity" {...shared}>
        {t("tabs.people")}
      </TabLink>
    </Tabs>
  );
}
