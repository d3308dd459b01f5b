import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { IconColumns } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListColumn } from "./ListPage";

export interface ColumnChoice {
  isShown: (column: Pick<ListColumn<never>, "id" | "isName" | "optional">) => boolean;
  toggle: (column: Pick<ListColumn<never>, "id" | "isName" | "optional">) => void;
}

/** The person's choice of a list's columns, kept in this browser. */
export function useColumnChoice<Row>(name: string, columns: readonly ListColumn<Row>[]): ColumnChoice {
  const key = `usher.columns.${name}`;
  const [shown, setShown] = useState<readonly string[]>(() => read(key) ?? defaultsOf(columns));
  return {
    isShown: (column) => column.isName === true || shown.includes(column.id),
    toggle: (column) => {
      const next = shown.includes(column.id) ? shown.filter((id) => id !== column.id) : [...shown, column.id];
      localStorage.setItem(key, JSON.stringify(next));
      setShown(next);
    },
  };
}

const defaultsOf = <Row,>(columns: readonly ListColumn<Row>[]) =>
  columns.filter((column) => !column.optional).map((column) => column.id);

function read(key: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : null;
  } catch {
    return null;
  }
}

interface Props<Row> {
  columns: readonly ListColumn<Row>[];
  choice: ColumnChoice;
}

export function ColumnMenu<Row>({ columns, choice }: Props<Row>) {
  const { t } = useTranslation("components");
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns size={16} stroke={1.7} />}>
          {t("list.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {columns
            .filter((column) => !column.isName)
            .map((column) => (
              <Checkbox
                key={column.id}
                label={column.header}
                checked={choice.isShown(column)}
                onChange={() => choice.toggle(column)}
              />
            ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
