import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ClientField } from "~/components/ClientField";
import { licensesQuery } from "~/components/licenses";
import { SearchField } from "~/components/list/SearchField";
import { type CurrentOrganization, useOrganization } from "~/shell/organization";
import { type LearnerFilters, STATES } from "./filters";
import { GroupFilter } from "./GroupFilter";

interface Props {
  filters: LearnerFilters;
  /** The organization whose screen it is, also where a client's learners are listed. */
  home: CurrentOrganization;
  onChange: (part: Partial<LearnerFilters>) => void;
}

export function LearnersFilters({ filters, home, onChange }: Props) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  return (
    <>
      <SearchField
        label={t("filter.search")}
        value={filters.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <NativeSelect
        aria-label={t("filter.license")}
        value={filters.license ?? ""}
        onChange={(event) => onChange({ license: event.currentTarget.value || undefined })}
        data={[
          { value: "", label: t("filter.anyLicense") },
          ...(licenses.data?.items ?? []).map(({ id, product }) => ({ value: id, label: product.name })),
        ]}
      />
      <NativeSelect
        aria-label={t("filter.state")}
        value={filters.state ?? ""}
        onChange={(event) => onChange({ state: STATES.find((state) => state === event.currentTarget.value) })}
        data={[
          { value: "", label: t("filter.anyState") },
          ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
        ]}
      />
      <GroupFilter
        value={filters.group ?? null}
        onChange={(group) => onChange({ group: group ?? undefined })}
      />
      {home.hasClients && (
        <ClientField
          organization={home.id}
          value={filters.client}
          // Licenses and groups are of one organization.
          onChange={(client) => onChange({ client, license: undefined, group: undefined })}
        />
      )}
    </>
  );
}
