import { NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { lastMomentBefore } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type Code, useCodesChanged } from "./queries";

interface Props {
  code: Code;
  opened: boolean;
  onClose: () => void;
}

/** The day in a zone, as a field for dates has it. */
const dayIn = (instant: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(instant);

export function EditCodeDialog({ code, opened, onClose }: Props) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const changed = useCodesChanged(organization.id);
  const lastDay = code.ends_at ? dayIn(lastMomentBefore(new Date(code.ends_at)), organization.time_zone) : "";
  const [name, setName] = useState(code.name);
  const [cap, setCap] = useState<number | string>(code.cap ?? "");
  const [endsOn, setEndsOn] = useState(lastDay);
  const [message, setMessage] = useState(code.message);
  const many = code.kind === "registration";
  const change = (): Schema<"CodeChange"> => ({
    ...(name !== code.name && { name }),
    ...(message !== code.message && { message }),
    // Only what was changed: an end that was set to the minute would else become that of a day.
    ...(endsOn !== lastDay && { ends_on: endsOn || null }),
    ...(many && cap !== (code.cap ?? "") && { cap: cap === "" ? null : Number(cap) }),
  });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("edit.title", { code: code.code })}
      submitLabel={t("edit.submit")}
      fields={["name", "cap", "ends_on", "message"]}
      submit={() =>
        unwrap(
          api.PATCH("/v1/organizations/{organization}/codes/{code}", {
            params: { path: { organization: organization.id, code: code.id } },
            body: change(),
          }),
        )
      }
      onDone={() => {
        toastDone(t("edit.done", { code: code.code }));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            label={t("field.name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={reasonFor("name")}
            data-autofocus
          />
          {many && (
            <NumberInput
              label={t("field.cap")}
              description={t("field.capHint")}
              min={1}
              allowDecimal={false}
              allowNegative={false}
              value={cap}
              onChange={setCap}
              error={reasonFor("cap")}
            />
          )}
          <TextInput
            type="date"
            label={t("field.endsOn")}
            description={t("field.endsOnHint", { zone: organization.time_zone })}
            value={endsOn}
            onChange={(event) => setEndsOn(event.currentTarget.value)}
            error={reasonFor("ends_on")}
          />
          <Textarea
            label={t("field.message")}
            description={t("field.messageHint")}
            autosize
            minRows={2}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={reasonFor("message")}
          />
        </>
      )}
    </FormDialog>
  );
}
