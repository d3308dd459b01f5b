import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowLeft, IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { clientQuery } from "~/components/choices";
import { DateTime } from "~/components/DateTime";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { TabLink, Tabs } from "~/components/Tabs";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { CloseClientDialog } from "./CloseClientDialog";
import { EditClientDialog } from "./EditClientDialog";

type Client = Schema<"Client">;

interface Props {
  id: string;
  children: (client: Client) => ReactNode;
}

/** One client: its name, what can be done with it, and its parts. */
export function ClientPage({ id, children }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const client = useQuery(clientQuery(organization.id, id));
  if (client.error instanceof ApiProblem && client.error.status === 404) return <NotFoundScreen />;
  const params = { organization: organization.id, client: id };
  return (
    <Page
      title={client.data?.name ?? t("one")}
      lead={client.data && <Since client={client.data} />}
      actions={<Actions client={client.data} />}
    >
      <Tabs label={t("tabs.label")}>
        <TabLink
          to="/organizations/$organization/clients/$client"
          params={params}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {t("tabs.overview")}
        </TabLink>
        <TabLink to="/organizations/$organization/clients/$client/appearance" params={params}>
          {t("tabs.appearance")}
        </TabLink>
      </Tabs>
      {client.isPending && <Skeleton height={320} radius={14} />}
      {!client.data && client.error && (
        <Stack align="flex-start">
          <ProblemAlert error={client.error} />
          <Button variant="default" onClick={() => void client.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {client.data?.closed_at && (
        <Alert variant="default" icon={<IconLock size={18} />} mb="lg">
          {t("closedNote")}
        </Alert>
      )}
      {client.data && children(client.data)}
    </Page>
  );
}

function Since({ client }: { client: Client }) {
  const { t } = useTranslation("clients");
  return (
    <>
      {t("since")} <DateTime value={client.created_at} />
      {client.closed_at && (
        <>
          {" · "}
          {t("closedOn")} <DateTime value={client.closed_at} />
        </>
      )}
    </>
  );
}

function Actions({ client }: { client: Client | undefined }) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"edit" | "close" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <ButtonLink
        variant="default"
        leftSection={<IconArrowLeft size={16} />}
        to="/organizations/$organization/clients"
        params={{ organization: organization.id }}
      >
        {t("all")}
      </ButtonLink>
      {client && (
        <ButtonLink
          variant="default"
          to="/organizations/$organization"
          params={{ organization: client.id }}
          aria-label={t("consoleOf", { name: client.name })}
        >
          {t("console")}
        </ButtonLink>
      )}
      {client && !client.closed_at && organization.may("manage_clients") && (
        <>
          <Button variant="default" onClick={() => setDialog("edit")}>
            {t("edit.action")}
          </Button>
          <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog("close")}>
            {t("close.action")}
          </Button>
          <EditClientDialog client={client} opened={dialog === "edit"} onClose={close} />
          <CloseClientDialog client={client} opened={dialog === "close"} onClose={close} />
        </>
      )}
    </>
  );
}
