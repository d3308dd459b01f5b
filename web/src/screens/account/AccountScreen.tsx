import { NativeSelect, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { useIdentity } from "~/shell/identity";
import { nameOf } from "~/shell/LanguageMenu";
import { useSaveLanguage } from "~/shell/personLanguage";
import { chooseLanguage, LANGUAGES } from "~/texts";
import classes from "./account.module.css";
import { NameForm } from "./NameForm";
import { PasswordSection } from "./PasswordSection";

/** What the person can change of their own account: name, language and password. */
export function AccountScreen() {
  const { t } = useTranslation("account");
  const { person } = useIdentity();
  return (
    <Page title={t("title")} lead={t("lead", { email: person.email })}>
      <Stack gap="lg">
        <Section title={t("name.title")} text={t("name.text")}>
          <NameForm />
        </Section>
        <Section title={t("language.title")} text={t("language.text")}>
          <LanguageChoice />
        </Section>
        <Section title={t("password.title")} text={t("password.text")}>
          <PasswordSection />
        </Section>
      </Stack>
    </Page>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed" mt={4}>
          {text}
        </Text>
      </div>
      <div className={classes.fields}>{children}</div>
    </section>
  );
}

/** Chosen is saved: the screen shows at once what it means. */
function LanguageChoice() {
  const { t, i18n } = useTranslation("account");
  const save = useSaveLanguage();
  return (
    <NativeSelect
      label={t("language.label")}
      data={LANGUAGES.map((language) => ({ value: language, label: nameOf(language) }))}
      value={i18n.language}
      onChange={(event) => {
        const language = LANGUAGES.find((one) => one === event.currentTarget.value);
        if (!language) return;
        void chooseLanguage(language);
        save(language);
      }}
    />
  );
}
