import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSearch, IconSelector, IconShieldCog } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { clientsQuery, openOf, useProvider } from "./clients";
import { useIdentity } from "./identity";
import { OrganizationMark, UsherMark } from "./OrganizationMark";
import { useOrganizationIfAny } from "./organization";
import classes from "./Sidebar.module.css";

const FindOrganization = lazy(() => import("./FindOrganization"));

const SHOWN = 50;

/** Shows where one is, and leads to the person's other organizations, to clients, and to the operators' area. */
export function Switcher({ onGone }: { onGone?: () => void }) {
  const { t } = useTranslation();
  const organization = useOrganizationIfAny();
  const { person, organizations } = useIdentity();
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const [finding, setFinding] = useState<boolean | null>(null); // null until it is first used
  const provider = useProvider(organization);
  const { data } = useQuery({ ...clientsQuery(provider, ""), enabled: opened && provider !== undefined });
  const clients = openOf(data?.items, organizations);
  const isLong = organizations.length > SHOWN || (data !== undefined && data.next !== null);
  const go = (id: string) => {
    onGone?.();
    void navigate({ to: "/organizations/$organization", params: { organization: id } });
  };
  const item = (one: { id: string; name: string }) => (
    <Menu.Item
      key={one.id}
      leftSection={<OrganizationMark name={one.name} size={22} />}
      rightSection={one.id === organization?.id ? <IconCheck size={16} /> : null}
      onClick={() => go(one.id)}
    >
      {one.name}
    </Menu.Item>
  );
  const menu = (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" width={252}>
      <Menu.Target>
        <UnstyledButton className={classes.switcher}>
          <VisuallyHidden>{t("switcher.label")}</VisuallyHidden>
          {organization ? (
            <OrganizationMark name={organization.name} logo={organization.branding.logo_url} />
          ) : (
            <UsherMark />
          )}
          <span className={classes.lines}>
            <span className={classes.strong}>{organization?.name ?? t("switcher.operator")}</span>
            <span className={classes.small}>{organization ? t(`role.${organization.role}`) : "Usher"}</span>
          </span>
          <IconSelector size={16} stroke={1.6} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        {organizations.length > 0 && <Menu.Label>{t("switcher.organizations")}</Menu.Label>}
        {organizations.slice(0, SHOWN).map(item)}
        {clients.length > 0 && <Menu.Label>{t("switcher.clients")}</Menu.Label>}
        {clients.map(item)}
        {isLong && (
          <Menu.Item leftSection={<IconSearch size={18} stroke={1.7} />} onClick={() => setFinding(true)}>
            {t("switcher.find")}
          </Menu.Item>
        )}
        {person.operator && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconShieldCog size={20} stroke={1.6} />}
              rightSection={organization ? null : <IconCheck size={16} />}
              onClick={() => {
                onGone?.();
                void navigate({ to: "/operator" });
              }}
            >
              {t("switcher.operator")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <>
      {menu}
      {finding !== null && (
        <Suspense>
          <FindOrganization
            provider={provider}
            opened={finding}
            onClose={() => setFinding(false)}
            onChosen={go}
          />
        </Suspense>
      )}
    </>
  );
}
