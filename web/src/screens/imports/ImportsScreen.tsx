import { Button, NativeSelect } from "@mantine/core";
import { IconTableImport } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { useOrganization } from "~/shell/organization";
import { ImportStateBadge } from "./ImportStateBadge";
import { NewImportDialog } from "./NewImportDialog";
import { isAtWork, useImports, useImportsChanged } from "./queries";
import { type ImportsFilters, importsRoute, STATES } from "./routes";
import { TemplateMenu } from "./TemplateMenu";
import { countsOf, problemsIn, sumOf } from "./verdicts";

const REFRESH_MS = 4000;

/** The imports so far, newest first, and the way to a new one. */
export function ImportsScreen() {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const { new: creating, license, ...filters } = importsRoute.useSearch();
  const list = useImports(organization.id, filters);
  const changed = useImportsChanged(organization.id);
  const columns = useColumns();
  const navigate = importsRoute.useNavigate();
  const change = (next: ImportsFilters) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const mayInvite = organization.may("invite");
  const atWork = list.rows.some((one) => isAtWork(one.state));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another function with each render, which does the same
  useEffect(() => {
    if (!atWork) return;
    const timer = setInterval(() => void changed(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [atWork]);
  const button = mayInvite && (
    <Button
      leftSection={<IconTableImport size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: { ...filters, new: true } })}
    >
      {t("new.action")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        actions={
          <>
            <TemplateMenu />
            {button}
          </>
        }
        name="imports"
        list={list}
        columns={columns}
        rowId={(one) => one.id}
        rowName={(one) => one.file_name}
        filters={<Filters filters={filters} change={change} />}
        filtered={Boolean(filters.q || filters.state)}
        onClearFilters={() => void navigate({ search: {}, replace: true })}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: button }}
      />
      {mayInvite && (
        <NewImportDialog
          opened={creating === true}
          license={license}
          onClose={() => void navigate({ search: filters, replace: true })}
          onDone={(id) => {
            void changed();
            void navigate({
              to: "/organizations/$organization/imports/$import",
              params: { organization: organization.id, import: id },
            });
          }}
        />
      )}
    </>
  );
}

interface FiltersProps {
  filters: ImportsFilters;
  change: (next: ImportsFilters) => void;
}

function Filters({ filters, change }: FiltersProps) {
  const { t } = useTranslation("imports");
  return (
    <>
      <SearchField
        label={t("filter.search")}
        value={filters.q ?? ""}
        onChange={(q) => change({ q: q || undefined })}
      />
      <NativeSelect
        aria-label={t("filter.state")}
        value={filters.state ?? ""}
        onChange={(event) => {
          const { value } = event.currentTarget;
          change({ state: STATES.find((one) => one === value) });
        }}
        data={[
          { value: "", label: t("filter.anyState") },
          ...STATES.map((one) => ({ value: one, label: t(`state.${one}`) })),
        ]}
      />
    </>
  );
}

function useColumns(): ListColumn<Schema<"Import">>[] {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  return [
    {
      id: "file",
      header: t("column.file"),
      isName: true,
      cell: (one) => (
        <TextLink
          to="/organizations/$organization/imports/$import"
          params={{ organization: organization.id, import: one.id }}
          inherit
        >
          {one.file_name}
        </TextLink>
      ),
    },
    { id: "state", header: t("column.state"), cell: (one) => <ImportStateBadge state={one.state} /> },
    { id: "rows", header: t("column.rows"), align: "end", cell: (one) => t("number", { value: one.rows }) },
    {
      id: "invited",
      header: t("column.invited"),
      align: "end",
      cell: (one) => t("number", { value: one.progress.outcomes.invited ?? 0 }),
    },
    {
      id: "problems",
      header: t("column.problems"),
      align: "end",
      cell: (one) => t("number", { value: sumOf(countsOf(one), problemsIn(countsOf(one))) }),
    },
    {
      id: "created",
      header: t("column.created"),
      cell: (one) => <DateTime value={one.created_at} style="datetime" />,
    },
    {
      id: "by",
      header: t("column.by"),
      optional: true,
      cell: (one) => one.created_by_name ?? one.created_by,
    },
  ];
}
