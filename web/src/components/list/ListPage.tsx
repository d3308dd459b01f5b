import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../EmptyState";
import { Page } from "../Page";
import { ProblemAlert } from "../ProblemAlert";
import { ZoneScope } from "../ZoneScope";
import { ColumnMenu, useColumnChoice } from "./ColumnMenu";
import type { CursorList } from "./cursorList";
import classes from "./ListPage.module.css";
import { ListTable } from "./ListTable";
import { SelectionBar } from "./SelectionBar";
import type { Selected, Selection } from "./selection";

export interface ListColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Of the row's name, which its actions and its box are named after; always shown. */
  isName?: boolean;
  /** Hidden until the person chooses it. */
  optional?: boolean;
  /** Whether the list can be sorted by it. */
  sortable?: boolean;
  align?: "start" | "end";
}

export interface Sort {
  by: string;
  descending: boolean;
}

interface Props<Row> {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** What stands above the list, such as facts about what it belongs to. */
  intro?: ReactNode;
  /** The name under which the choice of columns is kept. */
  name: string;
  list: CursorList<Row>;
  columns: readonly ListColumn<Row>[];
  rowId: (row: Row) => string;
  /** Names a row for a screen reader. */
  rowName: (row: Row) => string;
  /** Buttons or a menu at the end of each row. */
  rowActions?: (row: Row) => ReactNode;
  /** Fields that narrow the list; their values belong into the address (validateSearch of the route). */
  filters?: ReactNode;
  /** Whether a filter is set: then an empty list is no match, and `onClearFilters` helps. */
  filtered?: boolean;
  onClearFilters?: () => void;
  /** What teaches the next step where there is nothing yet. */
  empty: { title: string; text: string; action?: ReactNode };
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  selection?: Selection;
  /** What can be done with the selected rows. */
  selectionActions?: (selected: Selected, clear: () => void) => ReactNode;
  /** How many rows match, loaded or not, where the API says. */
  total?: number | null;
  /** For a short list among others: its columns cannot be chosen. */
  fixedColumns?: boolean;
}

type SectionProps<Row> = Omit<Props<Row>, "lead" | "actions" | "intro">;

/**
 * A screen that is a list: loaded page by page and drawn as far as it is seen, so that 100,000 rows are no slower
 * than a hundred. On a phone each row is a card.
 */
export function ListPage<Row>(props: Props<Row>) {
  const { title, lead, actions, intro } = props;
  return (
    <Page title={title} lead={lead} actions={actions}>
      {intro}
      <ListSection {...props} />
    </Page>
  );
}

/** The same list as a part of a screen, such as the members of a group; `title` names it for a screen reader. */
export function ListSection<Row>(props: SectionProps<Row>) {
  const { name, list, columns, filters, selection, selectionActions, fixedColumns } = props;
  const choice = useColumnChoice(name, columns);
  const optional = !fixedColumns && columns.some((column) => !column.isName) && list.rows.length > 0;
  return (
    <>
      {(filters || optional) && (
        <Group className={classes.bar} justify="space-between" align="flex-end">
          <Group gap="sm" align="flex-end" className={classes.filters}>
            {filters}
          </Group>
          {optional && <ColumnMenu columns={columns} choice={choice} />}
        </Group>
      )}
      {selection && (
        <SelectionBar
          selection={selection}
          loaded={list.rows.length}
          hasMore={list.hasMore}
          total={props.total ?? null}
          actions={selectionActions}
        />
      )}
      <ZoneScope>
        <Content {...props} shown={columns.filter((column) => choice.isShown(column))} />
      </ZoneScope>
    </>
  );
}

function Content<Row>(props: SectionProps<Row> & { shown: readonly ListColumn<Row>[] }) {
  const { t } = useTranslation("components");
  const { list, empty, filtered, onClearFilters } = props;
  if (list.isPending) return <Loading />;
  if (list.error && list.rows.length === 0) return <Failed error={list.error} retry={list.retry} />;
  if (list.rows.length === 0 && filtered) {
    return (
      <EmptyState title={t("list.noMatch")} text={t("list.noMatchText")}>
        {onClearFilters && (
          <Button variant="default" onClick={onClearFilters}>
            {t("list.clearFilters")}
          </Button>
        )}
      </EmptyState>
    );
  }
  if (list.rows.length === 0) {
    return (
      <EmptyState title={empty.title} text={empty.text}>
        {empty.action}
      </EmptyState>
    );
  }
  return (
    <>
      <ListTable {...props} columns={props.shown} label={props.title} />
      {list.error ? <Failed error={list.error} retry={list.retry} /> : <More list={list} />}
    </>
  );
}

function More<Row>({ list }: { list: CursorList<Row> }) {
  const { t } = useTranslation("components");
  if (!list.hasMore) return null;
  return (
    <Stack align="center" mt="md" gap={4}>
      <Button variant="default" onClick={list.loadMore} loading={list.isLoadingMore}>
        {t("list.more")}
      </Button>
      <Text size="xs" c="dimmed">
        {t("list.loaded", { count: list.rows.length })}
      </Text>
    </Stack>
  );
}

const SKELETONS = ["first", "second", "third", "fourth", "fifth"];

function Loading() {
  const { t } = useTranslation("components");
  return (
    <Stack gap={10} role="status" aria-label={t("list.loading")}>
      {SKELETONS.map((one) => (
        <Skeleton key={one} height={52} radius={10} />
      ))}
    </Stack>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation("components");
  return (
    <Stack mt="md" align="flex-start">
      <ProblemAlert error={error} />
      <Button variant="default" onClick={retry}>
        {t("list.retry")}
      </Button>
    </Stack>
  );
}
