import { Alert } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { TabLink, Tabs } from "~/components/Tabs";
import { useIdentity } from "~/shell/identity";
import { type CurrentOrganization, useOrganization } from "~/shell/organization";

interface Props {
  /** The part that is shown. */
  part: "general" | "appearance" | "emails" | "notices";
  children: ReactNode;
}

/** Whether the settings can be changed: by full managers, as long as the organization is open. */
export const isChangeable = (organization: CurrentOrganization): boolean =>
  organization.may("manage_organization") && !organization.closed_at && !organization.suspension;

/** Whether the person manages the organization in their own right, and so has notices of their own in it. */
export function useIsOwn(): boolean {
  const organization = useOrganization();
  return useIdentity().organizations.some((one) => one.id === organization.id);
}

/** The parts of the settings, each with its address. */
export function SettingsPage({ part, children }: Props) {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  const isOwn = useIsOwn();
  const params = { organization: organization.id };
  return (
    <Page
      title={part === "general" ? t("title") : t(`tabs.${part}`)}
      lead={part === "general" && t("lead", { name: organization.name })}
    >
      <Tabs label={t("tabs.label")}>
        <TabLink to="/organizations/$organization/settings" params={params} activeOptions={{ exact: true }}>
          {t("tabs.general")}
        </TabLink>
        <TabLink to="/organizations/$organization/settings/appearance" params={params}>
          {t("tabs.appearance")}
        </TabLink>
        <TabLink to="/organizations/$organization/settings/emails" params={params}>
          {t("tabs.emails")}
        </TabLink>
        {isOwn && (
          <TabLink to="/organizations/$organization/settings/notices" params={params}>
            {t("tabs.notices")}
          </TabLink>
        )}
      </Tabs>
      {(organization.closed_at || organization.suspension) && part !== "notices" && (
        <Alert variant="default" icon={<IconLock size={18} />} mb="lg">
          {t(organization.closed_at ? "closed" : "suspended")}
        </Alert>
      )}
      {children}
    </Page>
  );
}
