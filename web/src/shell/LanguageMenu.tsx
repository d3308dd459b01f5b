import { Menu, UnstyledButton } from "@mantine/core";
import { IconCheck, IconLanguage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "~/texts";
import classes from "./Sidebar.module.css";

/** The name of a language in itself. */
export function nameOf(language: string): string {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="top-end">
      <Menu.Target>
        <UnstyledButton
          className={classes.quiet}
          aria-label={`${t("account.language")}: ${nameOf(i18n.language)}`}
        >
          <IconLanguage size={18} stroke={1.6} /> {nameOf(i18n.language)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageItems />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The languages to choose from; `onChoose` is told which one was chosen. */
export function LanguageItems({ onChoose }: { onChoose?: (language: Language) => void }) {
  const { i18n } = useTranslation();
  return LANGUAGES.map((language) => (
    <Menu.Item
      key={language}
      lang={language}
      rightSection={i18n.language === language ? <IconCheck size={16} /> : null}
      onClick={() => {
        void chooseLanguage(language);
        onChoose?.(language);
      }}
    >
      {nameOf(language)}
    </Menu.Item>
  ));
}
