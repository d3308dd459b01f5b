import { Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { FormDialog } from "~/components/FormDialog";
import { nameOfProduct, type SeatRequest, type SupportRequest } from "~/components/requests/requests";
import { toastDone } from "~/components/toasts";

const LONGEST = 2000;
const LONGEST_ORDER = 100;

interface Props<Request> {
  request: Request;
  opened: boolean;
  onClose: () => void;
}

/** Adds the seats that were asked for, under an order. */
export function ApproveDialog({ request, opened, onClose }: Props<SeatRequest>) {
  const { t } = useTranslation("requests");
  const [order, setOrder] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("approve.title", { count: request.seats, product: nameOfProduct(request.product) })}
      submitLabel={t("approve.action")}
      fields={["order_id"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/seat-requests/{request}/approve", {
            params: { path: { request: request.id }, header: { "Idempotency-Key": key } },
            body: { order_id: order.trim() || null },
          }),
        )
      }
      onDone={() => toastDone(t("approve.done"))}
    >
      {(reasonFor) => (
        <>
          <Text size="sm">{t("approve.text", { organization: request.organization_name })}</Text>
          <TextInput
            label={t("approve.order")}
            description={t("approve.orderHint")}
            maxLength={LONGEST_ORDER}
            value={order}
            onChange={(event) => setOrder(event.currentTarget.value)}
            error={reasonFor("order_id")}
            data-autofocus
          />
        </>
      )}
    </FormDialog>
  );
}

/** Says no to more seats, and why. */
export function RefuseDialog({ request, opened, onClose }: Props<SeatRequest>) {
  const { t } = useTranslation("requests");
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("refuse.title")}
      submitLabel={t("refuse.action")}
      fields={["reason"]}
      danger
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/seat-requests/{request}/refuse", {
            params: { path: { request: request.id }, header: { "Idempotency-Key": key } },
            body: { reason },
          }),
        )
      }
      onDone={() => toastDone(t("answer.done"))}
    >
      {(reasonFor) => (
        <Words
          label={t("refuse.reason")}
          hint={t("answer.hint")}
          value={reason}
          onChange={setReason}
          error={reasonFor("reason")}
        />
      )}
    </FormDialog>
  );
}

/** Answers a request for support; `grant` says that what was asked for is done, or is done by this. */
export function AnswerDialog({
  request,
  opened,
  onClose,
  grant,
}: Props<SupportRequest> & { grant: boolean }) {
  const { t } = useTranslation("requests");
  const [text, setText] = useState("");
  const does = grant ? request.kind : request.kind === "other" ? "other" : "refuse";
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t(`answer.title.${does}`)}
      submitLabel={t(`answer.action.${does}`)}
      fields={["answer"]}
      danger={does === "refuse"}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/support-requests/{request}/answer", {
            params: { path: { request: request.id }, header: { "Idempotency-Key": key } },
            body: { answer: text, grant },
          }),
        )
      }
      onDone={() => toastDone(t("answer.done"))}
    >
      {(reasonFor) => (
        <>
          <Text size="sm">{t(`answer.text.${does}`)}</Text>
          <Words
            label={t("answer.label")}
            hint={t("answer.hint")}
            value={text}
            onChange={setText}
            error={reasonFor("answer")}
          />
        </>
      )}
    </FormDialog>
  );
}

interface WordsProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function Words({ label, hint, value, onChange, error }: WordsProps) {
  return (
    <Textarea
      label={label}
      description={hint}
      autosize
      minRows={3}
      required
      withAsterisk={false}
      maxLength={LONGEST}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      data-autofocus
    />
  );
}
