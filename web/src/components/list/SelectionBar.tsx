import { Anchor, Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SelectionBar.module.css";
import type { Selected, Selection } from "./selection";

interface Props {
  selection: Selection;
  loaded: number;
  hasMore: boolean;
  total: number | null;
  actions?: (selected: Selected, clear: () => void) => ReactNode;
}

/** How many rows are selected, what can be done with them, and the way to select all that match. */
export function SelectionBar({ selection, loaded, hasMore, total, actions }: Props) {
  const { t } = useTranslation("components");
  const { selected, clear, change } = selection;
  const count = selected.kind === "some" ? selected.ids.size : total;
  const canTakeAll = selected.kind === "some" && selected.ids.size === loaded && hasMore;
  return (
    <div role="status">
      {count !== 0 && (
        <Group className={classes.bar} justify="space-between">
          <Group gap="sm">
            <Text size="sm" fw={600}>
              {count === null ? t("list.allSelected") : t("list.selected", { count })}
            </Text>
            {canTakeAll && (
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => change({ kind: "all-matching" })}
              >
                {total === null ? t("list.selectAll") : t("list.selectAllOf", { count: total })}
              </Anchor>
            )}
          </Group>
          <Group gap="xs">
            {actions?.(selected, clear)}
            <Button variant="subtle" size="xs" onClick={clear}>
              {t("list.deselect")}
            </Button>
          </Group>
        </Group>
      )}
    </div>
  );
}
