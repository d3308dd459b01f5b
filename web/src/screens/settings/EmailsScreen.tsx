import { NativeSelect, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmailLive } from "~/components/settings/EmailLive";
import { useOrganization } from "~/shell/organization";
import { emailsTo, FIRST, RECIPIENTS, type Template } from "./emails";
import { emailsRoute } from "./routes";
import { SettingsPage } from "./SettingsPage";
import classes from "./settings.module.css";

/** Each email that people and managers can get, as it comes. */
export function EmailsScreen() {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  const { email = FIRST } = emailsRoute.useSearch();
  const navigate = emailsRoute.useNavigate();
  return (
    <SettingsPage part="emails">
      <Text c="dimmed" mb="md">
        {t("emails.lead")}
      </Text>
      <div className={classes.emails}>
        <nav className={classes.list} aria-label={t("emails.list")}>
          {RECIPIENTS.map((recipient) => (
            <section key={recipient}>
              <h2>{t(`emails.to.${recipient}`)}</h2>
              <ul>
                {emailsTo(recipient).map((template) => (
                  <li key={template}>
                    <Link
                      from={emailsRoute.fullPath}
                      search={{ email: template }}
                      resetScroll={false}
                      aria-current={template === email ? "page" : undefined}
                      activeProps={{}}
                    >
                      {t(`email.${template}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </nav>
        <NativeSelect
          className={classes.select}
          label={t("emails.choose")}
          value={email}
          onChange={(event) =>
            void navigate({
              search: { email: event.currentTarget.value as Template },
              replace: true,
              resetScroll: false,
            })
          }
          data={RECIPIENTS.map((recipient) => ({
            group: t(`emails.to.${recipient}`),
            items: emailsTo(recipient).map((one) => ({ value: one, label: t(`email.${one}`) })),
          }))}
        />
        <div className={classes.shown}>
          <EmailLive organization={organization.id} template={email} />
        </div>
      </div>
    </SettingsPage>
  );
}
