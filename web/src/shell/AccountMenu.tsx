import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import {
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMap2,
  IconMoon,
  IconSchool,
  IconSelector,
  IconSun,
  IconUserCircle,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { session } from "~/api/session";
import { useIdentity } from "./identity";
import { LanguageItems } from "./LanguageMenu";
import { initialsOf } from "./OrganizationMark";
import { useOrganizationIfAny } from "./organization";
import { useSaveLanguage } from "./personLanguage";
import classes from "./Sidebar.module.css";

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;

export function AccountMenu() {
  const { t } = useTranslation();
  const { person } = useIdentity();
  const organization = useOrganizationIfAny();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const saveLanguage = useSaveLanguage();
  const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
  return (
    <Menu position="top-start" width={252}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <VisuallyHidden>{t("account.label")}</VisuallyHidden>
          <span className={classes.person} aria-hidden="true">
            {initialsOf(name)}
          </span>
          <span className={classes.lines}>
            <span className={classes.strong}>{name}</span>
            <span className={classes.small}>{person.email}</span>
          </span>
          <IconSelector size={16} stroke={1.6} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUserCircle size={16} stroke={1.6} />}
          onClick={() =>
            void (organization
              ? navigate({
                  to: "/organizations/$organization/account",
                  params: { organization: organization.id },
                })
              : navigate({ to: "/operator/account" }))
          }
        >
          {t("account.own")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("account.appearance")}</Menu.Label>
        {(Object.keys(SCHEMES) as (keyof typeof SCHEMES)[]).map((scheme) => {
          const Icon = SCHEMES[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={16} stroke={1.6} />}
              rightSection={colorScheme === scheme ? <IconCheck size={16} /> : null}
              onClick={() => setColorScheme(scheme)}
            >
              {t(`account.${scheme}`)}
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Menu.Label>{t("account.language")}</Menu.Label>
        <LanguageItems onChoose={saveLanguage} />
        <Menu.Divider />
        {organization && (
          <Menu.Item
            leftSection={<IconMap2 size={16} stroke={1.6} />}
            onClick={() =>
              void navigate({
                to: "/organizations/$organization/guide",
                params: { organization: organization.id },
              })
            }
          >
            {t("account.guide")}
          </Menu.Item>
        )}
        <Menu.Item component="a" href="/learn" leftSection={<IconSchool size={16} stroke={1.6} />}>
          {t("account.learn")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => void session.signOut()}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
