import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { onlineManager } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { applyShades, shadesOf, USHER_COLOR } from "./brand";
import classes from "./Frames.module.css";
import { FullPageLoader } from "./FullPageLoader";
import { lastOrganization } from "./lastOrganization";
import { OrganizationMark, UsherMark } from "./OrganizationMark";
import { OrganizationProvider, useOrganization, useOrganizationIfAny } from "./organization";
import { PaletteContext } from "./paletteState";
import { Sidebar } from "./Sidebar";

const Palette = lazy(() => import("./Palette"));

/** The frame of an organization's screens: in its colors, with its navigation. */
export function OrganizationFrame() {
  const { organization } = useParams({ from: "/signed-in/organizations/$organization" });
  return (
    <Suspense fallback={<FullPageLoader />}>
      <OrganizationProvider id={organization}>
        <Branded>
          <Frame key={organization} />
        </Branded>
      </OrganizationProvider>
    </Suspense>
  );
}

export function OperatorFrame() {
  return <Frame />;
}

function Branded({ children }: { children: ReactNode }) {
  const { id, branding } = useOrganization();
  useEffect(() => {
    lastOrganization.write(id);
  }, [id]);
  useEffect(() => {
    applyShades(shadesOf(branding.color ?? USHER_COLOR), document.documentElement);
    return () => applyShades(shadesOf(USHER_COLOR), document.documentElement);
  }, [branding.color]);
  return children;
}

function Frame() {
  const { t } = useTranslation();
  const [menu, { open: openMenu, close: closeMenu }] = useDisclosure();
  const [paletteUsed, setPaletteUsed] = useState(false);
  const [palette, { open, close: closePalette }] = useDisclosure();
  const organization = useOrganizationIfAny();
  const openPalette = () => {
    setPaletteUsed(true);
    open();
  };
  useHotkeys([["mod+K", openPalette]], []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes over stable functions alone
  const opener = useMemo(() => ({ open: openPalette }), []);
  return (
    <PaletteContext.Provider value={opener}>
      <a className={classes.skip} href="#main">
        {t("skip")}
      </a>
      <div className={classes.frame}>
        <div className={classes.side}>
          <Sidebar />
        </div>
        <header className={classes.top}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={openMenu}
            aria-label={t("navigation.open")}
          >
            <IconMenu2 size={22} />
          </ActionIcon>
          <span className={classes.where}>
            {organization ? (
              <OrganizationMark name={organization.name} logo={organization.branding.logo_url} size={26} />
            ) : (
              <UsherMark size={26} />
            )}
            {organization?.name ?? t("switcher.operator")}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={openPalette}
            aria-label={t("palette.open")}
          >
            <IconSearch size={20} />
          </ActionIcon>
        </header>
        <div className={classes.content}>
          <Offline />
          <main id="main" tabIndex={-1}>
            <Suspense fallback={<FullPageLoader />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <Drawer
        opened={menu}
        onClose={closeMenu}
        withCloseButton={false}
        size={296}
        padding={0}
        attributes={{ content: { "aria-label": t("navigation.label") } }}
        classNames={{ body: classes.drawer }}
      >
        <Sidebar onGone={closeMenu} />
      </Drawer>
      {paletteUsed && (
        <Suspense>
          <Palette opened={palette} onClose={closePalette} />
        </Suspense>
      )}
    </PaletteContext.Provider>
  );
}

function Offline() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  return <div role="status">{online ? null : <p className={classes.offline}>{t("failure.offline")}</p>}</div>;
}
