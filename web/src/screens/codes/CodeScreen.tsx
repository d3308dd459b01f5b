import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { Fact, Facts, HandOutCard } from "~/components/Facts";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { ProblemBeside } from "~/components/ProblemBeside";
import { QrCard } from "~/components/QrCard";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { nameOf } from "~/shell/LanguageMenu";
import { useOrganization } from "~/shell/organization";
import { CodeActions } from "./CodeActions";
import { CodeStateBadge } from "./CodeStateBadge";
import classes from "./codes.module.css";
import { EditCodeDialog } from "./EditCodeDialog";
import { GivesText, UsesText } from "./Facts";
import { type Code, codeQuery, useUses } from "./queries";
import { codeRoute } from "./routes";

/** One code: how it is handed out, what it gives, and who used it. */
export function CodeScreen() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const { code: id } = codeRoute.useParams();
  const code = useQuery(codeQuery(organization.id, id));
  if (code.error instanceof ApiProblem && code.error.status === 404) return <NotFoundScreen />;
  if (code.data) return <Loaded code={code.data} />;
  return (
    <Page title={t("title")} actions={<Back />}>
      {code.isPending ? (
        <Skeleton height={240} radius={12} />
      ) : (
        <Stack align="flex-start">
          <ProblemAlert error={code.error} />
          <Button variant="default" onClick={() => void code.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
    </Page>
  );
}

function Back() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/codes"
      params={{ organization: organization.id }}
    >
      {t("all")}
    </ButtonLink>
  );
}

function Loaded({ code }: { code: Code }) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const navigate = codeRoute.useNavigate();
  const { edit, q } = codeRoute.useSearch();
  const uses = useUses(organization.id, code.id, q);
  const download = useDownload();
  const mayManage = organization.may("manage_codes");
  return (
    <>
      <ListPage
        title={code.code}
        lead={code.name}
        actions={
          <>
            <Back />
            {code.uses > 0 && (
              <ProblemBeside error={download.error} onClose={download.onClose}>
                <Button
                  variant="default"
                  leftSection={<IconDownload size={18} stroke={1.8} />}
                  loading={download.isPending}
                  onClick={() => download.start({ what: "code_uses", code: code.id })}
                >
                  {t("exportUses")}
                </Button>
              </ProblemBeside>
            )}
            {mayManage && (
              <CodeActions
                code={code}
                onRemoved={() =>
                  void navigate({
                    to: "/organizations/$organization/codes",
                    params: { organization: organization.id },
                    replace: true,
                  })
                }
              />
            )}
          </>
        }
        intro={<CodeCard code={code} />}
        name="code-uses"
        list={uses}
        columns={useColumns()}
        rowId={(use) => `${use.person} ${use.redeemed_at}`}
        rowName={(use) => use.email}
        filters={
          code.uses > 0 && (
            <SearchField
              label={t("searchUses")}
              value={q ?? ""}
              onChange={(next) => void navigate({ search: { q: next || undefined }, replace: true })}
            />
          )
        }
        filtered={q !== undefined}
        onClearFilters={() => void navigate({ search: {}, replace: true })}
        empty={{ title: t("noUses.title"), text: t("noUses.text") }}
      />
      {mayManage && (
        <EditCodeDialog
          code={code}
          opened={edit === true}
          onClose={() => void navigate({ search: { q }, replace: true })}
        />
      )}
    </>
  );
}

function CodeCard({ code }: { code: Code }) {
  const { t } = useTranslation("codes");
  return (
    <HandOutCard
      label={t("card.label")}
      code={<QrCard value={code.address} label={t("card.qr", { code: code.code })} name={code.code} />}
    >
      <Group gap="sm">
        <CodeStateBadge state={code.state} />
        <Text size="sm" c="dimmed">
          {t(`kind.${code.kind}`)}
        </Text>
      </Group>
      <Facts>
        <Fact name={t("column.uses")}>
          <UsesText {...code} />
        </Fact>
        <Fact name={t("column.gives")}>
          <GivesText {...code} />
        </Fact>
        <Fact name={t("column.ends")}>
          {code.ends_at ? <DateTime value={code.ends_at} end /> : t("noEnd")}
        </Fact>
        {code.client && <Fact name={t("column.client")}>{code.client.name}</Fact>}
        {code.language && (
          <Fact name={t("components:language.label")}>
            <span lang={code.language}>{nameOf(code.language)}</span>
          </Fact>
        )}
        {code.domain && <Fact name={t("column.domain")}>{code.domain}</Fact>}
        <Fact name={t("column.created")}>
          <DateTime value={code.created_at} /> · {code.created_by_name ?? code.created_by}
        </Fact>
        {code.batch && <BatchFact batch={code.batch} />}
      </Facts>
      <div>
        <Text size="sm" c="dimmed">
          {t("card.address")}
        </Text>
        <Text className={classes.address} fw={500}>
          {code.address}
        </Text>
      </div>
      <Group gap="sm">
        <CopyButton value={code.address} label={t("card.copyAddress")} />
        <CopyButton value={code.code} label={t("card.copyCode")} />
      </Group>
    </HandOutCard>
  );
}

function BatchFact({ batch }: { batch: string }) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return (
    <Fact name={t("column.batch")}>
      <TextLink
        to="/organizations/$organization/codes"
        params={{ organization: organization.id }}
        search={{ batch }}
        inherit
      >
        {t("card.batch")}
      </TextLink>
    </Fact>
  );
}

function useColumns(): ListColumn<Schema<"Use">>[] {
  const { t } = useTranslation("codes");
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      cell: (use) => `${use.first_name} ${use.last_name}`.trim(),
    },
    { id: "email", header: t("column.email"), cell: (use) => use.email },
    {
      id: "at",
      header: t("column.redeemedAt"),
      cell: (use) => <DateTime value={use.redeemed_at} style="datetime" />,
    },
  ];
}
