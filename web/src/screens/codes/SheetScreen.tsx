import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { EmptyState } from "~/components/EmptyState";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { QrCodeLater } from "~/components/QrCard";
import { useOrganization } from "~/shell/organization";
import classes from "./codes.module.css";
import { GivesText } from "./Facts";
import { type Code, useCodes } from "./queries";
import { codeSheetRoute } from "./routes";

const PAGE = 60;
const QR_PIXELS = 132;

/** The codes that can be redeemed as tickets to print and cut out, each with its QR code. */
export function SheetScreen() {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const filters = codeSheetRoute.useSearch();
  const list = useCodes(organization.id, { ...filters, state: "active" }, PAGE);
  const codes = list.rows;
  return (
    <Page
      title={t("sheet.title")}
      actions={
        <Group gap="sm" className={classes.controls}>
          <ButtonLink
            variant="default"
            leftSection={<IconArrowLeft size={16} />}
            to="/organizations/$organization/codes"
            params={{ organization: organization.id }}
            search={filters}
          >
            {t("all")}
          </ButtonLink>
          <Button
            leftSection={<IconPrinter size={18} stroke={1.8} />}
            disabled={codes.length === 0}
            onClick={() => window.print()}
          >
            {t("sheet.print")}
          </Button>
        </Group>
      }
    >
      {list.isPending && <Skeleton height={300} radius={12} />}
      {list.error ? (
        <Stack align="flex-start" className={classes.controls}>
          <ProblemAlert error={list.error} />
          <Button variant="default" onClick={list.retry}>
            {t("retry")}
          </Button>
        </Stack>
      ) : null}
      {codes.length > 0 && (
        <>
          <Group className={classes.controls} gap="sm">
            <Text size="sm" c="dimmed">
              {t("sheet.count", { count: codes.length })}
            </Text>
            {list.hasMore && (
              <Button variant="default" size="xs" loading={list.isLoadingMore} onClick={list.loadMore}>
                {t("sheet.more")}
              </Button>
            )}
          </Group>
          <ul className={classes.sheet}>
            {codes.map((code) => (
              <Ticket key={code.id} code={code} />
            ))}
          </ul>
        </>
      )}
      {!list.isPending && !list.error && codes.length === 0 && (
        <EmptyState title={t("sheet.empty")} text={t("sheet.emptyText")} />
      )}
    </Page>
  );
}

function Ticket({ code }: { code: Code }) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  return (
    <li className={classes.ticket}>
      <span>{code.client?.name ?? organization.name}</span>
      <QrCodeLater value={code.address} label={t("card.qr", { code: code.code })} size={QR_PIXELS} />
      <strong>{code.code}</strong>
      <span>
        <GivesText {...code} />
      </span>
      <span className={classes.small}>{code.landing_page.replace(/^https?:\/\//, "")}</span>
      {code.ends_at && (
        <span className={classes.small}>
          {t("sheet.until")} <DateTime value={code.ends_at} end />
        </span>
      )}
    </li>
  );
}
