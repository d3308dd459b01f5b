import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { useOrganization } from "~/shell/organization";
import { ConnectionsSection } from "./connections/ConnectionsSection";
import classes from "./integrations.module.css";
import { KeysSection } from "./keys/KeysSection";
import { WebhooksSection } from "./webhooks/WebhooksSection";

/** How other systems work with this organization: sign-on at a provider of its own, events, and programs. */
export function IntegrationsScreen() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className={classes.sections}>
        <ConnectionsSection />
        <WebhooksSection />
        {organization.may("manage_programs") && <KeysSection />}
      </div>
    </Page>
  );
}
