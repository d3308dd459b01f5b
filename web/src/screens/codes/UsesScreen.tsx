import { Button } from "@mantine/core";
import { IconArrowLeft, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { useOrganization } from "~/shell/organization";
import { GivesText } from "./Facts";
import { useAllUses } from "./queries";

type Use = Schema<"Use">;

/** Who redeemed which code and when, over all codes, those of removed ones included. */
export function UsesScreen() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const list = useAllUses(organization.id);
  const download = useDownload();
  const path = { organization: organization.id };
  return (
    <ListPage
      title={t("allUses.title")}
      lead={t("allUses.lead")}
      actions={
        <>
          <ButtonLink
            variant="default"
            leftSection={<IconArrowLeft size={16} />}
            to="/organizations/$organization/codes"
            params={path}
          >
            {t("all")}
          </ButtonLink>
          {list.rows.length > 0 && (
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.8} />}
              loading={download.isPending}
              onClick={() => download.start({ what: "code_uses" })}
            >
              {t("exportUses")}
            </Button>
          )}
        </>
      }
      name="all-code-uses"
      list={list}
      columns={useColumns()}
      rowId={(use) => `${use.person} ${use.code_id} ${use.redeemed_at}`}
      rowName={nameOf}
      empty={{
        title: t("allUses.empty"),
        text: t("allUses.emptyText"),
        action: organization.may("manage_codes") && (
          <ButtonLink to="/organizations/$organization/codes" params={path} search={{ new: "one" }}>
            {t("new.action")}
          </ButtonLink>
        ),
      }}
    />
  );
}

const nameOf = (use: Use) => `${use.first_name} ${use.last_name}`.trim() || use.email;

function useColumns(): ListColumn<Use>[] {
  const { t } = useTranslation("codes");
  const { id: organization } = useOrganization();
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      // Who came by a client's code learns with the client, and not here.
      cell: (use) =>
        use.client ? (
          nameOf(use)
        ) : (
          <TextLink
            to="/organizations/$organization/learners/$learner"
            params={{ organization, learner: use.person }}
            inherit
          >
            {nameOf(use)}
          </TextLink>
        ),
    },
    { id: "email", header: t("column.email"), cell: (use) => use.email },
    {
      id: "code",
      header: t("column.code"),
      // A code that was removed has no name any more, and no screen.
      cell: (use) =>
        use.code_name === null ? (
          use.code
        ) : (
          <TextLink
            to="/organizations/$organization/codes/$code"
            params={{ organization, code: use.code_id }}
            inherit
          >
            {use.code}
          </TextLink>
        ),
    },
    {
      id: "codeName",
      header: t("column.codeName"),
      optional: true,
      cell: (use) => use.code_name ?? t("allUses.removed"),
    },
    { id: "gives", header: t("column.gave"), cell: (use) => <GivesText {...use} /> },
    { id: "client", header: t("column.client"), cell: (use) => use.client?.name ?? "–" },
    {
      id: "at",
      header: t("column.redeemedAt"),
      cell: (use) => <DateTime value={use.redeemed_at} style="datetime" />,
    },
  ];
}
