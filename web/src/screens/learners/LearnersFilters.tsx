import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { licensesQuery } from "~/components/licenses";
import { SearchField } from "~/components/list/SearchField";
import { useOrganization } from "~/shell/organization";
import { type LearnerFilters, STATES } from "./filters";
import { GroupFilter } from "./GroupFilter";

interface Props {
  filters: LearnerFilters;
  onChange: (part: Partial<LearnerFilters>) => void;
}

export function LearnersFilters({ filters, onChange }: Props) {
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
        onChange={(event) =>
          onChange({ state: (event.currentTarget.value || undefined) as Schema<"AccessState"> | undefined })
        }
        data={[
          { value: "", label: t("filter.anyState") },
          ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
        ]}
      />
      <GroupFilter
        value={filters.group ?? null}
        onChange={(group) => onChange({ group: group ?? undefined })}
      />
    </>
  );
}
