import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./ImportSummary.module.css";

interface Props {
  columns: readonly Schema<"FileColumn">[];
  /** Whether they are shown without being asked for: before the rows are confirmed. */
  opened: boolean;
}

/** How the file's columns were understood: each heading with the field that it gives, or that it is ignored. */
export function ColumnsUnderstood({ columns, opened }: Props) {
  const { t } = useTranslation("imports");
  if (columns.length === 0) return null;
  const ignored = columns.filter((column) => column.field === null).length;
  return (
    <details open={opened}>
      <summary>{t("columns.label")}</summary>
      {ignored > 0 && (
        <Text size="sm" c="dimmed" mt={6}>
          {t("columns.ignoredCount", { count: ignored })}
        </Text>
      )}
      <dl className={classes.columns}>
        {columns.map(({ letter, heading, field }) => (
          <div key={letter}>
            <dt>
              {letter} · {heading}
            </dt>
            <dd data-missing={field === null || undefined}>
              {field === null ? t("columns.ignored") : t(`field.${field}`)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
