import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { useOrganization } from "~/shell/organization";
import { screenExists } from "~/shell/screenExists";

interface Props {
  /** The address below the organization, with its filters: `invites?expired=true`. */
  to: string;
  className?: string;
  children: ReactNode;
}

/** A link to another screen of the organization; what leads nowhere yet is no link. */
export function ScreenLink({ to, className, children }: Props) {
  const router = useRouter();
  const organization = useOrganization();
  const [screen = ""] = to.split(/[?/]/);
  if (!screenExists(router, "organization", screen)) return <div className={className}>{children}</div>;
  const address = `/organizations/${organization.id}/${to}`;
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(address);
  };
  return (
    <a href={address} className={className} onClick={follow}>
      {children}
    </a>
  );
}
