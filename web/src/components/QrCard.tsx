import { Button, Skeleton } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type ComponentProps, lazy, Suspense, useId } from "react";
import { useTranslation } from "react-i18next";
import { saveFile } from "./download";
import classes from "./QrCard.module.css";

const QrCode = lazy(() => import("./QrCode"));

/** A QR code that is loaded when it is first shown. */
export function QrCodeLater(props: ComponentProps<typeof QrCode>) {
  const size = props.size ?? 176;
  return (
    <Suspense fallback={<Skeleton width={size} height={size} radius={6} />}>
      <QrCode {...props} />
    </Suspense>
  );
}

interface Props {
  value: string;
  label: string;
  /** The name of the file that it is saved as, without its ending. */
  name: string;
}

/** A QR code with a button that saves it as a picture for posters and slides. */
export function QrCard({ value, label, name }: Props) {
  const { t } = useTranslation("components");
  const id = useId();
  const download = () => {
    const picture = document.getElementById(id);
    if (!picture) return;
    const text = new XMLSerializer().serializeToString(picture);
    saveFile(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
  };
  return (
    <div className={classes.card}>
      <span className={classes.code}>
        <QrCodeLater id={id} value={value} label={label} />
      </span>
      <Button variant="default" size="xs" leftSection={<IconDownload size={16} />} onClick={download}>
        {t("qr.download")}
      </Button>
    </div>
  );
}
