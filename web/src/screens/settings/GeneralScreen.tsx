import { useTranslation } from "react-i18next";
import { useOrganization } from "~/shell/organization";
import { GeneralForm } from "./GeneralForm";
import { languageName } from "./languages";
import { isChangeable, SettingsPage } from "./SettingsPage";
import classes from "./settings.module.css";

/** Name, address, time zone, language, and the rules for invitations. */
export function GeneralScreen() {
  const organization = useOrganization();
  return (
    <SettingsPage part="general">{isChangeable(organization) ? <GeneralForm /> : <Facts />}</SettingsPage>
  );
}

/** The settings for those who cannot change them. */
function Facts() {
  const { t, i18n } = useTranslation("settings");
  const organization = useOrganization();
  const facts = [
    [t("name.label"), organization.name],
    [t("slug.label"), `${location.host}/c/${organization.slug}`],
    [t("zone.label"), organization.time_zone],
    [t("language.label"), languageName(organization.language, i18n.language)],
    [t("days.label"), t("days.value", { count: organization.invite_days })],
    [t("rules.title"), t(organization.require_group ? "group.on" : "group.off")],
  ] as const;
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
