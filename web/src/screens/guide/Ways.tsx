import { Button, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./GuideScreen.module.css";
import { type Picture, WAYS, type Way } from "./pictures";

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
        {WAYS[way].map((picture, index) => (
          <PictureOf key={picture.step} way={way} picture={picture} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}

function PictureOf({ way, picture, number }: { way: Way; picture: Picture; number: number }) {
  const { t } = useTranslation("guide");
  const caption = t(`way.${way}.${picture.step}`);
  return (
    <li>
      <figure className={classes.figure}>
        <img
          src={picture.address}
          alt={t("picture.alt", { caption })}
          loading="lazy"
          width={390}
          height={844}
        />
        <figcaption>
          {number}. {caption}
        </figcaption>
      </figure>
      <Button
        component="a"
        href={picture.address}
        download={`${way}-${number}-${picture.step}.png`}
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
