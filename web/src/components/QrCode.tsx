import { QRCodeSVG } from "qrcode.react";

interface Props {
  /** What the code holds, such as an address. */
  value: string;
  /** What it leads to, for who cannot see it. */
  label: string;
  size?: number;
  id?: string;
}

/** A QR code, black on white in every color scheme: cameras want it so. Imported lazily, by QrCodeLater. */
export default function QrCode({ value, label, size = 176, id }: Props) {
  return (
    <QRCodeSVG
      id={id}
      value={value}
      size={size}
      level="M"
      marginSize={3}
      role="img"
      aria-label={label}
      title={label}
    />
  );
}
