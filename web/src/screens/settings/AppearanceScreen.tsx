import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AppearanceForm, Previews } from "~/components/settings/AppearanceForm";
import { valuesOf } from "~/components/settings/values";
import { useOrganization } from "~/shell/organization";
import { isChangeable, SettingsPage } from "./SettingsPage";

/** Logo, color and welcome, beside how the landing page and emails look with them. */
export function AppearanceScreen() {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  return (
    <SettingsPage part="appearance">
      {isChangeable(organization) ? (
        <AppearanceForm organization={organization} />
      ) : (
        <div style={{ maxWidth: "44rem" }}>
          <Text c="dimmed" mb="md">
            {t("look.readOnly")}
          </Text>
          <Previews form={{ organization, draft: valuesOf(organization), logo: { kind: "kept" } }} />
        </div>
      )}
    </SettingsPage>
  );
}
