import { Button, Popover, Select, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { clientChoicesQuery, clientQuery, groupChoicesQuery, groupQuery } from "~/components/choices";
import { licensesQuery } from "~/components/licenses";
import { useOrganization } from "~/shell/organization";
import type { ReportFilters } from "./filters";

const PAUSE_MS = 250;

interface Props {
  filters: ReportFilters;
  onChange: (part: ReportFilters) => void;
  /** Further fields, and how many of them are set. */
  others?: ReactNode;
  othersSet?: number;
}

/** What narrows a report, behind a button that says how much of it is set. */
export function NarrowingFields({ filters, onChange, others, othersSet = 0 }: Props) {
  const { t } = useTranslation("reports");
  const { license, group, client } = filters;
  const count = [license, group, client].filter((value) => value !== undefined).length + othersSet;
  return (
    <Popover position="bottom-start" trapFocus returnFocus width={300}>
      <Popover.Target>
        <Button variant={count > 0 ? "light" : "default"} leftSection={<IconFilter size={16} stroke={1.7} />}>
          {count > 0 ? t("filter.set", { count }) : t("filter.more")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {others}
          <Fields filters={filters} onChange={onChange} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields({ filters, onChange }: Pick<Props, "filters" | "onChange">) {
  const { t } = useTranslation("reports");
  const organization = useOrganization();
  const target = filters.client ?? organization.id;
  const licenses = useQuery(licensesQuery(target));
  return (
    <>
      {organization.hasClients && (
        <ClientField
          value={filters.client}
          onChange={(client) => onChange({ client, license: undefined, group: undefined })}
        />
      )}
      <Select
        label={t("filter.license")}
        placeholder={t("filter.any")}
        clearable
        searchable
        withScrollArea={false}
        comboboxProps={{ withinPortal: false }}
        data={(licenses.data?.items ?? []).map(({ id, product }) => ({ value: id, label: product.name }))}
        value={filters.license ?? null}
        onChange={(license) => onChange({ license: license ?? undefined })}
      />
      <GroupField
        key={target}
        organization={target}
        value={filters.group}
        onChange={(group) => onChange({ group })}
      />
    </>
  );
}

interface NamedFieldProps {
  label: string;
  value: string | undefined;
  /** What was found for the search, and what is chosen, where it is not among it. */
  found: readonly { id: string; name: string }[];
  chosen: { id: string; name: string } | undefined;
  onSearch: (text: string) => void;
  onChange: (value: string | undefined) => void;
}

/** A choice among many, found by the beginning of a name. */
function NamedField({ label, value, found, chosen, onSearch, onChange }: NamedFieldProps) {
  const { t } = useTranslation("reports");
  const known = chosen && !found.some(({ id }) => id === chosen.id) ? [...found, chosen] : found;
  const data = known.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={label}
      placeholder={t("filter.any")}
      clearable
      searchable
      withScrollArea={false}
      comboboxProps={{ withinPortal: false }}
      nothingFoundMessage={t("filter.nothing")}
      filter={({ options }) => options}
      data={data}
      value={value ?? null}
      onSearchChange={(text) => {
        // What was chosen stands in the field, too, and is no search.
        if (!data.some((option) => option.label === text)) onSearch(text);
      }}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

interface FieldProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function ClientField({ value, onChange }: FieldProps) {
  const { t } = useTranslation("reports");
  const organization = useOrganization();
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const clients = useQuery(clientChoicesQuery(organization.id, settled));
  const chosen = useQuery({ ...clientQuery(organization.id, value ?? ""), enabled: value !== undefined });
  return (
    <NamedField
      label={t("filter.client")}
      value={value}
      found={clients.data?.items ?? []}
      chosen={value ? chosen.data : undefined}
      onSearch={setSearch}
      onChange={onChange}
    />
  );
}

function GroupField({ organization, value, onChange }: FieldProps & { organization: string }) {
  const { t } = useTranslation("reports");
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const groups = useQuery(groupChoicesQuery(organization, settled));
  const chosen = useQuery({ ...groupQuery(organization, value ?? ""), enabled: value !== undefined });
  return (
    <NamedField
      label={t("filter.group")}
      value={value}
      found={groups.data?.items ?? []}
      chosen={value ? chosen.data : undefined}
      onSearch={setSearch}
      onChange={onChange}
    />
  );
}
