import { Button, List, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { TextLink } from "~/components/ButtonLink";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { DateTime } from "~/components/DateTime";
import { useCursorList } from "~/components/list/cursorList";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { toastDone } from "~/components/toasts";
import { fetchDomains, type Waiting } from "./queries";
import { operatorDomainsRoute } from "./routes";

/** Domains of single sign-on that an operator has to confirm, the longest waiting first. */
export function OperatorDomainsScreen() {
  const { t } = useTranslation("operator");
  const { confirm, connection } = operatorDomainsRoute.useSearch();
  const navigate = operatorDomainsRoute.useNavigate();
  const list = useCursorList<Waiting>({ queryKey: ["operator", "domains", "list"], fetchPage: fetchDomains });
  const confirming = list.rows.find((one) => one.domain === confirm && one.connection === connection) ?? null;
  return (
    <>
      <ListPage
        title={t("domains.title")}
        lead={t("domains.lead")}
        name="operator-domains"
        list={list}
        columns={useColumns()}
        rowId={(one) => `${one.connection} ${one.domain}`}
        rowName={(one) => one.domain}
        rowActions={(one) => (
          <Button
            size="xs"
            variant="default"
            onClick={() => void navigate({ search: { confirm: one.domain, connection: one.connection } })}
            aria-label={t("domains.confirmOf", { domain: one.domain })}
          >
            {t("domains.confirm")}
          </Button>
        )}
        empty={{ title: t("domains.empty"), text: t("domains.emptyText") }}
      />
      <ConfirmDomain waiting={confirming} onClose={() => void navigate({ search: {}, replace: true })} />
    </>
  );
}

function useColumns(): ListColumn<Waiting>[] {
  const { t } = useTranslation("operator");
  return [
    { id: "domain", header: t("domains.domain"), isName: true, cell: (one) => one.domain },
    {
      id: "organization",
      header: t("domains.organization"),
      cell: (one) => (
        <TextLink
          to="/operator/organizations/$organization"
          params={{ organization: one.organization }}
          inherit
        >
          {one.organization_name}
        </TextLink>
      ),
    },
    { id: "connection", header: t("domains.connection"), cell: (one) => one.connection_name },
    { id: "issuer", header: t("connections.issuer"), cell: (one) => one.issuer },
    {
      id: "since",
      header: t("domains.since"),
      cell: (one) => <DateTime value={one.since} style="distance" />,
    },
  ];
}

function ConfirmDomain({ waiting, onClose }: { waiting: Waiting | null; onClose: () => void }) {
  const { t } = useTranslation("operator");
  const client = useQueryClient();
  const names = { domain: waiting?.domain, organization: waiting?.organization_name };
  return (
    <ConfirmDialog
      opened={waiting !== null}
      onClose={onClose}
      title={t("domains.confirmTitle", names)}
      confirmLabel={t("domains.confirm")}
      confirm={() =>
        unwrap(
          api.PUT("/v1/operator/organizations/{organization}/sso-connections/{connection}/domains/{domain}", {
            params: {
              path: {
                organization: waiting?.organization ?? "",
                connection: waiting?.connection ?? "",
                domain: waiting?.domain ?? "",
              },
            },
          }),
        )
      }
      onDone={() => {
        toastDone(t("domains.done", names));
        void client.invalidateQueries({ queryKey: ["operator"] });
      }}
    >
      <Text>{t("domains.confirmText", names)}</Text>
      <List mt="sm" size="sm">
        <List.Item>{t("domains.check.owner", names)}</List.Item>
        <List.Item>{t("domains.check.issuer", { issuer: waiting?.issuer })}</List.Item>
      </List>
    </ConfirmDialog>
  );
}
