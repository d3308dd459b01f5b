import { IconPackage, IconPlus } from "@tabler/icons-react";
import { matching, type OperatorCommandSource } from "~/shell/commands";
import { queries } from "~/shell/queries";
import { allProductsQuery } from "./queries";

export const operatorProductsCommands: OperatorCommandSource = {
  area: "operator",
  heading: "products.title",
  actions: ({ t }) => [
    {
      id: "operator-products-create",
      label: t("products.create"),
      icon: IconPlus,
      run: "/operator/products?create=true",
    },
  ],
  search: async (query, { t }) => {
    const products = await queries.ensureQueryData(allProductsQuery);
    const commands = products.map((product) => ({
      id: `operator-product-${product.id}`,
      label: product.name,
      description: t(`products.kindOf.${product.kind}`),
      icon: IconPackage,
      run: `/operator/products?q=${encodeURIComponent(product.name)}`,
    }));
    return matching(commands, query);
  },
};
