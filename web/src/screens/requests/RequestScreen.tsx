import { Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ApiProblem } from "~/api/problems";
import { ButtonLink } from "~/components/ButtonLink";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { Cards, ReplyCard, RequestCard } from "~/components/requests/RequestCard";
import { writeTitle } from "~/components/requests/RequestTitle";
import type { AnyRequest, Kind } from "~/components/requests/requests";
import { ScreenLink } from "~/components/ScreenLink";
import { toastDone } from "~/components/toasts";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useIdentity } from "~/shell/identity";
import { useOrganization } from "~/shell/organization";
import { requestQuery, useRequestsChanged } from "./queries";
import { seatRequestRoute, supportRequestRoute } from "./routes";

export function SeatRequestScreen() {
  const { request } = seatRequestRoute.useParams();
  return <RequestScreen kind="seats" id={request} />;
}

export function SupportRequestScreen() {
  const { request } = supportRequestRoute.useParams();
  return <RequestScreen kind="support" id={request} />;
}

/** One request: what was asked, and what the operators answered. */
function RequestScreen({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const request = useQuery(requestQuery(organization.id, kind, id));
  if (request.error instanceof ApiProblem && request.error.status === 404) return <NotFoundScreen />;
  if (request.data) return <Loaded kind={kind} request={request.data} />;
  return (
    <Page title={t("title")} actions={<Back kind={kind} />}>
      {request.isPending ? (
        <Skeleton height={220} radius={14} />
      ) : (
        <Stack align="flex-start">
          <ProblemAlert error={request.error} />
          <Button variant="default" onClick={() => void request.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
    </Page>
  );
}

function Back({ kind }: { kind: Kind }) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  return (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/requests"
      params={{ organization: organization.id }}
      search={kind === "support" ? { kind: "support" } : {}}
    >
      {t("all")}
    </ButtonLink>
  );
}

function Loaded({ kind, request }: { kind: Kind; request: AnyRequest }) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const { person } = useIdentity();
  const [asks, setAsks] = useState(false);
  const changed = useRequestsChanged(organization.id);
  const close = () => {
    setAsks(false);
    void changed(); // it may have been answered meanwhile
  };
  const mayTakeBack =
    organization.may("file_requests") && request.state === "open" && request.created_by === person.email;
  return (
    <Page
      title={writeTitle(request, t)}
      actions={
        <>
          <Back kind={kind} />
          {mayTakeBack && (
            <Button variant="default" onClick={() => setAsks(true)}>
              {t("withdraw.action")}
            </Button>
          )}
        </>
      }
    >
      <Cards>
        <RequestCard
          request={request}
          license={(name, license) => <ScreenLink to={`licenses/${license}`}>{name}</ScreenLink>}
          learner={(email, person) => <ScreenLink to={`learners/${person}`}>{email}</ScreenLink>}
          invite={(invite) => <ScreenLink to={`invites/${invite}`}>{t("fact.openInvite")}</ScreenLink>}
        />
        <ReplyCard request={request} waiting={t("card.waiting")} />
      </Cards>
      <ConfirmDialog
        opened={asks}
        onClose={close}
        title={t("withdraw.title")}
        confirmLabel={t("withdraw.action")}
        confirm={(key) => takeBack(kind, organization.id, request.id, key)}
        onDone={() => toastDone(t("withdraw.done"))}
      >
        {t("withdraw.text")}
      </ConfirmDialog>
    </Page>
  );
}

function takeBack(kind: Kind, organization: string, request: string, key: string): Promise<AnyRequest> {
  const params = { path: { organization, request }, header: { "Idempotency-Key": key } };
  return kind === "seats"
    ? unwrap(api.POST("/v1/organizations/{organization}/seat-requests/{request}/withdraw", { params }))
    : unwrap(api.POST("/v1/organizations/{organization}/support-requests/{request}/withdraw", { params }));
}
