import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector, IconShieldCog } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { useIdentity } from "./identity";
import { OrganizationMark, UsherMark } from "./OrganizationMark";
import { type CurrentOrganization, useOrganizationIfAny } from "./organization";
import classes from "./Sidebar.module.css";

const SHOWN_CLIENTS = 50;

/** Shows where one is, and leads to the person's other organizations, to clients, and to the operators' area. */
export function Switcher({ onGone }: { onGone?: () => void }) {
  const { t } = useTranslation();
  const organization = useOrganizationIfAny();
  const { person, organizations } = useIdentity();
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const clients = useClients(opened ? organization : null);
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
  return (
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
        {organizations.map(item)}
        {clients.length > 0 && <Menu.Label>{t("switcher.clients")}</Menu.Label>}
        {clients.map(item)}
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
}

/** The open clients of the organization, or of the provider whose client it is, that are not listed anyway. */
function useClients(organization: CurrentOrganization | null): { id: string; name: string }[] {
  const { organizations } = useIdentity();
  const provider = organizations.find(
    (one) => one.id === (organization?.provider ?? organization?.id) && one.has_clients,
  );
  const { data } = useQuery({
    queryKey: ["organizations", provider?.id, "clients", "switcher"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/v1/organizations/{organization}/clients", {
          params: { path: { organization: provider?.id ?? "" }, query: { limit: SHOWN_CLIENTS } },
          signal,
        }),
      ),
    enabled: provider !== undefined,
  });
  const listed = new Set(organizations.map((one) => one.id));
  return (data?.items ?? []).filter((client) => client.closed_at === null && !listed.has(client.id));
}
