import { Alert, Button, Text } from "@mantine/core";
import { IconArrowLeft, IconBan, IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ButtonLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { LoadedPage } from "~/components/LoadedPage";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { Connections } from "./Connections";
import { Events } from "./Events";
import { Licenses } from "./Licenses";
import { OrganizationFacts } from "./OrganizationFacts";
import classes from "./organization.module.css";
import { type OrganizationDetail, organizationDetailQuery, useOrganizationsChanged } from "./queries";
import { operatorOrganizationRoute } from "./routes";
import { SuspendDialog } from "./SuspendDialog";
import { Team } from "./Team";

/** One organization as a whole: its figures, licenses, team, connections and events. */
export function OperatorOrganizationScreen() {
  const { t } = useTranslation("operator");
  const { organization: id } = operatorOrganizationRoute.useParams();
  const organization = useQuery(organizationDetailQuery(id));
  return (
    <LoadedPage query={organization} title={t("organizations.title")} actions={<Back />}>
      {(loaded) => <Loaded organization={loaded} />}
    </LoadedPage>
  );
}

function Back() {
  const { t } = useTranslation("operator");
  return (
    <ButtonLink variant="default" leftSection={<IconArrowLeft size={16} />} to="/operator/organizations">
      {t("organizations.all")}
    </ButtonLink>
  );
}

function Loaded({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const [suspending, setSuspending] = useState(false);
  const canSuspend = organization.suspension === null && organization.closed_at === null;
  return (
    <Page
      title={organization.name}
      lead={
        organization.provider_name
          ? t("organizations.of", { provider: organization.provider_name })
          : organization.slug
      }
      actions={
        <>
          <Back />
          <ButtonLink
            variant="default"
            rightSection={<IconExternalLink size={16} />}
            to="/organizations/$organization"
            params={{ organization: organization.id }}
          >
            {t("organization.console")}
          </ButtonLink>
          {canSuspend && (
            <Button
              variant="default"
              leftSection={<IconBan size={18} stroke={1.8} />}
              onClick={() => setSuspending(true)}
            >
              {t("suspend.action")}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.sections}>
        <Suspended organization={organization} />
        <OrganizationFacts organization={organization} />
        <Licenses organization={organization} />
        <Team organization={organization} />
        <Connections organization={organization} />
        <Events organization={organization} />
      </div>
      <SuspendDialog organization={organization} opened={suspending} onClose={() => setSuspending(false)} />
    </Page>
  );
}

function Suspended({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const resume = useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/operator/organizations/{organization}/resume", {
          params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
        }),
      ),
    onDone: () => toastDone(t("resume.done", { name: organization.name })),
    onSettled: changed,
  });
  const { suspension } = organization;
  if (!suspension) return null;
  return (
    <Alert variant="default" icon={<IconBan size={20} />} title={t("resume.title")}>
      <Text size="sm">
        <DateTime value={suspension.at} style="datetime" timeZone={organization.time_zone} /> ·{" "}
        {suspension.reason}
      </Text>
      <Button size="sm" mt="sm" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
        {t("resume.action")}
      </Button>
      <ProblemAlert error={resume.error} />
    </Alert>
  );
}
