import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "./AccountMenu";
import { entriesFor, type NavigationEntry, OPERATOR_NAVIGATION } from "./navigation";
import { useOrganizationIfAny } from "./organization";
import { usePalette } from "./paletteState";
import classes from "./Sidebar.module.css";
import { Switcher } from "./Switcher";
import { screenExists } from "./screenExists";

/** The entries that lead somewhere from here, with their addresses. */
export function useNavigation(): (NavigationEntry & { address: string })[] {
  const organization = useOrganizationIfAny();
  const router = useRouter();
  if (organization) {
    return entriesFor(organization, (name) => screenExists(router, "organization", name)).map((entry) => ({
      ...entry,
      address: `/organizations/${organization.id}/${entry.name}`,
    }));
  }
  return OPERATOR_NAVIGATION.filter((entry) => screenExists(router, "operator", entry.name)).map((entry) => ({
    ...entry,
    address: `/operator/${entry.name}`,
  }));
}

export function Sidebar({ onGone }: { onGone?: () => void }) {
  const { t } = useTranslation();
  const entries = useNavigation();
  const palette = usePalette();
  return (
    <div className={classes.sidebar}>
      <Switcher onGone={onGone} />
      <UnstyledButton
        className={classes.search}
        onClick={() => {
          onGone?.();
          palette.open();
        }}
      >
        <IconSearch size={16} stroke={1.8} />
        {t("palette.open")}
        <span className={classes.keys} aria-hidden="true">
          {t("palette.keys")}
        </span>
      </UnstyledButton>
      <nav className={classes.nav} aria-label={t("navigation.label")}>
        <ul>
          {entries.map((entry) => (
            <li key={entry.name}>
              <Link to={entry.address as string} className={classes.link} onClick={onGone}>
                <entry.icon size={18} stroke={1.7} />
                {t(`navigation.${entry.name}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <AccountMenu />
    </div>
  );
}
