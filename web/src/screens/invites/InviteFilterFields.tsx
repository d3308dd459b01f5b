import { Button, Popover, Select, Stack, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ClientField } from "~/components/ClientField";
import { groupChoicesQuery } from "~/components/choices";
import { licensesQuery } from "~/components/licenses";
import { SearchField } from "~/components/list/SearchField";
import { type CurrentOrganization, useOrganization } from "~/shell/organization";
import { type InviteFilters, PROBLEMS, readFilters } from "./filters";

interface Props {
  filters: InviteFilters;
  /** The organization whose screen it is, also where a client's invites are listed. */
  home: CurrentOrganization;
  onChange: (filters: InviteFilters) => void;
}

/** The search, and what else narrows the list, behind a button that says how much of it is set. */
export function InviteFilterFields({ filters, home, onChange }: Props) {
  const { t } = useTranslation("invites");
  const set = (part: InviteFilters) => onChange(readFilters({ ...filters, ...part }));
  const { license, group, client, delivery, from, to } = filters;
  const count = [license, group, client, delivery, from, to].filter((value) => value !== undefined).length;
  return (
    <>
      <SearchField label={t("filter.search")} value={filters.q ?? ""} onChange={(q) => set({ q })} />
      <Popover position="bottom-start" trapFocus returnFocus width={300}>
        <Popover.Target>
          <Button
            variant={count > 0 ? "light" : "default"}
            leftSection={<IconFilter size={16} stroke={1.7} />}
          >
            {count > 0 ? t("filter.set", { count }) : t("filter.more")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Fields filters={filters} home={home} set={set} />
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

function Fields({ filters, home, set }: Omit<Props, "onChange"> & { set: (part: InviteFilters) => void }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  const groups = useQuery(groupChoicesQuery(organization.id));
  const options = (items: readonly { id: string; name: string }[] | undefined) =>
    (items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const shared = { clearable: true, searchable: true, comboboxProps: { withinPortal: false } } as const;
  return (
    <Stack gap="sm">
      <Select
        {...shared}
        label={t("filter.license")}
        data={options(licenses.data?.items.map(({ id, product }) => ({ id, name: product.name })))}
        value={filters.license ?? null}
        onChange={(license) => set({ license: license ?? undefined })}
      />
      {(groups.data?.items.length ?? 0) > 0 && (
        <Select
          {...shared}
          label={t("filter.group")}
          data={options(groups.data?.items)}
          value={filters.group ?? null}
          onChange={(group) => set({ group: group ?? undefined })}
        />
      )}
      {home.hasClients && (
        <ClientField
          organization={home.id}
          labeled
          value={filters.client}
          // Licenses and groups are of one organization.
          onChange={(client) => set({ client, license: undefined, group: undefined })}
        />
      )}
      <Select
        {...shared}
        searchable={false}
        label={t("filter.delivery")}
        data={PROBLEMS.map((value) => ({ value, label: t(`problem.${value}`) }))}
        value={filters.delivery ?? null}
        onChange={(delivery) => set({ delivery: (delivery ?? undefined) as InviteFilters["delivery"] })}
      />
      <TextInput
        type="date"
        label={t("filter.from")}
        value={filters.from ?? ""}
        max={filters.to}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t("filter.to")}
        description={t("start.zone", { zone: organization.time_zone })}
        value={filters.to ?? ""}
        min={filters.from}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
    </Stack>
  );
}
