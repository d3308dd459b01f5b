import { Button, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./GuideScreen.module.css";
import { addressOf, fileOf, type Step, WAYS, type Way } from "./pictures";

/** What people see, as pictures that managers can hand on: with an account, and without. */
export function Ways() {
  return (
    <div className={classes.ways}>
      {(Object.keys(WAYS) as Way[]).map((way) => (
        <WayOf key={way} way={way} />
      ))}
    </div>
  );
}

function WayOf({ way }: { way: Way }) {
  const { t } = useTranslation("guide");
  const id = useId();
  return (
    <section className={classes.way} aria-labelledby={id}>
      <div>
        <Title order={3} size="h5" id={id}>
          {t(`way.${way}.title`)}
        </Title>
        <Text size="sm" c="dimmed">
          {t(`way.${way}.text`)}
        </Text>
      </div>
      <ol className={classes.pictures}>
        {WAYS[way].map((step, index) => (
          <PictureOf key={step} way={way} step={step} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}

function PictureOf({ way, step, number }: { way: Way; step: Step; number: number }) {
  const { t, i18n } = useTranslation("guide");
  const caption = t(`way.${way}.${step}`);
  const file = fileOf(way, number, step);
  const address = addressOf(file, i18n.language);
  return (
    <li>
      <figure className={classes.figure}>
        <img src={address} alt={t("picture.alt", { caption })} loading="lazy" width={390} height={844} />
        <figcaption>
          {number}. {caption}
        </figcaption>
      </figure>
      <Button
        component="a"
        href={address}
        download={file}
        variant="subtle"
        size="xs"
        leftSection={<IconDownload size={14} />}
        aria-label={t("picture.downloadOf", { caption })}
      >
        {t("picture.download")}
      </Button>
    </li>
  );
}
