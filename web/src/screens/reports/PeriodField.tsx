import { Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useOrganization } from "~/shell/organization";
import type { ReportFilters } from "./filters";
import { usePeriod } from "./queries";
import { RANGES, type Range } from "./range";

interface Props {
  filters: ReportFilters;
  onChange: (part: ReportFilters) => void;
}

/** The period: a usual one, or days of one's own. */
export function PeriodField({ filters, onChange }: Props) {
  const { t } = useTranslation("reports");
  const { time_zone: zone } = useOrganization();
  const period = usePeriod(filters);
  const range = filters.range ?? "30d";
  const choose = (next: Range) =>
    onChange(next === "own" ? { range: next, ...period } : { range: next, from: undefined, to: undefined });
  const dates = { type: "date", size: "sm", required: true, withAsterisk: false } as const;
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={t("period.label")}
        data={RANGES.map((value) => ({ value, label: t(`period.range.${value}`) }))}
        value={range}
        allowDeselect={false}
        withScrollArea={false}
        onChange={(value) => value && choose(value as Range)}
      />
      {range === "own" && (
        <>
          <TextInput
            {...dates}
            label={t("period.from")}
            title={zone}
            value={period.from}
            max={period.to}
            onChange={(event) => onChange({ range, from: event.currentTarget.value, to: period.to })}
          />
          <TextInput
            {...dates}
            label={t("period.to")}
            title={zone}
            value={period.to}
            min={period.from}
            onChange={(event) => onChange({ range, from: period.from, to: event.currentTarget.value })}
          />
        </>
      )}
    </Group>
  );
}
