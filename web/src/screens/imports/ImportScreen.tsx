import { Button, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { useAddressFault } from "~/components/addressFaults";
import { ButtonLink } from "~/components/ButtonLink";
import { useDownload } from "~/components/download";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { ProblemBeside } from "~/components/ProblemBeside";
import { StateBadge } from "~/components/StateBadge";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { ImportSummary } from "./ImportSummary";
import { importQuery, useRows } from "./queries";
import { importRoute } from "./routes";
import { countsOf, problemsIn, sumOf, toneOf, type Verdict, verdictsIn } from "./verdicts";

const PROBLEMS = "problems";

/** One import: checked row by row, confirmed, followed while it runs, and what became of each row. */
export function ImportScreen() {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const { import: id } = importRoute.useParams();
  const one = useQuery(importQuery(organization.id, id));
  if (one.error instanceof ApiProblem && one.error.status === 404) return <NotFoundScreen />;
  if (!one.data) {
    return (
      <Page title={t("title")} actions={<Back />}>
        {one.isPending ? (
          <Skeleton height={220} radius={12} />
        ) : (
          <Stack align="flex-start">
            <ProblemAlert error={one.error} />
            <Button variant="default" onClick={() => void one.refetch()}>
              {t("retry")}
            </Button>
          </Stack>
        )}
      </Page>
    );
  }
  if (one.data.rows === 0 || ["awaiting_file", "checking", "refused"].includes(one.data.state)) {
    return (
      <Page title={one.data.file_name} actions={<Back />}>
        <ImportSummary one={one.data} />
      </Page>
    );
  }
  return <WithRows one={one.data} />;
}

function Back() {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  return (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/imports"
      params={{ organization: organization.id }}
    >
      {t("all")}
    </ButtonLink>
  );
}

function WithRows({ one }: { one: Schema<"ImportDetail"> }) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const { show } = importRoute.useSearch();
  const navigate = importRoute.useNavigate();
  const counts = countsOf(one);
  const problems = problemsIn(counts);
  const verdicts = show === PROBLEMS ? problems : show ? [show as Verdict] : [];
  const list = useRows(organization.id, one, verdicts);
  const columns = useColumns();
  const download = useDownload();
  const change = (value: string) => void navigate({ search: value ? { show: value } : {}, replace: true });
  return (
    <ListPage
      title={one.file_name}
      actions={
        <>
          <Back />
          <ProblemBeside error={download.error} onClose={download.onClose}>
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.8} />}
              loading={download.isPending}
              onClick={() => download.start({ what: "import_results", import: one.id })}
            >
              {t("download")}
            </Button>
          </ProblemBeside>
        </>
      }
      intro={<ImportSummary one={one} />}
      name="import-rows"
      list={list}
      columns={columns}
      rowId={(row) => String(row.row)}
      rowName={(row) => row.email}
      filters={
        <NativeSelect
          label={t("show.label")}
          value={show ?? ""}
          onChange={(event) => change(event.currentTarget.value)}
          data={[
            { value: "", label: t("show.all", { count: one.rows }) },
            { value: PROBLEMS, label: t("show.problems", { count: sumOf(counts, problems) }) },
            ...verdictsIn(counts).map((verdict) => ({
              value: verdict,
              label: t("show.verdict", { verdict: t(`verdict.${verdict}`), count: counts[verdict] }),
            })),
          ]}
        />
      }
      filtered={show !== undefined}
      onClearFilters={() => change("")}
      empty={{ title: t("noRows.title"), text: t("noRows.text") }}
    />
  );
}

function useColumns(): ListColumn<Schema<"ImportRow">>[] {
  const { t } = useTranslation("imports");
  const faultIn = useAddressFault();
  return [
    { id: "row", header: t("column.row"), cell: (row) => row.row },
    {
      id: "email",
      header: t("field.email"),
      isName: true,
      cell: (row) => (
        <>
          {row.email || "–"}
          {row.suggestion && (
            <Text size="xs" c="var(--usher-attention)" fw={600}>
              {t("suggestion", { address: row.suggestion })}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "name",
      header: t("column.name"),
      cell: (row) => `${row.first_name} ${row.last_name}`.trim() || "–",
    },
    {
      id: "verdict",
      header: t("column.verdict"),
      cell: (row) => (
        <>
          <StateBadge tone={toneOf(row.verdict)}>{t(`verdict.${row.verdict}`)}</StateBadge>
          {row.reason && (
            <Text size="xs" c="dimmed" mt={4}>
              {faultIn(row)}
            </Text>
          )}
        </>
      ),
    },
    {
      id: "gives",
      header: t("column.gives"),
      cell: (row) => [...row.groups, ...row.licenses].join(", ") || "–",
    },
    { id: "start", header: t("field.access_start"), optional: true, cell: (row) => row.access_start || "–" },
    { id: "client", header: t("field.client"), optional: true, cell: (row) => row.client || "–" },
    { id: "sublicense", header: t("field.sublicense"), optional: true, cell: (row) => row.sublicense || "–" },
  ];
}
