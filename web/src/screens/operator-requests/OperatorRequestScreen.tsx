import { Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowLeft, IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { Cards, ReplyCard, RequestCard } from "~/components/requests/RequestCard";
import { writeTitle } from "~/components/requests/RequestTitle";
import {
  type AnyRequest,
  isForSeats,
  type Kind,
  type SeatRequest,
  type SupportRequest,
} from "~/components/requests/requests";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { AnswerDialog, ApproveDialog, RefuseDialog } from "./AnswerDialogs";
import { nextAfter } from "./filters";
import { openQuery, requestQuery, useRequestsChanged } from "./queries";
import { operatorSeatRequestRoute, operatorSupportRequestRoute } from "./routes";

export function OperatorSeatRequestScreen() {
  const { request } = operatorSeatRequestRoute.useParams();
  return <RequestScreen key={request} kind="seats" id={request} />;
}

export function OperatorSupportRequestScreen() {
  const { request } = operatorSupportRequestRoute.useParams();
  return <RequestScreen key={request} kind="support" id={request} />;
}

/** One request, which an operator answers once; then the next one. */
function RequestScreen({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation("requests");
  const request = useQuery(requestQuery(kind, id));
  if (request.error instanceof ApiProblem && request.error.status === 404) return <NotFoundScreen />;
  if (request.data) return <Loaded kind={kind} request={request.data} />;
  return (
    <Page title={t("operator.title")} actions={<Back kind={kind} />}>
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
  return (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/operator/requests"
      search={kind === "support" ? { kind: "support" } : {}}
    >
      {t("all")}
    </ButtonLink>
  );
}

/** To the oldest request of the kind that has no answer; the way on once this one is answered. */
function Next({ kind, request }: { kind: Kind; request: AnyRequest }) {
  const { t } = useTranslation("requests");
  const { data: open } = useQuery(openQuery(kind));
  const next = nextAfter(open?.items, request.id);
  if (!next) return null;
  return (
    <ButtonLink
      variant={request.state === "open" ? "default" : "filled"}
      rightSection={<IconArrowRight size={16} />}
      to={kind === "seats" ? "/operator/requests/seats/$request" : "/operator/requests/support/$request"}
      params={{ request: next.id }}
    >
      {t("operator.next")}
    </ButtonLink>
  );
}

function Loaded({ kind, request }: { kind: Kind; request: AnyRequest }) {
  const { t } = useTranslation("requests");
  return (
    <Page
      title={writeTitle(request, t)}
      lead={request.organization_name}
      actions={
        <>
          <Back kind={kind} />
          <Next kind={kind} request={request} />
          {isForSeats(request) ? <SeatAnswers request={request} /> : <SupportAnswers request={request} />}
        </>
      }
    >
      <Cards>
        <RequestCard
          request={request}
          organization={
            <TextLink
              to="/organizations/$organization"
              params={{ organization: request.organization }}
              inherit
            >
              {request.organization_name}
            </TextLink>
          }
        />
        <ReplyCard request={request} waiting={t("operator.waiting")} />
      </Cards>
    </Page>
  );
}

/** The dialog that is open, and what closes it: what was asked may have been answered or taken back meanwhile. */
function useDialog<Name extends string>() {
  const [opened, open] = useState<Name | null>(null);
  const changed = useRequestsChanged();
  const onClose = () => {
    open(null);
    void changed();
  };
  return { opened, open, onClose };
}

function SeatAnswers({ request }: { request: SeatRequest }) {
  const { t } = useTranslation("requests");
  const { opened, open, onClose } = useDialog<"approve" | "refuse">();
  const shared = { request, onClose };
  return (
    <>
      {request.state === "open" && (
        <>
          <Button variant="default" onClick={() => open("refuse")}>
            {t("refuse.action")}
          </Button>
          <Button onClick={() => open("approve")}>{t("approve.action")}</Button>
        </>
      )}
      <ApproveDialog {...shared} opened={opened === "approve"} />
      <RefuseDialog {...shared} opened={opened === "refuse"} />
    </>
  );
}

function SupportAnswers({ request }: { request: SupportRequest }) {
  const { t } = useTranslation("requests");
  const { opened, open, onClose } = useDialog<"grant" | "answer">();
  const isQuestion = request.kind === "other";
  const shared = { request, onClose };
  return (
    <>
      {request.state === "open" && (
        <>
          <Button variant={isQuestion ? "filled" : "default"} onClick={() => open("answer")}>
            {t(`answer.action.${isQuestion ? "other" : "refuse"}`)}
          </Button>
          {!isQuestion && <Button onClick={() => open("grant")}>{t(`answer.action.${request.kind}`)}</Button>}
        </>
      )}
      <AnswerDialog {...shared} grant opened={opened === "grant"} />
      <AnswerDialog {...shared} grant={false} opened={opened === "answer"} />
    </>
  );
}
