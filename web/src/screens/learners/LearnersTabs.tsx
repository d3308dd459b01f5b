import { useTranslation } from "react-i18next";
import { TabLink, Tabs } from "~/components/Tabs";
import { useOrganization } from "~/shell/organization";

/** The learners, and those who are being erased, for those who may erase. */
export function LearnersTabs() {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const params = { organization: organization.id };
  if (!organization.may("manage_people_data")) return null;
  return (
    <Tabs label={t("title")}>
      <TabLink
        to="/organizations/$organization/learners"
        params={params}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        {t("title")}
      </TabLink>
      <TabLink to="/organizations/$organization/learners/erasures" params={params}>
        {t("erasures.title")}
      </TabLink>
    </Tabs>
  );
}
