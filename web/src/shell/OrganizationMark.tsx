import classes from "./OrganizationMark.module.css";

interface Props {
  name: string;
  logo?: string;
  size?: number;
}

/** An organization's logo where it lies on this origin, else its initials: nothing is loaded from elsewhere. */
export function OrganizationMark({ name, logo, size = 32 }: Props) {
  const style = { width: size, height: size, fontSize: Math.round(size * 0.4) };
  if (logo && isOfThisOrigin(logo)) {
    return <img className={classes.logo} src={logo} alt="" style={style} />;
  }
  return (
    <span className={classes.mark} style={style} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

/** Whether an address is on this origin: the policy allows no picture from elsewhere. */
export function isOfThisOrigin(address: string): boolean {
  return (
    URL.canParse(address, location.origin) && new URL(address, location.origin).origin === location.origin
  );
}

/** The first letters of the first two words. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toLocaleUpperCase() ?? "")
    .join("");
}

export function UsherMark({ size = 32 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1f4e79" />
      <path
        d="M10 8v8.5a6 6 0 0 0 12 0V8"
        fill="none"
        stroke="#fff"
        strokeWidth="3.5"
        strokeLinecap="round"
      />
      <path d="M8 25h16" stroke="#fff" strokeWidth="3" strokeLinecap="round" opacity=".65" />
    </svg>
  );
}
