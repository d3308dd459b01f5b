import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type EventType, typesBySubject } from "./eventTypes";

interface Props {
  /** Null for every event. */
  value: readonly EventType[] | null;
  onChange: (value: EventType[] | null) => void;
  error?: string;
}

/** Which events are sent: every one, or those of some types, found by their names in the API. */
export function EventsField({ value, onChange, error }: Props) {
  const { t } = useTranslation("integrations");
  return (
    <>
      <Radio.Group
        label={t("webhooks.events.label")}
        value={value === null ? "all" : "some"}
        onChange={(choice) => onChange(choice === "all" ? null : [])}
        error={value === null ? error : undefined}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="all" label={t("webhooks.events.all")} description={t("webhooks.events.allHint")} />
          <Radio value="some" label={t("webhooks.events.some")} />
        </Stack>
      </Radio.Group>
      {value !== null && (
        <MultiSelect
          label={t("webhooks.events.types")}
          placeholder={value.length === 0 ? t("webhooks.events.choose") : ""}
          searchable
          clearable
          withScrollArea={false}
          styles={{ dropdown: { maxHeight: 280, overflowY: "auto" } }}
          nothingFoundMessage={t("webhooks.events.nothing")}
          clearButtonProps={{ "aria-label": t("webhooks.events.clear") }}
          data={typesBySubject().map(([subject, items]) => ({
            group: t(`webhooks.subject.${subject}`),
            items,
          }))}
          value={[...value]}
          onChange={(types) => onChange(types as EventType[])}
          error={error}
        />
      )}
    </>
  );
}
