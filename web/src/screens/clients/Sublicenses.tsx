import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { sublicensesQuery } from "~/components/licenses";
import { ProblemAlert } from "~/components/ProblemAlert";
import { SeatBar } from "~/components/SeatBar";
import { useOrganization } from "~/shell/organization";
import classes from "./clients.module.css";
import { GiveSeatsDialog } from "./GiveSeatsDialog";
import { clientRoute } from "./routes";
import { MoveSeatsDialog, TakeBackDialog } from "./SeatDialogs";

type Client = Schema<"Client">;

/** What the client holds of the provider's licenses; more is given, and what is free comes back. */
export function Sublicenses({ client }: { client: Client }) {
  const { t } = useTranslation("clients");
  const id = useId();
  const organization = useOrganization();
  const { give } = clientRoute.useSearch();
  const navigate = clientRoute.useNavigate();
  const sublicenses = useQuery(sublicensesQuery(organization.id, client.id));
  const open = (opened: boolean) =>
    void navigate({ search: opened ? { give: true } : {}, replace: true, resetScroll: false });
  const mayManage = organization.may("manage_clients") && !client.closed_at;
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={2} size="h4" id={id}>
            {t("sublicenses.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("sublicenses.lead", { name: client.name })}
          </Text>
        </div>
        {mayManage && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => open(true)}>
            {t("sublicenses.give")}
          </Button>
        )}
      </Group>
      {sublicenses.isPending && <Skeleton height={160} radius={14} />}
      {!sublicenses.data && sublicenses.error && (
        <Stack align="flex-start">
          <ProblemAlert error={sublicenses.error} />
          <Button variant="default" onClick={() => void sublicenses.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {sublicenses.data?.items.length === 0 && <Text className={classes.none}>{t("sublicenses.none")}</Text>}
      <ul className={classes.list}>
        {sublicenses.data?.items.map((sublicense) => (
          <li key={sublicense.id}>
            <Sublicense client={client} sublicense={sublicense} mayManage={mayManage} />
          </li>
        ))}
      </ul>
      {mayManage && sublicenses.data && (
        <GiveSeatsDialog
          client={client}
          given={sublicenses.data.items}
          opened={give === true}
          onClose={() => open(false)}
        />
      )}
    </section>
  );
}

interface SublicenseProps {
  client: Client;
  sublicense: License;
  mayManage: boolean;
}

function Sublicense({ client, sublicense, mayManage }: SublicenseProps) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"move" | "back" | null>(null);
  const close = () => setDialog(null);
  const { seats, product } = sublicense;
  return (
    <article className={classes.card} aria-label={product.name}>
      <Group justify="space-between" align="baseline" gap="xs">
        <Text fw={600}>{product.name}</Text>
        <Text size="xs" c="dimmed">
          {t("sublicenses.until")} <DateTime value={sublicense.valid_until} end />
        </Text>
      </Group>
      <SeatBar seats={seats} />
      {mayManage && (
        <Group gap="xs">
          {organization.may("invite") && seats.available > 0 && (
            <ButtonLink
              size="xs"
              to="/organizations/$organization/invites/new"
              params={{ organization: organization.id }}
              search={{ client: client.id, license: sublicense.id }}
            >
              {t("sublicenses.invite")}
            </ButtonLink>
          )}
          {organization.may("invite") && seats.available > 0 && (
            <ButtonLink
              variant="default"
              size="xs"
              to="/organizations/$organization/imports"
              params={{ organization: client.id }}
              search={{ new: true, license: sublicense.id }}
            >
              {t("sublicenses.import")}
            </ButtonLink>
          )}
          {organization.may("manage_codes") && (
            <ButtonLink
              variant="default"
              size="xs"
              to="/organizations/$organization/codes"
              params={{ organization: client.id }}
              search={{ new: "one", license: sublicense.id }}
            >
              {t("sublicenses.codes")}
            </ButtonLink>
          )}
          <Button variant="default" size="xs" onClick={() => setDialog("move")}>
            {t("sublicenses.change")}
          </Button>
          {seats.available > 0 && (
            <Button variant="default" size="xs" onClick={() => setDialog("back")}>
              {t("sublicenses.back", { count: seats.available })}
            </Button>
          )}
          <MoveSeatsDialog
            client={client}
            sublicense={sublicense}
            opened={dialog === "move"}
            onClose={close}
          />
          <TakeBackDialog
            client={client}
            sublicense={sublicense}
            opened={dialog === "back"}
            onClose={close}
          />
        </Group>
      )}
    </article>
  );
}
