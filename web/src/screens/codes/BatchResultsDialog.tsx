import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge } from "~/components/StateBadge";
import classes from "./codes.module.css";

const MOST_SHOWN = 200;

interface Props {
  results: Schema<"CodeResults"> | null;
  onClose: () => void;
}

/** How many codes were made, and which were not, with the reason of each. */
export function BatchResultsDialog({ results, onClose }: Props) {
  const { t } = useTranslation("codes");
  const left = results?.results.filter((one) => one.outcome !== "created") ?? [];
  return (
    <Modal
      opened={results !== null}
      onClose={onClose}
      title={t("results.title", { count: results?.created ?? 0 })}
      closeButtonProps={{ "aria-label": t("components:dialog.close") }}
    >
      <Stack>
        <Text>{left.length === 0 ? t("results.all") : t("results.left", { count: left.length })}</Text>
        {left.length > 0 && (
          <ul className={classes.results}>
            {left.slice(0, MOST_SHOWN).map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same text can be there twice, and nothing moves
              <li key={index}>
                <strong>{one.code}</strong>
                <StateBadge tone={one.outcome === "invalid" ? "failed" : "off"}>
                  {t(`outcome.${one.outcome}`)}
                </StateBadge>
                {one.reason && <Text size="xs">{one.reason}</Text>}
              </li>
            ))}
          </ul>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t("results.close")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
