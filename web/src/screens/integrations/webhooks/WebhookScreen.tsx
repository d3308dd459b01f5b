import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { Fact, Facts } from "~/components/Facts";
import { LoadedPage } from "~/components/LoadedPage";
import { useOrganization } from "~/shell/organization";
import { BackToIntegrations } from "../BackToIntegrations";
import classes from "../integrations.module.css";
import { type Webhook, webhookQuery } from "../queries";
import { webhookRoute } from "../routes";
import { Deliveries } from "./Deliveries";
import { WebhookActions } from "./WebhookActions";
import { EditWebhookDialog } from "./WebhookDialogs";
import { WebhookState } from "./WebhookState";

/** One webhook: what is sent where, and the log of what was sent. */
export function WebhookScreen() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const { webhook: id } = webhookRoute.useParams();
  const webhook = useQuery(webhookQuery(organization.id, id));
  return (
    <LoadedPage query={webhook} title={t("webhooks.title")} actions={<BackToIntegrations />}>
      {(loaded) => <Loaded webhook={loaded} />}
    </LoadedPage>
  );
}

function Loaded({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = webhookRoute.useNavigate();
  const { edit } = webhookRoute.useSearch();
  const mayManage = organization.may("manage_programs");
  return (
    <>
      <Deliveries
        webhook={webhook}
        title={webhook.description || new URL(webhook.url).host}
        actions={
          <>
            <BackToIntegrations />
            {mayManage && <WebhookActions webhook={webhook} />}
          </>
        }
        intro={
          <div className={classes.intro}>
            {webhook.disabled_because === "gone" && (
              <Alert
                variant="default"
                icon={<IconAlertTriangle size={20} />}
                title={t("webhooks.gone.title")}
                mb="md"
              >
                {t("webhooks.gone.text")}
              </Alert>
            )}
            <WebhookFacts webhook={webhook} />
          </div>
        }
      />
      {mayManage && (
        <EditWebhookDialog
          webhook={webhook}
          opened={edit === true}
          onClose={() => void navigate({ search: ({ state }) => ({ state }), replace: true })}
        />
      )}
    </>
  );
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  return (
    <section className={classes.card} aria-label={t("webhooks.facts")}>
      <div>
        <WebhookState webhook={webhook} />
      </div>
      <Facts>
        <Fact name={t("webhooks.field.url")} wide>
          {webhook.url}
        </Fact>
        <Fact name={t("webhooks.column.events")} wide>
          {webhook.events === null ? (
            t("webhooks.events.all")
          ) : (
            <ul className={classes.codes}>
              {webhook.events.map((type) => (
                <li key={type} className={classes.code}>
                  {type}
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name={t("webhooks.column.created")}>
          <DateTime value={webhook.created_at} /> · {webhook.created_by_name ?? webhook.created_by}
        </Fact>
        {webhook.former_secret_until && (
          <Fact name={t("webhooks.formerSecret")}>
            <DateTime value={webhook.former_secret_until} style="datetime" />
          </Fact>
        )}
      </Facts>
      <Text size="sm" c="dimmed">
        {t("webhooks.signed")}
      </Text>
    </section>
  );
}
