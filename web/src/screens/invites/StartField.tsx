import { Radio, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { now } from "~/components/dates";
import { useOrganization } from "~/shell/organization";
import { choosableDays } from "./startRule";

interface Props {
  /** The day that was chosen; null for on acceptance. */
  value: string | null;
  onChange: (value: string | null) => void;
  licenses: readonly Pick<Schema<"Terms">, "valid_from" | "valid_until">[];
  error?: string;
}

/** When access starts: once the invite is accepted, or on a day in the organization's zone. */
export function StartField({ value, onChange, licenses, error }: Props) {
  const { t } = useTranslation("invites");
  const { time_zone } = useOrganization();
  const { first, last } = choosableDays(licenses, now(), time_zone);
  return (
    <Radio.Group
      label={t("start.label")}
      value={value === null ? "acceptance" : "date"}
      onChange={(choice) => onChange(choice === "date" ? first : null)}
      error={value === null ? error : undefined}
    >
      <Stack gap="xs" mt={6}>
        <Radio value="acceptance" label={t("start.acceptance")} />
        <Radio value="date" label={t("start.date")} />
        {value !== null && (
          <TextInput
            type="date"
            label={t("start.day")}
            description={t("start.zone", { zone: time_zone })}
            min={first}
            max={last}
            required
            withAsterisk={false}
            maw="14rem"
            ml={30}
            value={value}
            onChange={(event) => onChange(event.currentTarget.value)}
            error={error}
          />
        )}
      </Stack>
    </Radio.Group>
  );
}
