import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { nameOf } from "~/shell/LanguageMenu";
import classes from "./LanguageField.module.css";

type Language = Schema<"Language">;

/** The languages that emails and people's pages can have. */
const LANGUAGES = ["en", "de", "fr", "es"] as const satisfies Language[];

interface Props {
  /** Null for the organization's at the time. */
  value: Language | null;
  onChange: (language: Language | null) => void;
  error?: string;
}

/** The language of the emails and pages that people get, behind "More options": as a rule it is the organization's. */
export function LanguageField({ value, onChange, error }: Props) {
  const { t } = useTranslation("components");
  const [opened] = useState(value !== null);
  return (
    <details open={opened}>
      <summary className={classes.summary}>{t("moreOptions")}</summary>
      <NativeSelect
        mt="xs"
        label={t("language.label")}
        description={t("language.hint")}
        data={[
          { value: "", label: t("language.organizations") },
          ...LANGUAGES.map((one) => ({ value: one, label: nameOf(one) })),
        ]}
        value={value ?? ""}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(LANGUAGES.find((one) => one === chosen) ?? null);
        }}
        error={error}
      />
    </details>
  );
}
