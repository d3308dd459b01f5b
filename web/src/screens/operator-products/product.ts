import { useQueryClient } from "@tanstack/react-query";
import type { Schema } from "~/api/types";

export type Product = Schema<"Product">;

/** Load anew what a command on a product changes. */
export function useProductsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["operator"] });
}
