import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { useOrganization } from "~/shell/organization";
import { GivesText } from "./Facts";
import { useBatches } from "./queries";

/** The batches of codes, with how many of each were used. */
export function BatchesScreen() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const list = useBatches(organization.id);
  const path = { organization: organization.id };
  return (
    <ListPage
      title={t("batches.title")}
      lead={t("batches.lead")}
      actions={
        <ButtonLink
          variant="default"
          leftSection={<IconArrowLeft size={16} />}
          to="/organizations/$organization/codes"
          params={path}
        >
          {t("all")}
        </ButtonLink>
      }
      name="code-batches"
      list={list}
      columns={useColumns()}
      rowId={(batch) => batch.id}
      rowName={(batch) => batch.name || t("batches.unnamed")}
      rowActions={(batch) => (
        <ButtonLink
          variant="subtle"
          size="xs"
          to="/organizations/$organization/codes/sheet"
          params={path}
          search={{ batch: batch.id }}
        >
          {t("sheet.action")}
        </ButtonLink>
      )}
      empty={{
        title: t("batches.empty"),
        text: t("batches.emptyText"),
        action: organization.may("manage_codes") && (
          <ButtonLink to="/organizations/$organization/codes" params={path} search={{ new: "batch" }}>
            {t("new.action")}
          </ButtonLink>
        ),
      }}
    />
  );
}

function useColumns(): ListColumn<Schema<"CodeBatch">>[] {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      cell: (batch) => (
        <TextLink
          to="/organizations/$organization/codes"
          params={{ organization: organization.id }}
          search={{ batch: batch.id }}
          inherit
        >
          {batch.name || t("batches.unnamed")}
        </TextLink>
      ),
    },
    {
      id: "used",
      header: t("column.used"),
      align: "end",
      cell: (batch) => t("uses.of", { uses: batch.used, cap: batch.created - batch.removed }),
    },
    { id: "gives", header: t("column.gives"), cell: (batch) => <GivesText {...batch} /> },
    {
      id: "ends",
      header: t("column.ends"),
      cell: (batch) => (batch.ends_at ? <DateTime value={batch.ends_at} end /> : t("noEnd")),
    },
    { id: "client", header: t("column.client"), optional: true, cell: (batch) => batch.client?.name ?? "–" },
    { id: "created", header: t("column.created"), cell: (batch) => <DateTime value={batch.created_at} /> },
    {
      id: "by",
      header: t("column.by"),
      optional: true,
      cell: (batch) => batch.created_by_name ?? batch.created_by,
    },
  ];
}
