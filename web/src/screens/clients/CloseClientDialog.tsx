import { Button, Group, List, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License, Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { ConfirmTyped } from "~/components/ConfirmTyped";
import { sublicensesQuery } from "~/components/licenses";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { moveSeats, useClientsChanged } from "./queries";
import { seatsOf } from "./seats";

interface Props {
  client: Schema<"Client">;
  opened: boolean;
  onClose: () => void;
}

/** Closes a client whose seats are not in use: the free ones come back before. Else it says what stands in the way. */
export function CloseClientDialog(props: Props) {
  const { t } = useTranslation("clients");
  const { client, opened, onClose } = props;
  const organization = useOrganization();
  const sublicenses = useQuery({
    ...sublicensesQuery(organization.id, client.id),
    enabled: opened,
    staleTime: 0,
  });
  const held = sublicenses.isFetching && !sublicenses.data ? undefined : sublicenses.data?.items;
  if (held && seatsOf(held).inUse === 0) return <Confirm {...props} held={held} />;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t(held ? "close.usedTitle" : "close.title", { name: client.name })}
      closeButtonProps={{ "aria-label": t("components:dialog.close") }}
    >
      {held ? <InUse client={client} held={held} onClose={onClose} /> : <Waiting error={sublicenses.error} />}
    </Modal>
  );
}

function Waiting({ error }: { error: unknown }) {
  return error ? <ProblemAlert error={error} /> : <Skeleton height={120} />;
}

function Confirm({ client, held, opened, onClose }: Props & { held: readonly License[] }) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const changed = useClientsChanged(organization.id);
  const { free } = seatsOf(held);
  const close = async (key: string) => {
    try {
      for (const { id, seats } of held) {
        if (seats.available === 0) continue;
        const move = { organization: organization.id, client: client.id, sublicense: id };
        await moveSeats({ ...move, seats: -seats.available }, `${key}-${id}`);
      }
      return await unwrap(
        api.POST("/v1/organizations/{organization}/clients/{client}/close", {
          params: {
            path: { organization: organization.id, client: client.id },
            header: { "Idempotency-Key": key },
          },
        }),
      );
    } finally {
      void changed(client.id);
    }
  };
  return (
    <ConfirmTyped
      opened={opened}
      onClose={onClose}
      title={t("close.title", { name: client.name })}
      word={client.name}
      confirmLabel={t("close.submit")}
      confirm={close}
      onDone={() => toastDone(t("close.done", { name: client.name }))}
    >
      <Stack gap="sm">
        <Text>{t("close.text")}</Text>
        <Text>{free > 0 ? t("close.seats", { count: free }) : t("close.noSeats")}</Text>
      </Stack>
    </ConfirmTyped>
  );
}

interface InUseProps {
  client: Schema<"Client">;
  held: readonly License[];
  onClose: () => void;
}

function InUse({ client, held, onClose }: InUseProps) {
  const { t } = useTranslation("clients");
  const used = held.filter(({ seats }) => seats.assigned > 0);
  return (
    <Stack>
      <Text>{t("close.used", { count: seatsOf(held).inUse })}</Text>
      <List>
        {used.map(({ id, product, seats }) => (
          <List.Item key={id}>
            {t("close.usedOf", { product: product.name, count: seats.assigned })}
          </List.Item>
        ))}
      </List>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("close.understood")}
        </Button>
        <ButtonLink to="/organizations/$organization/learners" params={{ organization: client.id }}>
          {t("close.learners")}
        </ButtonLink>
      </Group>
    </Stack>
  );
}
