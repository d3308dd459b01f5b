import { NumberInput, Select, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { licensesQuery } from "~/components/licenses";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { ASKED, type Asked, type Draft, EMPTY, supportOf } from "./draft";
import { useRequestsChanged } from "./queries";

const LONGEST_MESSAGE = 2000;
const LONGEST_TRAINING = 200;
const FIELDS = ["seats", "license", "email", "training", "message"] as const;

interface Props {
  asked: Asked;
  onAsk: (asked: Asked) => void;
  onClose: () => void;
  onFiled: (asked: Asked) => void;
}

/** Asks the operators for something: first what, then what that needs. */
export function NewRequestDialog({ asked, onAsk, onClose, onFiled }: Props) {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const changed = useRequestsChanged(organization.id);
  const licenses = useQuery(licensesQuery(organization.id)).data?.items ?? [];
  const [written, setDraft] = useState<Draft>(EMPTY);
  // Where there is one license alone, nobody has to choose it.
  const only = licenses.length === 1 ? licenses[0]?.id : undefined;
  const draft = { ...written, license: written.license ?? only ?? null };
  const set = (part: Partial<Draft>) => setDraft({ ...written, ...part });
  const filed = useFile(asked, draft);
  // More seats of a sublicense come from the provider.
  const kinds = ASKED.filter((one) => one !== "seats" || organization.provider === null);
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("new.title")}
      submitLabel={t("new.submit")}
      fields={FIELDS}
      submit={filed}
      disabled={(asked === "seats" || asked === "release_seat") && draft.license === null}
      onDone={() => {
        toastDone(t("new.done"));
        void changed();
        onFiled(asked);
      }}
    >
      {(reasonFor) => (
        <>
          <Select
            label={t("new.kind")}
            data={kinds.map((value) => ({ value, label: t(`new.of.${value}`) }))}
            value={asked}
            allowDeselect={false}
            withScrollArea={false}
            onChange={(value) => value && onAsk(value as Asked)}
            data-autofocus
          />
          <Text size="sm" c="dimmed">
            {t(`new.hint.${asked}`)}
          </Text>
          <Fields asked={asked} draft={draft} licenses={licenses} set={set} reasonFor={reasonFor} />
          <Textarea
            label={t("new.message")}
            description={asked === "seats" ? t("new.messageOptional") : undefined}
            autosize
            minRows={3}
            required={asked !== "seats"}
            withAsterisk={false}
            maxLength={LONGEST_MESSAGE}
            value={draft.message}
            onChange={(event) => set({ message: event.currentTarget.value })}
            error={reasonFor("message")}
          />
        </>
      )}
    </FormDialog>
  );
}

/** Return what sends the request under a key. */
function useFile(asked: Asked, draft: Draft): (key: string) => Promise<unknown> {
  const organization = useOrganization();
  return (key) => {
    const header = { "Idempotency-Key": key };
    if (asked !== "seats") {
      return unwrap(
        api.POST("/v1/organizations/{organization}/support-requests", {
          params: { path: { organization: organization.id }, header },
          body: supportOf(asked, draft),
        }),
      );
    }
    return unwrap(
      api.POST("/v1/organizations/{organization}/licenses/{license}/seat-requests", {
        params: { path: { organization: organization.id, license: draft.license ?? "" }, header },
        body: { seats: Number(draft.seats), message: draft.message },
      }),
    );
  };
}

interface FieldsProps {
  asked: Asked;
  draft: Draft;
  licenses: readonly License[];
  set: (part: Partial<Draft>) => void;
  reasonFor: (field: string) => string | undefined;
}

function Fields({ asked, draft, licenses, set, reasonFor }: FieldsProps) {
  const { t } = useTranslation("requests");
  return (
    <>
      {asked !== "seats" && (
        <TextInput
          type="email"
          label={t("new.email")}
          description={asked === "other" ? t("new.emailOptional") : undefined}
          required={asked !== "other"}
          withAsterisk={false}
          autoComplete="off"
          value={draft.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
          error={reasonFor("email")}
        />
      )}
      {(asked === "seats" || asked === "release_seat") && (
        <LicenseField
          licenses={licenses}
          value={draft.license}
          onChange={(license) => set({ license })}
          error={reasonFor("license")}
        />
      )}
      {asked === "seats" && (
        <NumberInput
          label={t("new.seats")}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          required
          withAsterisk={false}
          value={draft.seats}
          onChange={(seats) => set({ seats })}
          error={reasonFor("seats")}
        />
      )}
      {asked === "transfer_progress" && (
        <TextInput
          label={t("new.training")}
          required
          withAsterisk={false}
          maxLength={LONGEST_TRAINING}
          value={draft.training}
          onChange={(event) => set({ training: event.currentTarget.value })}
          error={reasonFor("training")}
        />
      )}
    </>
  );
}

interface LicenseFieldProps {
  licenses: readonly License[];
  value: string | null;
  onChange: (license: string | null) => void;
  error: string | undefined;
}

function LicenseField({ licenses, value, onChange, error }: LicenseFieldProps) {
  const { t } = useTranslation("requests");
  return (
    <Select
      label={t("new.license")}
      placeholder={t("new.choose")}
      searchable
      allowDeselect={false}
      withScrollArea={false}
      nothingFoundMessage={t("new.noLicense")}
      data={licenses.map(({ id, product, seats }) => ({
        value: id,
        label: t("new.licenseOf", { product: product.name, count: seats.total }),
      }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
