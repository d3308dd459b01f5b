import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Trans, useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { problemOf } from "~/api/problems";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { EmailPreview } from "~/components/EmailPreview";
import { useIdempotencyKey } from "~/components/idempotencyKey";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { isInvited, textOf } from "./addresses";
import { type Draft, requestOf } from "./draft";
import classes from "./NewInvitesScreen.module.css";
import { emailPreviewQuery, previewQuery, useInvitesChanged } from "./queries";
import { SeatsNeeded } from "./SeatsNeeded";

interface Props {
  draft: Draft;
  back: () => void;
  onSent: (results: readonly Schema<"InviteResult">[]) => void;
}

/** Says in one sentence what will happen, shows the email, and sends. */
export function ReviewStep({ draft, back, onSent }: Props) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const preview = useQuery({ ...previewQuery(organization.id, requestOf(draft)), refetchOnMount: "always" });
  const send = useSend(draft, onSent);
  const { data } = preview;
  const invited = data?.totals.invited ?? 0;
  return (
    <div className={classes.review}>
      <div className={classes.card}>
        <Stack>
          <ProblemAlert error={send.error ?? (data ? null : preview.error)} />
          {preview.isPending && <Skeleton height={120} radius={10} />}
          {data && (
            <>
              {data.refusal && <ProblemAlert error={problemOf(data.refusal.status, data.refusal)} />}
              <Sentence preview={data} draft={draft} />
              <SeatsNeeded preview={data} />
              <LeftOut totals={data.totals} />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={back}>
              {t("new.back")}
            </Button>
            <Button
              onClick={send.start}
              loading={send.isPending}
              disabled={!data || data.refusal !== null || invited === 0}
              data-autofocus
            >
              {t("new.send", { count: invited })}
            </Button>
          </Group>
        </Stack>
      </div>
      {data && invited > 0 && <Email draft={draft} preview={data} />}
    </div>
  );
}

function useSend(draft: Draft, onSent: Props["onSent"]) {
  const organization = useOrganization();
  const changed = useInvitesChanged(organization.id);
  const key = useIdempotencyKey();
  const running = useRef(false); // from the first click on, which a double click does not wait for
  const command = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/v1/organizations/{organization}/invites", {
          params: { path: { organization: organization.id }, header: { "Idempotency-Key": key.value } },
          body: requestOf(draft, draft.message),
        }),
      ),
    onError: key.after,
    onSettled: () => {
      running.current = false;
      void changed();
    },
    onSuccess: ({ results }) => {
      key.renew();
      onSent(results);
    },
  });
  return {
    error: command.error,
    isPending: command.isPending,
    start: () => {
      if (running.current) return;
      running.current = true;
      command.mutate();
    },
  };
}

function Sentence({ preview, draft }: { preview: Schema<"InvitePreview">; draft: Draft }) {
  const { t, i18n } = useTranslation("invites");
  const { totals, expires_at, access_start } = preview;
  const names = new Intl.ListFormat(i18n.language).format(draft.targets.map((target) => target.name));
  const starts = preview.seats.find((seats) => seats.starts_at !== null)?.starts_at ?? access_start;
  const bold = { b: <strong /> };
  if (totals.invited === 0) return <p className={classes.sentence}>{t("new.nobody")}</p>;
  return (
    <p className={classes.sentence}>
      {draft.client?.name ? (
        <Trans
          t={t}
          i18nKey="new.sentenceOfClient"
          count={totals.invited}
          values={{ names, client: draft.client.name }}
          components={bold}
        />
      ) : (
        <Trans t={t} i18nKey="new.sentence" count={totals.invited} values={{ names }} components={bold} />
      )}{" "}
      {starts ? (
        <Trans t={t} i18nKey="new.startsOn" components={{ date: <DateTime value={starts} /> }} />
      ) : (
        t("new.startsOnAcceptance")
      )}{" "}
      <Trans
        t={t}
        i18nKey="new.until"
        count={totals.invited}
        components={{ date: <DateTime value={expires_at} end /> }}
      />
    </p>
  );
}

function LeftOut({ totals }: { totals: Schema<"PreviewTotals"> }) {
  const { t } = useTranslation("invites");
  const parts = [
    totals.already > 0 && t("new.already", { count: totals.already }),
    totals.invalid > 0 && t("new.invalid", { count: totals.invalid }),
    totals.too_many_emails > 0 && t("new.tooMany", { count: totals.too_many_emails }),
  ].filter((part) => part !== false);
  return parts.length > 0 ? <Text size="sm">{parts.join(" ")}</Text> : null;
}

function Email({ draft, preview }: { draft: Draft; preview: Schema<"InvitePreview"> }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const first = preview.results.find(isInvited);
  const request = { ...requestOf(draft, draft.message), emails: first ? [textOf(first)] : [] };
  const email = useQuery(emailPreviewQuery(organization.id, request));
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {t("new.email")}
      </Title>
      {email.isPending && <Skeleton height={320} radius={12} />}
      <ProblemAlert error={email.error} />
      {email.data && <EmailPreview email={email.data} />}
    </Stack>
  );
}
