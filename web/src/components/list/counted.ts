import { useTranslation } from "react-i18next";

/** Names a choice of a filter together with how many rows it has; without a count, by its label alone. */
export function useCounted(): (label: string, count: number | undefined, most?: number) => string {
  const { t } = useTranslation("components");
  return (label, count, most) => {
    if (count === undefined) return label;
    return t(count === most ? "list.countedAtLeast" : "list.counted", { label, value: count });
  };
}
