import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { groupChoicesQuery, groupQuery } from "~/components/choices";
import { licensesQuery } from "~/components/licenses";
import { type Gives, givesOf, groupValue, valuesOf } from "./gives";

interface Props {
  label: string;
  description?: string;
  /** The organization, or the client of it, whose licenses and groups can be chosen. */
  organization: string;
  value: Gives;
  onChange: (gives: Gives) => void;
  error?: string;
}

/** The choice of licenses, each with its seats left, or of a group. Groups are searched for as one types. */
export function GivesField({ label, description, organization, value, onChange, error }: Props) {
  const { t } = useTranslation("components");
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 250);
  const licenses = useQuery(licensesQuery(organization));
  const groups = useQuery(groupChoicesQuery(organization, settled));
  const chosen = useQuery({
    ...groupQuery(organization, value.group ?? ""),
    enabled: value.group !== null,
  });
  const found = groups.data?.items ?? [];
  const shown =
    chosen.data && !found.some((group) => group.id === chosen.data.id) ? [chosen.data, ...found] : found;
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={valuesOf(value).length === 0 ? t("gives.choose") : ""}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      withScrollArea={false}
      styles={{ dropdown: { maxHeight: 260, overflowY: "auto" } }}
      nothingFoundMessage={t("gives.nothing")}
      data={[
        {
          group: t("gives.licenses"),
          items: (licenses.data?.items ?? []).map((license) => ({
            value: license.id,
            label: t("gives.license", { name: license.product.name, count: license.seats.available }),
          })),
        },
        {
          group: t("gives.groups"),
          items: shown.map((group) => ({ value: groupValue(group.id), label: group.name })),
        },
      ]}
      value={valuesOf(value)}
      onChange={(values) => onChange(givesOf(values))}
      error={error}
    />
  );
}
