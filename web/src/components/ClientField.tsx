import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clientChoicesQuery, clientQuery } from "./choices";

const PAUSE_MS = 250;

interface Props {
  /** The provider. */
  organization: string;
  value: string | undefined;
  onChange: (client: string | undefined) => void;
  /** Whether its label stands above it, and it stays within what it stands in, such as a popover. */
  labeled?: boolean;
}

/** A choice among a provider's clients, of which there may be thousands: found by their names. */
export function ClientField({ organization, value, onChange, labeled }: Props) {
  const { t } = useTranslation("components");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const chosen = useQuery({ ...clientQuery(organization, value ?? ""), enabled: value !== undefined });
  const name = value === undefined ? undefined : chosen.data?.name;
  const choices = useQuery(clientChoicesQuery(organization, asked === name ? "" : asked));
  const found = (choices.data?.items ?? []).map((client) => ({ value: client.id, label: client.name }));
  const missing = value !== undefined && !found.some((choice) => choice.value === value);
  return (
    <Select
      label={labeled ? t("client.label") : undefined}
      aria-label={t("client.label")}
      placeholder={t("client.own")}
      data={missing ? [{ value, label: name ?? "…" }, ...found] : found}
      // The server has searched.
      filter={({ options }) => options}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("client.clear") }}
      withScrollArea={false}
      styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
      comboboxProps={{ withinPortal: !labeled }}
      nothingFoundMessage={t("client.none")}
      value={value ?? null}
      onChange={(client) => onChange(client ?? undefined)}
      onSearchChange={setTyped}
    />
  );
}
