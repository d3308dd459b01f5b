import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { groupChoicesQuery, groupQuery } from "~/components/choices";
import { useOrganization } from "~/shell/organization";

const PAUSE_MS = 250;

interface Props {
  value: string | null;
  onChange: (group: string | null) => void;
}

/** A choice among the groups, of which there may be thousands: found by their names. */
export function GroupFilter({ value, onChange }: Props) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, PAUSE_MS);
  const chosen = useQuery({ ...groupQuery(organization.id, value ?? ""), enabled: value !== null });
  const name = value === null ? undefined : chosen.data?.name;
  const choices = useQuery(groupChoicesQuery(organization.id, asked === name ? "" : asked));
  const found = (choices.data?.items ?? []).map((group) => ({ value: group.id, label: group.name }));
  const missing = value !== null && !found.some((choice) => choice.value === value);
  return (
    <Select
      aria-label={t("filter.group")}
      placeholder={t("filter.anyGroup")}
      data={missing ? [{ value, label: name ?? "…" }, ...found] : found}
      // The server has searched.
      filter={({ options }) => options}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("filter.clearGroup") }}
      withScrollArea={false}
      styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
      nothingFoundMessage={t("filter.noGroup")}
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
    />
  );
}
