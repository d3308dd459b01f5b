import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { Fact, Facts } from "~/components/Facts";
import classes from "./RequestCard.module.css";
import { RequestState } from "./RequestTitle";
import { type AnyRequest, isForSeats, nameOfProduct } from "./requests";

interface Props {
  request: AnyRequest;
  /** Links to what the request is about, where the reader has screens for them. */
  license?: (name: string, id: string) => ReactNode;
  learner?: (email: string, person: string) => ReactNode;
  invite?: (id: string) => ReactNode;
  organization?: ReactNode;
}

/** What was asked, by whom, and what the operators could know when it was. */
export function RequestCard({ request, license, learner, invite, organization }: Props) {
  const { t } = useTranslation("requests");
  const product = nameOfProduct(request.product);
  return (
    <Card title={t("card.asked")} aside={<RequestState request={request} />}>
      {request.message && <blockquote className={classes.message}>{request.message}</blockquote>}
      <Facts>
        {organization && <Fact name={t("fact.organization")}>{organization}</Fact>}
        {isForSeats(request) && <Fact name={t("fact.seats")}>{request.seats}</Fact>}
        {!isForSeats(request) && request.email && (
          <Fact name={t("fact.learner")}>
            {(request.person && learner?.(request.email, request.person)) ?? request.email}
          </Fact>
        )}
        {product && request.license && (
          <Fact name={t("fact.license")}>{license?.(product, request.license) ?? product}</Fact>
        )}
        {!isForSeats(request) && request.training && (
          <Fact name={t("fact.training")}>{request.training}</Fact>
        )}
        <Fact name={t("fact.by")}>{request.created_by_name ?? request.created_by}</Fact>
        <Fact name={t("fact.at")}>
          <DateTime value={request.created_at} style="datetime" />
        </Fact>
        {!isForSeats(request) && request.facts.access && (
          <Fact name={t("fact.access")}>{t(`access.${request.facts.access}`)}</Fact>
        )}
        {!isForSeats(request) && request.facts.access_start && (
          <Fact name={t("fact.start")}>
            <DateTime value={request.facts.access_start} />
          </Fact>
        )}
        {!isForSeats(request) && request.facts.invite && request.facts.answered_at && (
          <Fact name={t("fact.accepted")}>
            <DateTime value={request.facts.answered_at} /> {invite?.(request.facts.invite)}
          </Fact>
        )}
      </Facts>
    </Card>
  );
}

/** What the operators answered; or that the request was taken back, or is open still. */
export function ReplyCard({ request, waiting }: { request: AnyRequest; waiting: string }) {
  const { t } = useTranslation("requests");
  const { reply, withdrawn_at: withdrawn } = request;
  return (
    <Card title={t("card.answer")}>
      {withdrawn && (
        <Text size="sm">
          {t("card.withdrawn")} <DateTime value={withdrawn} style="datetime" />
        </Text>
      )}
      {!withdrawn && !reply && (
        <Text size="sm" c="dimmed">
          {waiting}
        </Text>
      )}
      {reply && (
        <>
          <Text size="sm" className={classes.text}>
            {reply.text || t(reply.granted ? "card.approved" : "card.noText")}
          </Text>
          <Text size="xs" c="dimmed">
            {operatorIn(reply)} · <DateTime value={reply.at} style="datetime" />
          </Text>
          {isForSeats(request) && request.order && request.order !== request.id && (
            <Text size="xs" c="dimmed">
              {t("card.order", { order: request.order })}
            </Text>
          )}
        </>
      )}
    </Card>
  );
}

/** Who answered: by name, where the API says it. */
const operatorIn = (reply: { by: string; by_name?: string | null }) => reply.by_name ?? reply.by;

/** The two cards beside each other, or one below the other on a phone. */
export function Cards({ children }: { children: ReactNode }) {
  return <div className={classes.cards}>{children}</div>;
}

function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </div>
      {children}
    </section>
  );
}
