import { Anchor, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { DateTime } from "~/components/DateTime";
import { now } from "~/components/dates";
import { useCursorList, wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { StateBadge } from "~/components/StateBadge";
import { matching } from "~/shell/commands";
import { CreateProductDialog } from "./CreateProductDialog";
import { ProductActions } from "./ProductActions";
import type { Product } from "./product";
import { allProductsQuery } from "./queries";
import { operatorProductsRoute } from "./routes";

const PAGE = 100;

/** The products of which licenses are granted. */
export function OperatorProductsScreen() {
  const { t } = useTranslation("operator");
  const { create, q } = operatorProductsRoute.useSearch();
  const navigate = operatorProductsRoute.useNavigate();
  const paged = useCursorList({
    queryKey: ["operator", "products", "list"],
    fetchPage: (cursor, signal) =>
      unwrap(api.GET("/v1/operator/products", { params: { query: { cursor, q, limit: PAGE } }, signal })),
  });
  const found = useQuery({
    ...allProductsQuery,
    enabled: q !== undefined,
    select: (products) => ({ items: productsNamed(products, q ?? ""), next: null }),
  });
  const list = q === undefined ? paged : wholeList(found);
  const search = (typed: string) => void navigate({ search: typed ? { q: typed } : {}, replace: true });
  const button = (
    <Button
      leftSection={<IconPlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: (before) => ({ ...before, create: true }) })}
    >
      {t("products.create")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("products.title")}
        lead={t("products.lead")}
        actions={button}
        name="operator-products"
        list={list}
        columns={useColumns()}
        rowId={(product) => product.id}
        rowName={(product) => product.name}
        rowActions={(product) => <ProductActions product={product} />}
        filters={<SearchField label={t("products.search")} value={q ?? ""} onChange={search} />}
        filtered={q !== undefined}
        onClearFilters={() => search("")}
        empty={{ title: t("products.empty"), text: t("products.emptyText"), action: button }}
      />
      <CreateProductDialog opened={create === true} onClose={() => search(q ?? "")} />
    </>
  );
}

/** The products that have every word in their names. */
function productsNamed(products: readonly Product[], words: string): Product[] {
  const matches = new Set(
    matching(
      products.map(({ id, name }) => ({ id, label: name, run: "" })),
      words,
    ).map(({ id }) => id),
  );
  return products.filter(({ id }) => matches.has(id));
}

function useColumns(): ListColumn<Product>[] {
  const { t } = useTranslation("operator");
  return [
    { id: "name", header: t("products.name"), isName: true, cell: (product) => product.name },
    { id: "kind", header: t("products.kind"), cell: (product) => t(`products.kindOf.${product.kind}`) },
    {
      id: "url",
      header: t("products.url"),
      cell: (product) =>
        product.url ? (
          <Anchor
            href={product.url}
            target="_blank"
            rel="noreferrer"
            inherit
            style={{ overflowWrap: "anywhere" }}
          >
            {product.url}
          </Anchor>
        ) : (
          "–"
        ),
    },
    { id: "state", header: t("products.state"), cell: (product) => <State product={product} /> },
  ];
}

function State({ product }: { product: Product }) {
  const { t } = useTranslation("operator");
  if (product.retires_at === null) return <StateBadge tone="ok">{t("products.offered")}</StateBadge>;
  if (new Date(product.retires_at) <= now()) {
    return <StateBadge tone="off">{t("products.retired")}</StateBadge>;
  }
  return (
    <StateBadge tone="attention">
      {t("products.retires")} <DateTime value={product.retires_at} timeZone="UTC" />
    </StateBadge>
  );
}
