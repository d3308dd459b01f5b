import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import { IconCalendarPlus, IconDots, IconMinus, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { License } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { SeatBar } from "~/components/SeatBar";
import { ExtendDialog } from "./ExtendDialog";
import { GrantDialog } from "./GrantDialog";
import type { OrganizationDetail } from "./queries";
import { operatorOrganizationRoute } from "./routes";
import { SeatsDialog } from "./SeatsDialog";
import { Section } from "./Section";

/** The organization's licenses: granted, extended, and given more seats or fewer. */
export function Licenses({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const { grant } = operatorOrganizationRoute.useSearch();
  const navigate = operatorOrganizationRoute.useNavigate();
  // A client's seats come from its provider.
  const canGrant = organization.provider === null;
  const button = canGrant && (
    <Button
      leftSection={<IconPlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: { grant: true } })}
    >
      {t("licenses.grant")}
    </Button>
  );
  return (
    <Section title={t("licenses.title")} action={button}>
      <ListSection
        title={t("licenses.title")}
        fixedColumns
        name="operator-licenses"
        list={wholeList({
          data: { items: organization.licenses, next: null },
          isPending: false,
          error: null,
          refetch: () => undefined,
        })}
        columns={useColumns(organization.time_zone)}
        rowId={(license) => license.id}
        rowName={(license) => license.product.name}
        rowActions={(license) =>
          license.parent === null ? <Actions organization={organization} license={license} /> : null
        }
        empty={{
          title: t("licenses.empty"),
          text: canGrant ? t("licenses.emptyText") : t("licenses.emptyOfClient"),
        }}
      />
      {canGrant && (
        <GrantDialog
          organization={organization}
          opened={grant === true}
          onClose={() => void navigate({ search: {}, replace: true })}
        />
      )}
    </Section>
  );
}

function Actions({ organization, license }: { organization: OrganizationDetail; license: License }) {
  const { t } = useTranslation("operator");
  const [dialog, setDialog] = useState<"extend" | "add" | "take" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("licenses.actions", { product: license.product.name })}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCalendarPlus size={16} />} onClick={() => setDialog("extend")}>
            {t("extend.action")}
          </Menu.Item>
          <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => setDialog("add")}>
            {t("seats.add.action")}
          </Menu.Item>
          <Menu.Item leftSection={<IconMinus size={16} />} onClick={() => setDialog("take")}>
            {t("seats.take.action")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ExtendDialog
        organization={organization}
        license={license}
        opened={dialog === "extend"}
        onClose={close}
      />
      <SeatsDialog
        organization={organization}
        license={license}
        way="add"
        opened={dialog === "add"}
        onClose={close}
      />
      <SeatsDialog
        organization={organization}
        license={license}
        way="take"
        opened={dialog === "take"}
        onClose={close}
      />
    </>
  );
}

function useColumns(timeZone: string): ListColumn<License>[] {
  const { t } = useTranslation("operator");
  return [
    {
      id: "product",
      header: t("licenses.product"),
      isName: true,
      cell: (license) => (
        <>
          {license.product.name}
          <Text size="xs" c="dimmed" fw={400}>
            {t(`products.kindOf.${license.product.kind}`)}
            {license.flex && ` · ${t("licenses.flex")}`}
          </Text>
        </>
      ),
    },
    { id: "seats", header: t("licenses.seats"), cell: (license) => <SeatBar seats={license.seats} /> },
    {
      id: "from",
      header: t("licenses.from"),
      cell: (license) => <DateTime value={license.valid_from} timeZone={timeZone} />,
    },
    {
      id: "until",
      header: t("licenses.until"),
      cell: (license) => <DateTime value={license.valid_until} end timeZone={timeZone} />,
    },
    {
      id: "starts",
      header: t("licenses.starts"),
      cell: (license) =>
        license.starts_at ? <DateTime value={license.starts_at} timeZone={timeZone} /> : "–",
    },
  ];
}
