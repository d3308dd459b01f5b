import { Button, CloseButton, Group, Menu, NativeSelect, Text } from "@mantine/core";
import { IconDownload, IconPrinter, IconTicket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { useCounted } from "~/components/list/counted";
import { type ListColumn, ListPage, type Sort } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { ProblemBeside } from "~/components/ProblemBeside";
import { useOrganization } from "~/shell/organization";
import { BatchResultsDialog } from "./BatchResultsDialog";
import { CodeActions } from "./CodeActions";
import { CodeStateBadge } from "./CodeStateBadge";
import { GivesText, UsesText } from "./Facts";
import { NewCodesDialog } from "./NewCodesDialog";
import { type Code, codeCountsQuery, useBatch, useCodes, useCodesChanged } from "./queries";
import { type CodesFilters, codesRoute, STATES } from "./routes";

/** The codes with what they give and their uses. */
export function CodesScreen() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const { new: way, license, ...filters } = codesRoute.useSearch();
  const navigate = codesRoute.useNavigate();
  const list = useCodes(organization.id, filters);
  const changed = useCodesChanged(organization.id);
  const [results, setResults] = useState<Schema<"CodeResults"> | null>(null);
  const mayManage = organization.may("manage_codes");
  const change = (next: CodesFilters) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const button = mayManage && (
    <Button
      leftSection={<IconTicket size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: { ...filters, new: "one" } })}
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
            <Outputs filters={filters} empty={list.rows.length === 0} />
            {button}
          </>
        }
        name="codes"
        list={list}
        columns={useColumns()}
        rowId={(code) => code.id}
        rowName={(code) => code.code}
        rowActions={mayManage ? (code) => <CodeActions code={code} /> : undefined}
        sort={filters.q ? null : sortOf(filters)}
        onSort={
          filters.q
            ? undefined
            : ({ by, descending }) => change({ sort: `${descending ? "-" : ""}${by}` as Schema<"CodeSort"> })
        }
        filters={<Filters filters={filters} change={change} />}
        filtered={Boolean(filters.kind || filters.state || filters.batch || filters.q)}
        onClearFilters={() => void navigate({ search: {}, replace: true })}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: button }}
      />
      {mayManage && (
        <NewCodesDialog
          way={way ?? null}
          license={license}
          onWay={(next) => void navigate({ search: { ...filters, new: next }, replace: true })}
          onClose={() => void navigate({ search: filters, replace: true })}
          onCreated={(code) => {
            void changed();
            void navigate({
              to: "/organizations/$organization/codes/$code",
              params: { organization: organization.id, code: code.id },
            });
          }}
          onBatch={(batch) => {
            void changed();
            setResults(batch);
            void navigate({ search: { batch: batch.batch } });
          }}
        />
      )}
      <BatchResultsDialog results={results} onClose={() => setResults(null)} />
    </>
  );
}

function sortOf({ sort = "-created" }: CodesFilters): Sort {
  return { by: sort.replace("-", ""), descending: sort.startsWith("-") };
}

