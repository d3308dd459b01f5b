import type { Manager } from "~/api/types";

/** A manager's name as one writes it. */
export const nameOf = (manager: Pick<Manager, "first_name" | "last_name">): string =>
  [manager.first_name, manager.last_name].filter(Boolean).join(" ");
