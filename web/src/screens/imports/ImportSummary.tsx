import { Button, Group, Progress, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { DateTime } from "~/components/DateTime";
import { useIdempotencyKey } from "~/components/idempotencyKey";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { ColumnsUnderstood } from "./ColumnsUnderstood";
import { FileRefused } from "./FileRefused";
import { ImportStateBadge } from "./ImportStateBadge";
import classes from "./ImportSummary.module.css";
import { checkImport, useImportsChanged } from "./queries";
import { countsOf, problemsIn, sumOf } from "./verdicts";

interface Props {
  one: Schema<"ImportDetail">;
}

/** How an import stands, in figures and in one sentence, and what can be done about it now. */
export function ImportSummary({ one }: Props) {
  const { t } = useTranslation("imports");
  return (
    <section className={classes.summary} aria-label={t("summary.label")}>
      <Group gap="sm">
        <ImportStateBadge state={one.state} />
        <Text size="sm" c="dimmed">
          {t("summary.by", { who: one.created_by_name ?? one.created_by })}{" "}
          <DateTime value={one.created_at} style="datetime" />
        </Text>
      </Group>
      <Text role="status">{t(`summary.${one.state}`)}</Text>
      {one.problem && <FileRefused problem={one.problem} />}
      <Working one={one} />
      {one.rows > 0 && one.state !== "checking" && <Figures one={one} />}
      {one.state === "checked" && <Seats seats={one.seats} />}
      <ColumnsUnderstood columns={one.columns} opened={one.state === "checked"} />
      <Actions one={one} />
    </section>
  );
}

function Working({ one }: Props) {
  const { t } = useTranslation("imports");
  if (one.state === "checking") {
    return <Progress value={100} animated aria-label={t("progress.checking")} />;
  }
  if (one.state !== "running") return null;
  const { done } = one.progress;
  return (
    <div>
      <Progress value={(100 * done) / Math.max(one.rows, 1)} animated aria-label={t("progress.running")} />
      <Text size="sm" c="dimmed" mt={6}>
        {t("progress.done", { done, count: one.rows })}
      </Text>
    </div>
  );
}

function Figures({ one }: Props) {
  const { t } = useTranslation("imports");
  const counts = countsOf(one);
  const confirmed = one.confirmed_at !== null;
  const figures = {
    rows: one.rows,
    ...(confirmed ? { invited: counts.invited ?? 0 } : { good: one.preview.good }),
    problems: sumOf(counts, problemsIn(counts)),
    needless: one.preview.needless,
    suggestions: one.preview.suggestions,
  };
  return (
    <dl className={classes.figures}>
      {Object.entries(figures)
        .filter(([name, value]) => value > 0 || (name !== "suggestions" && name !== "needless"))
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t(`figure.${name}`)}</dt>
            <dd>{t("number", { value })}</dd>
          </div>
        ))}
    </dl>
  );
}

function Seats({ seats }: { seats: Schema<"ImportDetail">["seats"] }) {
  const { t } = useTranslation("imports");
  return (
    <ul className={classes.seats}>
      {seats.map((seat) => (
        <li key={seat.license}>
          {t("seats.need", { product: seat.product.name, count: seat.needed, available: seat.available })}{" "}
          {seat.missing > 0 && (
            <Text span inherit fw={600} c="var(--usher-danger)">
              {t("seats.missing", { count: seat.missing })}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function Actions({ one }: Props) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  if (!organization.may("invite")) return null;
  const again = ["refused", "failed", "canceled", "awaiting_file"].includes(one.state);
  return (
    <Group gap="sm">
      {one.state === "checked" && <Confirm one={one} />}
      {one.state === "awaiting_file" && <Check id={one.id} />}
      {again && (
        <ButtonLink
          variant="default"
          to="/organizations/$organization/imports"
          params={{ organization: organization.id }}
          search={{ new: true }}
        >
          {t("again")}
        </ButtonLink>
      )}
      {["checked", "running", "awaiting_file"].includes(one.state) && <Cancel one={one} />}
    </Group>
  );
}

/** Invites all rows where all are good, else the good ones; the button says how many. */
function Confirm({ one }: Props) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const changed = useImportsChanged(organization.id);
  const key = useIdempotencyKey();
  const { good, bad } = one.preview;
  const short = one.seats.some((seat) => seat.missing > 0);
  const only: Schema<"Only"> = bad > 0 || short ? "good" : "all";
  const command = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/v1/organizations/{organization}/imports/{import_id}/confirm", {
          params: {
            path: { organization: organization.id, import_id: one.id },
            header: { "Idempotency-Key": key.value },
          },
          body: { only },
        }),
      ),
    onSuccess: key.renew,
    onError: key.after,
    onSettled: changed,
  });
  if (good === 0) return <Text fw={600}>{t("confirm.nobody")}</Text>;
  return (
    <>
      <div className={classes.wide}>
        <ProblemAlert error={command.error} />
        <Text>
          {t("confirm.sentence", { count: good })} {bad > 0 && t("confirm.left", { count: bad })}{" "}
          {short && t("confirm.short")}
        </Text>
      </div>
      <Button loading={command.isPending || command.isSuccess} onClick={() => command.mutate()}>
        {only === "all" ? t("confirm.all", { count: good }) : t("confirm.good", { count: good })}
      </Button>
    </>
  );
}

function Check({ id }: { id: string }) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const changed = useImportsChanged(organization.id);
  const command = useMutation({
    mutationFn: () => checkImport(organization.id, id),
    onSettled: changed,
  });
  return (
    <>
      <div className={classes.wide}>
        <ProblemAlert error={command.error} />
      </div>
      <Button loading={command.isPending} onClick={() => command.mutate()}>
        {t("check")}
      </Button>
    </>
  );
}

function Cancel({ one }: Props) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const changed = useImportsChanged(organization.id);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="subtle" color="gray" onClick={() => setAsked(true)}>
        {t("cancel.action")}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={t("cancel.title", { file: one.file_name })}
        confirmLabel={t("cancel.action")}
        danger
        confirm={(key) =>
          unwrap(
            api.POST("/v1/organizations/{organization}/imports/{import_id}/cancel", {
              params: {
                path: { organization: organization.id, import_id: one.id },
                header: { "Idempotency-Key": key },
              },
            }),
          )
        }
        onDone={() => {
          toastDone(t("cancel.done"));
          void changed();
        }}
      >
        {one.state === "running" ? t("cancel.running") : t("cancel.text")}
      </ConfirmDialog>
    </>
  );
}
