import { Button, MultiSelect, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFilter, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { licensesQuery } from "~/components/licenses";
import { useOrganization } from "~/shell/organization";
import { type EventFilters, readFilters } from "./filters";
import { learnerChoicesQuery, learnerQuery, teamQuery } from "./queries";
import { TYPES } from "./types";

interface Props {
  filters: EventFilters;
  onChange: (filters: EventFilters) => void;
}

const PAUSE_MS = 250;
/** The most values of a filter of the API. */
const MOST_TYPES = 20;

/** What narrows the log: the types beside the list, the rest behind a button that says how much of it is set. */
export function EventFilterFields({ filters, onChange }: Props) {
  const { t } = useTranslation("events");
  const set = (part: EventFilters) => onChange(readFilters({ ...filters, ...part }));
  const { actor, person, license, from, to } = filters;
  const count = [actor, person, license, from, to].filter((value) => value !== undefined).length;
  return (
    <>
      <TypeField value={filters.type} onChange={(type) => set({ type })} />
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
          <Fields filters={filters} set={set} />
        </Popover.Dropdown>
      </Popover>
      {filters.invite && (
        <Button variant="light" rightSection={<IconX size={16} />} onClick={() => set({ invite: undefined })}>
          {t("filter.invite")}
        </Button>
      )}
    </>
  );
}

interface TypeFieldProps {
  value: EventFilters["type"];
  onChange: (type: EventFilters["type"]) => void;
}

function TypeField({ value, onChange }: TypeFieldProps) {
  const { t } = useTranslation("events");
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const type of TYPES) {
    const [subject = "", verb = ""] = type.split(".");
    const area = t(`area.${subject}`);
    const items = groups.get(area) ?? [];
    groups.set(area, [...items, { value: type, label: t(`name.${subject}.${verb}`) }]);
  }
  return (
    <MultiSelect
      aria-label={t("filter.type")}
      placeholder={value ? undefined : t("filter.anyType")}
      clearable
      maxValues={MOST_TYPES}
      searchable
      withScrollArea={false}
      maxDropdownHeight={320}
      data={[...groups].map(([group, items]) => ({ group, items }))}
      value={value?.split(",") ?? []}
      onChange={(types) => onChange(types.length > 0 ? types.join(",") : undefined)}
    />
  );
}

function Fields({ filters, set }: { filters: EventFilters; set: (part: EventFilters) => void }) {
  const { t } = useTranslation("events");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  const team = useQuery(teamQuery(organization.id));
  const shared = {
    clearable: true,
    withScrollArea: false,
    comboboxProps: { withinPortal: false },
  } as const;
  const managers = (team.data?.items ?? [])
    .filter((manager) => manager.state === "active")
    .map((manager) => ({
      value: manager.id,
      label: [manager.first_name, manager.last_name].filter(Boolean).join(" ") || manager.email,
    }));
  const actors = [...managers, { value: "system", label: t("actor.system") }];
  const other = filters.actor && !actors.some(({ value }) => value === filters.actor) ? [filters.actor] : [];
  return (
    <Stack gap="sm">
      <LearnerField value={filters.person} onChange={(person) => set({ person })} />
      <Select
        {...shared}
        label={t("filter.actor")}
        placeholder={t("filter.anyActor")}
        data={[...actors, ...other.map((value) => ({ value, label: value }))]}
        value={filters.actor ?? null}
        onChange={(actor) => set({ actor: actor ?? undefined })}
      />
      <Select
        {...shared}
        searchable
        label={t("filter.license")}
        data={(licenses.data?.items ?? []).map(({ id, product }) => ({ value: id, label: product.name }))}
        value={filters.license ?? null}
        onChange={(license) => set({ license: license ?? undefined })}
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
        description={t("filter.zone", { zone: organization.time_zone })}
        value={filters.to ?? ""}
        min={filters.from}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
    </Stack>
  );
}

interface LearnerFieldProps {
  value: string | undefined;
  onChange: (person: string | undefined) => void;
}

/** A learner, found by the beginning of a name or an address. */
function LearnerField({ value, onChange }: LearnerFieldProps) {
  const { t } = useTranslation("events");
  const organization = useOrganization();
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const found = useQuery(learnerChoicesQuery(organization.id, settled));
  const chosen = useQuery({ ...learnerQuery(organization.id, value ?? ""), enabled: value !== undefined });
  const nameOf = (one: { first_name: string; last_name: string; email: string }) =>
    [[one.first_name, one.last_name].filter(Boolean).join(" "), one.email].filter(Boolean).join(" · ");
  const options = (found.data ?? []).map((learner) => ({ value: learner.id, label: nameOf(learner) }));
  const known = chosen.data && !options.some((option) => option.value === value);
  return (
    <Select
      label={t("filter.person")}
      placeholder={t("filter.personHint")}
      clearable
      searchable
      withScrollArea={false}
      comboboxProps={{ withinPortal: false }}
      nothingFoundMessage={t("filter.nobody")}
      filter={({ options: all }) => all}
      data={known ? [...options, { value: value ?? "", label: nameOf(chosen.data) }] : options}
      value={value ?? null}
      onSearchChange={(text) => {
        // What was chosen stands in the field, too, and is no search.
        if (!options.some(({ label }) => label === text)) setTyped(text);
      }}
      onChange={(person) => onChange(person ?? undefined)}
    />
  );
}
