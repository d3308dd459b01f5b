import { useTranslation } from "react-i18next";
import classes from "./LandingPreview.module.css";
import { paletteOf } from "./palette";

interface Props {
  name: string;
  color: string;
  logo: string;
  welcome: string;
  language: string;
}

/** The landing page as people get it, drawn from what is entered: nothing of it can be clicked. */
export function LandingPreview({ name, color, logo, welcome, language }: Props) {
  const { t } = useTranslation("landing-preview", { lng: language });
  const palette = paletteOf(color) ?? paletteOf("#1f4e79");
  if (!palette) return null;
  return (
    <div
      className={classes.page}
      lang={language}
      inert
      style={
        {
          "--brand": palette.brand,
          "--on-brand": palette.onBrand,
          "--ink": palette.ink,
        } as React.CSSProperties
      }
    >
      <div className={classes.bar}>{logo ? <img src={logo} alt={name} /> : <strong>{name}</strong>}</div>
      <div className={classes.main}>
        <p className={classes.title}>{t("title", { name })}</p>
        <p className={classes.lead}>{t("lead", { name })}</p>
        {welcome.trim() && <p className={classes.lines}>{welcome}</p>}
        <div className={classes.card}>
          <p className={classes.heading}>{t("redeem")}</p>
          <p className={classes.label}>{t("code")}</p>
          <div className={classes.input} />
          <p className={classes.label}>{t("email")}</p>
          <div className={classes.input} />
          <div className={classes.button}>{t("go")}</div>
          <p className={classes.link}>{t("forgot")}</p>
        </div>
      </div>
    </div>
  );
}
