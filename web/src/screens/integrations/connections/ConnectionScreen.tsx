import { Button, Switch, Text, Title } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ConfirmTyped } from "~/components/ConfirmTyped";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import { Fact, Facts } from "~/components/Facts";
import { LoadedPage } from "~/components/LoadedPage";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { StateBadge } from "~/components/StateBadge";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { BackToIntegrations } from "../BackToIntegrations";
import classes from "../integrations.module.css";
import { type Connection, connectionQuery, useIntegrationsChanged } from "../queries";
import { connectionRoute } from "../routes";
import { CheckCard } from "./CheckCard";
import { ConnectionState } from "./ConnectionState";
import { EditConnectionDialog } from "./EditConnectionDialog";
import { GrantText } from "./GrantText";
import { People } from "./People";

/** One connection: what to enter at the provider, whether it works, whom it lets in, and what it gives them. */
export function ConnectionScreen() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const { connection: id } = connectionRoute.useParams();
  const connection = useQuery(connectionQuery(organization.id, id));
  return (
    <LoadedPage query={connection} title={t("connections.title")} actions={<BackToIntegrations />}>
      {(loaded) => <Loaded connection={loaded} />}
    </LoadedPage>
  );
}

function Loaded({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = connectionRoute.useNavigate();
  const { edit } = connectionRoute.useSearch();
  const [removing, setRemoving] = useState(false);
  const mayManage = organization.may("manage_sso");
  return (
    <Page
      title={connection.name}
      lead={t("connections.screenLead")}
      actions={
        <>
          <BackToIntegrations />
          {mayManage && (
            <Button
              variant="default"
              leftSection={<IconEdit size={18} stroke={1.8} />}
              onClick={() => void navigate({ search: { edit: true } })}
            >
              {t("connections.edit.action")}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.column}>
          <ProviderCard connection={connection} />
          <CheckCard connection={connection} />
        </div>
        <div className={classes.column}>
          <StateCard connection={connection} />
          <DomainsCard connection={connection} />
          {mayManage && (
            <div>
              <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
                {t("connections.remove.action")}
              </Button>
            </div>
          )}
        </div>
      </div>
      <People connection={connection} />
      {mayManage && (
        <>
          <EditConnectionDialog
            connection={connection}
            opened={edit === true}
            onClose={() => void navigate({ search: {}, replace: true })}
          />
          <RemoveDialog connection={connection} opened={removing} onClose={() => setRemoving(false)} />
        </>
      )}
    </Page>
  );
}

/** What the provider asks for when Usher is registered there. */
function ProviderCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const values = [
    { name: "redirect", value: connection.redirect_uri },
    { name: "login", value: connection.sign_in_page },
    { name: "scopes", value: "openid email profile" },
  ] as const;
  return (
    <section className={classes.card} aria-labelledby="provider">
      <div>
        <Title order={2} size="h4" id="provider">
          {t("connections.provider.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("connections.provider.text")}
        </Text>
      </div>
      <ul className={classes.values}>
        {values.map(({ name, value }) => (
          <Value key={name} name={t(`connections.provider.${name}`)} value={value} />
        ))}
      </ul>
      <Facts>
        <Fact name={t("connections.field.issuer")} wide>
          {connection.issuer}
        </Fact>
        <Fact name={t("connections.field.client_id")} wide>
          {connection.client_id}
        </Fact>
      </Facts>
    </section>
  );
}

function Value({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation("integrations");
  return (
    <li className={classes.value}>
      <div>
        <Text size="xs" c="dimmed">
          {name}
        </Text>
        <Text size="sm" fw={500} className={classes.address}>
          {value}
        </Text>
      </div>
      <CopyButton value={value} name={t("connections.copy", { name })} />
    </li>
  );
}

function StateCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "sso-connections");
  const command = useCommand({
    run: (enabled: boolean) =>
      unwrap(
        api.PATCH("/v1/organizations/{organization}/sso-connections/{connection}", {
          params: { path: { organization: organization.id, connection: connection.id } },
          body: { enabled, version: connection.version },
        }),
      ),
    onDone: (saved) => toastDone(saved.enabled ? t("connections.switchedOn") : t("connections.switchedOff")),
    onSettled: changed,
  });
  return (
    <section className={classes.card} aria-labelledby="state">
      <Title order={2} size="h4" id="state">
        {t("connections.stateTitle")}
      </Title>
      <div>
        <ConnectionState connection={connection} />
      </div>
      {organization.may("manage_sso") && (
        <Switch
          label={t("connections.switch")}
          checked={command.isPending ? command.variables : connection.enabled}
          disabled={command.isPending}
          onChange={(event) => command.mutate(event.currentTarget.checked)}
        />
      )}
      <ProblemAlert error={command.error} />
      <Facts>
        <Fact name={t("connections.field.grant")} wide>
          <GrantText grant={connection.grant} />
        </Fact>
        <Fact name={t("connections.column.created")} wide>
          <DateTime value={connection.created_at} /> · {connection.created_by_name ?? connection.created_by}
        </Fact>
      </Facts>
    </section>
  );
}

function DomainsCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const waits = connection.domains.some((domain) => !domain.confirmed);
  return (
    <section className={classes.card} aria-labelledby="domains">
      <Title order={2} size="h4" id="domains">
        {t("connections.column.domains")}
      </Title>
      <ul className={classes.domains}>
        {connection.domains.map((one) => (
          <li key={one.domain}>
            <Text fw={500} className={classes.address}>
              {one.domain}
            </Text>
            <StateBadge tone={one.confirmed ? "ok" : "waiting"}>
              {t(one.confirmed ? "connections.domain.confirmed" : "connections.domain.waiting")}
            </StateBadge>
          </li>
        ))}
      </ul>
      {waits && (
        <Text size="sm" c="dimmed">
          {t("connections.domain.text")}
        </Text>
      )}
    </section>
  );
}

interface RemoveProps {
  connection: Connection;
  opened: boolean;
  onClose: () => void;
}

function RemoveDialog({ connection, opened, onClose }: RemoveProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = connectionRoute.useNavigate();
  const changed = useIntegrationsChanged(organization.id, "sso-connections", connection.id);
  return (
    <ConfirmTyped
      opened={opened}
      onClose={onClose}
      title={t("connections.remove.title", { name: connection.name })}
      word={connection.name}
      confirmLabel={t("connections.remove.action")}
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/sso-connections/{connection}", {
            params: { path: { organization: organization.id, connection: connection.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("connections.remove.done", { name: connection.name }));
        void navigate({
          to: "/organizations/$organization/integrations",
          params: { organization: organization.id },
          replace: true,
        });
        void changed();
      }}
    >
      {t("connections.remove.text")}
    </ConfirmTyped>
  );
}