function Outputs({ filters, empty }: { filters: CodesFilters; empty: boolean }) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const download = useDownload();
  const { kind, state, batch, q } = filters;
  const sort = q ? undefined : filters.sort;
  return (
    <>
      <ButtonLink
        variant="default"
        to="/organizations/$organization/codes/batches"
        params={{ organization: organization.id }}
      >
        {t("batches.title")}
      </ButtonLink>
      <ButtonLink
        variant="default"
        to="/organizations/$organization/codes/uses"
        params={{ organization: organization.id }}
      >
        {t("allUses.action")}
      </ButtonLink>
      {!empty && (
        <>
          <ButtonLink
            variant="default"
            leftSection={<IconPrinter size={18} stroke={1.8} />}
            to="/organizations/$organization/codes/sheet"
            params={{ organization: organization.id }}
            search={filters}
          >
            {t("sheet.action")}
          </ButtonLink>
          <ProblemBeside error={download.error} onClose={download.onClose}>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button
                  variant="default"
                  leftSection={<IconDownload size={18} stroke={1.8} />}
                  loading={download.isPending}
                >
                  {t("export.action")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  onClick={() =>
                    download.start({
                      what: "codes",
                      kind: kind && [kind],
                      batch,
                      q,
                      sort,
                      state: state && [state],
                    })
                  }
                >
                  {t("export.codes")}
                </Menu.Item>
                <Menu.Item onClick={() => download.start({ what: "code_uses" })}>
                  {t("export.uses")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </ProblemBeside>
        </>
      )}
    </>
  );
}

function Filters({ filters, change }: { filters: CodesFilters; change: (next: CodesFilters) => void }) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const batch = useBatch(organization.id, filters.batch);
  const { data: counts } = useQuery(codeCountsQuery(organization.id));
  const counted = useCounted();
  return (
    <>
      <SearchField
        label={t("filter.search")}
        value={filters.q ?? ""}
        onChange={(q) => change({ q: q || undefined })}
      />
      <NativeSelect
        aria-label={t("filter.kind")}
        value={filters.kind ?? ""}
        onChange={(event) =>
          change({ kind: (event.currentTarget.value || undefined) as CodesFilters["kind"] })
        }
        data={[
          { value: "", label: t("filter.all") },
          { value: "registration", label: t("kind.registration") },
          { value: "redemption", label: t("kind.redemption") },
        ]}
      />
      <NativeSelect
        aria-label={t("filter.state")}
        value={filters.state ?? ""}
        onChange={(event) =>
          change({ state: (event.currentTarget.value || undefined) as CodesFilters["state"] })
        }
        data={[
          { value: "", label: t("filter.allStates") },
          ...STATES.map((state) => ({ value: state, label: counted(t(`state.${state}`), counts?.[state]) })),
        ]}
      />
      {filters.batch && (
        <Group gap={4} wrap="nowrap">
          <Text size="sm">{t("filter.batch", { name: batch.data?.name || t("batches.unnamed") })}</Text>
          <CloseButton
            size="sm"
            aria-label={t("filter.noBatch")}
            onClick={() => change({ batch: undefined })}
          />
        </Group>
      )}
    </>
  );
}

function useColumns(): ListColumn<Code>[] {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return [
    {
      id: "code",
      header: t("column.code"),
      isName: true,
      sortable: true,
      cell: (code) => (
        <>
          <TextLink
            to="/organizations/$organization/codes/$code"
            params={{ organization: organization.id, code: code.id }}
            inherit
          >
            {code.code}
          </TextLink>
          {code.name && (
            <Text size="xs" c="dimmed" fw={400}>
              {code.name}
            </Text>
          )}
        </>
      ),
    },
    { id: "state", header: t("column.state"), cell: (code) => <CodeStateBadge state={code.state} /> },
    { id: "uses", header: t("column.uses"), align: "end", cell: (code) => <UsesText {...code} /> },
    { id: "gives", header: t("column.gives"), cell: (code) => <GivesText {...code} /> },
    {
      id: "ends",
      header: t("column.ends"),
      cell: (code) => (code.ends_at ? <DateTime value={code.ends_at} end /> : t("noEnd")),
    },
    { id: "kind", header: t("column.kind"), optional: true, cell: (code) => t(`kind.${code.kind}`) },
    { id: "client", header: t("column.client"), optional: true, cell: (code) => code.client?.name ?? "–" },
    { id: "domain", header: t("column.domain"), optional: true, cell: (code) => code.domain || "–" },
    {
      id: "created",
      header: t("column.created"),
      optional: true,
      sortable: true,
      cell: (code) => <DateTime value={code.created_at} style="datetime" />,
    },
    {
      id: "by",
      header: t("column.by"),
      optional: true,
      cell: (code) => code.created_by_name ?? code.created_by,
    },
  ];
}
