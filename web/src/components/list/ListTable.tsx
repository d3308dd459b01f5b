import { Checkbox, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { type ColumnDef, flexRender, getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CursorList } from "./cursorList";
import type { ListColumn, Sort } from "./ListPage";
import classes from "./ListTable.module.css";
import { isSelected, type Selection, toggled, toggledAll } from "./selection";

const ROW_HEIGHT = 57;
const OVERSCAN = 12;
/** How many rows before the end the next page is asked for. */
const AHEAD = 20;

interface Props<Row> {
  label: string;
  list: CursorList<Row>;
  columns: readonly ListColumn<Row>[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  rowActions?: (row: Row) => ReactNode;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  selection?: Selection;
  total?: number | null;
}

/** The rows as a table, of which only those are drawn that are seen. Its roles hold where it is drawn as cards. */
export function ListTable<Row>(props: Props<Row>) {
  const { label, list, columns, rowId, rowName, rowActions, selection, total } = props;
  const { t } = useTranslation("components");
  const frame = useRef<HTMLDivElement>(null);
  const margin = useOffsetTop(frame);
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<Row> => ({
          id: column.id,
          header: column.header,
          cell: ({ row }) => column.cell(row.original),
          meta: column,
        }),
      ),
    [columns],
  );
  const table = useReactTable({
    data: list.rows as Row[],
    columns: definitions,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
  });
  const rows = table.getRowModel().rows;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: margin,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const nearEnd = list.hasMore && last >= rows.length - AHEAD;
  useEffect(() => {
    if (nearEnd) list.loadMore();
  }, [nearEnd, list.loadMore]);

  const loaded = rows.map((row) => row.id);
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  return (
    <div ref={frame} className={classes.frame}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: drawn as cards, elements lose the roles of a table */}
      <table
        role="table"
        className={classes.table}
        aria-label={label}
        aria-rowcount={
          (total ?? (list.hasMore ? -1 : rows.length)) + (total === undefined && list.hasMore ? 0 : 1)
        }
      >
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {selection && (
              <th role="columnheader" scope="col" className={classes.box}>
                <Checkbox
                  aria-label={t("list.selectLoaded")}
                  checked={loaded.length > 0 && loaded.every((id) => isSelected(selection.selected, id))}
                  indeterminate={
                    loaded.some((id) => isSelected(selection.selected, id)) &&
                    !loaded.every((id) => isSelected(selection.selected, id))
                  }
                  onChange={() => selection.change(toggledAll(selection.selected, loaded))}
                />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
            {rowActions && (
              <th role="columnheader" scope="col" className={classes.actions}>
                <span className={classes.hidden}>{t("list.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          <Spacer height={before} />
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <tr
                key={row.id}
                role="row"
                ref={virtual.measureElement}
                data-index={item.index}
                aria-rowindex={item.index + 2}
                aria-selected={selection ? isSelected(selection.selected, row.id) : undefined}
              >
                {selection && (
                  <td role="cell" className={classes.box}>
                    <Checkbox
                      aria-label={t("list.select", { name: rowName(row.original) })}
                      checked={isSelected(selection.selected, row.id)}
                      onChange={() => selection.change(toggled(selection.selected, row.id, loaded))}
                    />
                  </td>
                )}
                {row.getVisibleCells().map((cell) => {
                  const column = cell.column.columnDef.meta as ListColumn<Row>;
                  return (
                    <td
                      key={cell.id}
                      role={column.isName ? "rowheader" : "cell"}
                      data-label={column.isName ? undefined : column.header}
                      data-name={column.isName || undefined}
                      data-align={column.align}
                    >
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </td>
                  );
                })}
                {rowActions && (
                  <td role="cell" className={classes.actions}>
                    {rowActions(row.original)}
                  </td>
                )}
              </tr>
            );
          })}
          <Spacer height={after} />
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: drawn as cards, elements lose the roles of a table */}
    </div>
  );
}

/** The room of the rows that are not drawn. */
function Spacer({ height }: { height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus
  return height > 0 ? <tr aria-hidden="true" className={classes.spacer} style={{ height }} /> : null;
}

interface HeadProps<Row> {
  column: ListColumn<Row>;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const current = sort?.by === column.id ? sort : null;
  const Icon = current ? (current.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort;
  return (
    <th
      // biome-ignore lint/a11y/noRedundantRoles: drawn as cards, elements lose the roles of a table
      role="columnheader"
      scope="col"
      data-align={column.align}
      aria-sort={current ? (current.descending ? "descending" : "ascending") : undefined}
    >
      {column.sortable && onSort ? (
        <UnstyledButton
          className={classes.sort}
          onClick={() => onSort({ by: column.id, descending: current ? !current.descending : false })}
        >
          {column.header} <Icon size={14} aria-hidden />
        </UnstyledButton>
      ) : (
        column.header
      )}
    </th>
  );
}

/** How far from the top of the document the element begins. */
function useOffsetTop(element: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const measure = () => {
      if (element.current) setTop(element.current.getBoundingClientRect().top + window.scrollY);
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [element]);
  return top;
}
