import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";

interface Given {
  licenses: readonly Schema<"CodeLicense">[];
  group: Schema<"CodeGroup"> | null;
}

/** What a code gives: its licenses, or its group, in words. */
export function GivesText({ licenses, group }: Given) {
  const { t } = useTranslation("codes");
  if (group) return t("gives.group", { name: group.name ?? t("gives.deletedGroup") });
  return licenses.map((license) => license.product.name).join(", ");
}

/** How often a code was used, of how often it can be. */
export function UsesText({ uses, cap }: Pick<Schema<"Code">, "uses" | "cap">) {
  const { t } = useTranslation("codes");
  return cap === null ? t("uses.many", { value: uses }) : t("uses.of", { uses, cap });
}
