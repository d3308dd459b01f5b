import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { Product } from "./product";

const LARGEST_PAGE = 200;

/** All products, of which there are as many as somebody thought of: they are searched here. */
export const allProductsQuery = queryOptions({
  queryKey: ["operator", "products", "all"],
  queryFn: async ({ signal }) => {
    const products: Product[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(
        api.GET("/v1/operator/products", { params: { query: { cursor, limit: LARGEST_PAGE } }, signal }),
      );
      products.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return products;
  },
});
