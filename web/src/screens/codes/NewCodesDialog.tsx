import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { givesLicense } from "~/components/gives/gives";
import { LanguageField } from "~/components/LanguageField";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { type Draft, EMPTY, newCodeOf, newCodesOf } from "./draft";
import { BatchFields, ListFields, OneFields, SharedFields } from "./NewCodesFields";
import type { Code } from "./queries";
import { WAYS, type Way } from "./routes";

interface Props {
  /** The way in which codes are made; null while the dialog is closed. */
  way: Way | null;
  /** The license that is chosen at first. */
  license: string | undefined;
  onWay: (way: Way) => void;
  onClose: () => void;
  onCreated: (code: Code) => void;
  onBatch: (results: Schema<"CodeResults">) => void;
}

const FIELDS = ["code", "cap", "name", "license", "licenses", "group", "client", "count", "prefix", "codes"];

type Result = { code: Code } | { batch: Schema<"CodeResults"> };

/** Makes one code for many people, many codes that work once each, or codes that one has already. */
export function NewCodesDialog({ way, license, onWay, onClose, onCreated, onBatch }: Props) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const [draft, setDraft] = useState<Draft>(() => ({ ...EMPTY, gives: givesLicense(license) }));
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = async (key: string): Promise<Result> => {
    const params = { path: { organization: organization.id }, header: { "Idempotency-Key": key } };
    if (way === "one") {
      const body = newCodeOf(draft);
      return { code: await unwrap(api.POST("/v1/organizations/{organization}/codes", { params, body })) };
    }
    const body = newCodesOf(draft, way === "list" ? "list" : "batch");
    return {
      batch: await unwrap(api.POST("/v1/organizations/{organization}/codes/batch", { params, body })),
    };
  };
  return (
    <FormDialog
      opened={way !== null}
      onClose={onClose}
      title={t("new.title")}
      submitLabel={t("new.submit")}
      size="lg"
      fields={[...FIELDS, "ends_on", "domain", "message", "language"]}
      disabled={(draft.gives.licenses.length === 0 && !draft.gives.group) || (way === "list" && !draft.codes)}
      submit={submit}
      onDone={(result) => {
        setDraft(EMPTY);
        if ("code" in result) {
          toastDone(t(draft.copy ? "new.doneWithCopy" : "new.done", { code: result.code.code }));
          onCreated(result.code);
        } else {
          onBatch(result.batch);
        }
      }}
    >
      {(reasonFor) => (
        <>
          <SegmentedControl
            fullWidth
            aria-label={t("new.way")}
            value={way ?? "one"}
            onChange={(value) => onWay(value as Way)}
            data={WAYS.map((one) => ({ value: one, label: t(`way.${one}`) }))}
          />
          <SharedFields draft={draft} set={set} reasonFor={reasonFor} />
          {way === "one" && <OneFields draft={draft} set={set} reasonFor={reasonFor} />}
          {way === "batch" && <BatchFields draft={draft} set={set} reasonFor={reasonFor} />}
          {way === "list" && <ListFields draft={draft} set={set} reasonFor={reasonFor} />}
          <LanguageField
            value={draft.language}
            onChange={(language) => set({ language })}
            error={reasonFor("language")}
          />
        </>
      )}
    </FormDialog>
  );
}
