import { NumberInput, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { dayIn, lastMomentBefore, writeDate } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { toastDone } from "~/components/toasts";
import { useDraft } from "~/components/useDraft";
import { useOrganization } from "~/shell/organization";
import { type Code, codeQuery, useCodesChanged } from "./queries";

interface Props {
  code: Code;
  opened: boolean;
  onClose: () => void;
}

interface Draft {
  name: string;
  cap: number | string;
  /** The last day, in the organization's zone. */
  ends_on: string;
  message: string;
}

const draftOf = (code: Code, timeZone: string): Draft => ({
  name: code.name,
  cap: code.cap ?? "",
  ends_on: code.ends_at ? dayIn(lastMomentBefore(new Date(code.ends_at)), timeZone) : "",
  message: code.message,
});

/** What is sent: an end that was set to the minute and not changed here would else become that of a day. */
function changeOf({ cap, ends_on, ...texts }: Partial<Draft>): Schema<"CodeChange"> {
  return {
    ...texts,
    ...(ends_on !== undefined && { ends_on: ends_on || null }),
    ...(cap !== undefined && { cap: cap === "" ? null : Number(cap) }),
  };
}

export function EditCodeDialog({ code, opened, onClose }: Props) {
  const { t, i18n } = useTranslation("codes");
  const client = useQueryClient();
  const organization = useOrganization();
  const changed = useCodesChanged(organization.id);
  const form = useDraft({
    thing: code,
    opened,
    draftOf: (one) => draftOf(one, organization.time_zone),
    reload: () => client.fetchQuery({ ...codeQuery(organization.id, code.id), staleTime: 0 }),
    describe: (field, { ends_on }) =>
      field === "ends_on" && ends_on
        ? writeDate(new Date(`${ends_on}T00:00:00Z`), "date", i18n.language, "UTC")
        : undefined,
  });
  const { draft, set } = form;
  const many = code.kind === "registration";
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("edit.title", { code: code.code })}
      submitLabel={t("edit.submit")}
      fields={["name", "cap", "ends_on", "message"]}
      submit={() =>
        form.save(({ changes, version }) =>
          unwrap(
            api.PATCH("/v1/organizations/{organization}/codes/{code}", {
              params: { path: { organization: organization.id, code: code.id } },
              body: { ...changeOf(changes), version },
            }),
          ),
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
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name") ?? form.noteFor("name")}
            data-autofocus
          />
          {many && (
            <NumberInput
              label={t("field.cap")}
              description={t("field.capHint")}
              min={1}
              allowDecimal={false}
              allowNegative={false}
              value={draft.cap}
              onChange={(cap) => set({ cap })}
              error={reasonFor("cap") ?? form.noteFor("cap")}
            />
          )}
          <TextInput
            type="date"
            label={t("field.endsOn")}
            description={t("field.endsOnHint", { zone: organization.time_zone })}
            value={draft.ends_on}
            onChange={(event) => set({ ends_on: event.currentTarget.value })}
            error={reasonFor("ends_on") ?? form.noteFor("ends_on")}
          />
          <Textarea
            label={t("field.message")}
            description={t("field.messageHint")}
            autosize
            minRows={2}
            value={draft.message}
            onChange={(event) => set({ message: event.currentTarget.value })}
            error={reasonFor("message") ?? form.noteFor("message")}
          />
        </>
      )}
    </FormDialog>
  );
}
