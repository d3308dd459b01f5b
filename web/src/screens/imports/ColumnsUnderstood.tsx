import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { useOrganization } from "~/shell/organization";
import classes from "./ImportSummary.module.css";
import { firstRowsQuery } from "./queries";

const FIELDS = [
  "email",
  "first_name",
  "last_name",
  "groups",
  "licenses",
  "access_start",
  "client",
  "sublicense",
] as const;

/** How the file's columns were understood: each field with the first value that was found for it. */
export function ColumnsUnderstood({ id }: { id: string }) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const first = useQuery(firstRowsQuery(organization.id, id));
  if (!first.data) return null;
  const rows = first.data.items;
  return (
    <details>
      <summary>{t("columns.label")}</summary>
      <Text size="sm" c="dimmed" mt={6}>
        {t("columns.text")}
      </Text>
      <dl className={classes.columns}>
        {FIELDS.map((field) => {
          const value = firstValue(rows, field);
          return (
            <div key={field}>
              <dt>{t(`field.${field}`)}</dt>
              <dd data-missing={value ? undefined : true}>{value || t("columns.missing")}</dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}

function firstValue(rows: readonly Schema<"ImportRow">[], field: (typeof FIELDS)[number]): string {
  for (const row of rows) {
    const value = row[field];
    const text = typeof value === "string" ? value : value.join(", ");
    if (text) return text;
  }
  return "";
}
